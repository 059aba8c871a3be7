import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EGraph } from '../../src/egraph/egraph.ts';
import type { ClassId } from '../../src/egraph/ids.ts';
import { checkInvariants } from '../../src/egraph/invariants.ts';
import { build, commands, naiveClosure } from './support/random-graph.ts';

const seed = 20261122;

test('random additions and unions give the partition of a naive congruence closure', () => {
  let merged = 0;
  fc.assert(
    fc.property(commands, fc.boolean(), (script, explanations) => {
      const egraph = new EGraph<number>({ explanations });
      const ids = build(egraph, script);
      const leaders = naiveClosure(script);
      const wrong: string[] = [];
      for (const [left, leftId] of ids.entries()) {
        for (const [right, rightId] of ids.entries()) {
          const expected = leaders[left] === leaders[right];
          if (egraph.same(leftId, rightId) !== expected) wrong.push(`${left} and ${right}`);
          if (left < right && expected) merged++;
        }
      }
      expect(wrong).toEqual([]);
      expect(egraph.classCount).toBe(new Set(leaders).size);
      expect(checkInvariants(egraph)).toEqual([]);
    }),
    { seed, numRuns: 200 },
  );
  expect(merged).toBeGreaterThan(1000);
});

test('the oldest e-nodes of classes make finite terms', () => {
  let cyclic = 0;
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      build(egraph, script);
      const oldest = (id: ClassId): number => egraph.nodesOf(id)[0] ?? -1;
      for (const id of egraph.classes()) {
        const [first, ...others] = egraph.nodesOf(id);
        if (first === undefined) throw new Error('classes have e-nodes');
        for (const child of egraph.childrenOf(first)) expect(oldest(child)).toBeLessThan(first);
        if (
          others.some((other) => egraph.childrenOf(other).some((child) => oldest(child) >= first))
        )
          cyclic++;
      }
    }),
    { seed, numRuns: 200 },
  );
  expect(cyclic).toBeGreaterThan(20);
});

test('rebuilding in between or only at the end makes no difference', () => {
  fc.assert(
    fc.property(commands, (script) => {
      const often = new EGraph<number>();
      const once = new EGraph<number>();
      const left = build(
        often,
        script.flatMap((command) => [command, { kind: 'rebuild' as const }]),
      );
      const right = build(
        once,
        script.filter((command) => command.kind !== 'rebuild'),
      );
      expect(once.nodeCount).toBe(often.nodeCount);
      expect(left.map((id) => left.findIndex((other) => often.same(id, other)))).toEqual(
        right.map((id) => right.findIndex((other) => once.same(id, other))),
      );
    }),
    { seed, numRuns: 200 },
  );
});

test('congruence spreads upwards through any number of levels', () => {
  const egraph = new EGraph();
  const a = egraph.add('a');
  const b = egraph.add('b');
  let left = a;
  let right = b;
  for (let level = 0; level < 5000; level++) {
    left = egraph.add('f', [left]);
    right = egraph.add('f', [right]);
  }
  expect(egraph.same(left, right)).toBe(false);
  egraph.union(a, b);
  expect(egraph.isRebuilt).toBe(false);
  expect(egraph.rebuild()).toBe(5000);
  expect(egraph.same(left, right)).toBe(true);
  expect(checkInvariants(egraph)).toEqual([]);
});

test('the check of invariants notices an e-graph that is not rebuilt', () => {
  const egraph = new EGraph();
  const [a, b] = [egraph.add('a'), egraph.add('b')];
  egraph.add('f', [a]);
  egraph.add('f', [b]);
  egraph.union(a, b);
  expect(checkInvariants(egraph)).toEqual(['unions wait for rebuild']);
});

test('payloads tell e-nodes apart by their content', () => {
  const egraph = new EGraph<{ readonly columns: readonly string[]; readonly key?: number }>();
  const x = egraph.add('x');
  const first = egraph.add('project', [x], { columns: ['a'], key: 1 });
  const again = egraph.add('project', [x], { key: 1, columns: ['a'] });
  const other = egraph.add('project', [x], { columns: ['b'], key: 1 });
  const bare = egraph.add('project', [x]);
  expect(again).toBe(first);
  expect(new Set([first, other, bare]).size).toBe(3);
  expect(egraph.payloadOf(first)).toEqual({ columns: ['a'], key: 1 });
  expect(egraph.payloadOf(bare)).toBeUndefined();
  expect(egraph.lookup('project', [x], { columns: ['c'] })).toBeUndefined();
});

test('variadic e-nodes of one operator differ by their number of children', () => {
  const egraph = new EGraph();
  const x = egraph.add('x');
  const none = egraph.add('all');
  const two = egraph.add('all', [x, x]);
  const many = egraph.add(
    'all',
    Array.from({ length: 100 }, () => x),
  );
  expect(new Set([none, two, many]).size).toBe(3);
  expect(egraph.arityOf(many)).toBe(100);
  expect(egraph.parentsOf(x)).toEqual([two, many]);
  expect(egraph.nodesWith('all')).toEqual([none, two, many]);
});
