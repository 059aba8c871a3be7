import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkProof } from '../../src/egraph/check-proof.ts';
import type { Analysis } from '../../src/egraph/class-analysis.ts';
import { EGraph } from '../../src/egraph/egraph.ts';
import { explainTerms } from '../../src/egraph/explain.ts';
import type { ClassId } from '../../src/egraph/ids.ts';
import { checkInvariants } from '../../src/egraph/invariants.ts';
import { rewrite } from '../../src/egraph/rule.ts';
import { saturate } from '../../src/egraph/saturate.ts';
import { build, commands } from './support/random-graph.ts';
import { pattern, rule, termOf } from './support/read.ts';

/** The number that a class is, where that is known; `num[n]` is added to such classes. */
const folding: Analysis<number, number> = {
  name: 'fold',
  make: (egraph, node, of) => {
    const payload = egraph.payloadOf(node);
    if (egraph.operatorName(egraph.opOf(node)) === 'num') return payload;
    if (egraph.operatorName(egraph.opOf(node)) !== '+') return undefined;
    const parts = egraph.childrenOf(node).map(of);
    return parts.some((part) => part === undefined)
      ? undefined
      : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  },
  join: (left, right) => {
    if (left !== right) throw new Error(`${left} = ${right}`);
    return left;
  },
  equals: (left, right) => left === right,
  modify: (egraph, id, value) => {
    egraph.union(id, egraph.add('num', [], value));
  },
};

/** The smallest depth of a term in the class. */
const depth: Analysis<number, number> = {
  name: 'depth',
  make: (egraph, node, of) => {
    const parts = egraph.childrenOf(node).map(of);
    return parts.some((part) => part === undefined)
      ? undefined
      : parts.reduce<number>((most, part) => Math.max(most, (part ?? 0) + 1), 1);
  },
  join: Math.min,
  equals: (left, right) => left === right,
};

test('constants are folded, through rules and unions', () => {
  const egraph = new EGraph<number>();
  const values = egraph.attach(folding);
  const sum = egraph.addTerm(termOf('(+ (+ num[1] num[2]) x)'));
  expect(values.of(egraph.addTerm(termOf('(+ num[1] num[2])')))).toBe(3);
  expect(values.of(sum)).toBeUndefined();
  egraph.union(egraph.add('x'), egraph.add('num', [], 4), 'axiom');
  egraph.rebuild();
  expect(values.of(sum)).toBe(7);
  expect(egraph.same(sum, egraph.add('num', [], 7))).toBe(true);
});

test('what an analysis unites has its name in proofs', () => {
  const egraph = new EGraph<number>();
  egraph.attach(folding);
  egraph.addTerm(termOf('(+ num[1] num[2])'));
  egraph.rebuild();
  const proof = explainTerms(egraph, termOf('(+ num[1] num[2])'), termOf('num[3]'));
  const labels: string[] = [];
  const given = (label: string): boolean => labels.push(label) > 0;
  expect(proof && checkProof(proof, [], { given }).kind).toBe('ok');
  expect(labels).toEqual(['fold']);
});

test('an analysis attached late, and two at once, know what they would have known', () => {
  const egraph = new EGraph<number>();
  const root = egraph.addTerm(termOf('(+ (+ num[1] num[2]) num[3])'));
  const values = egraph.attach(folding);
  const depths = egraph.attach(depth);
  egraph.rebuild();
  expect(values.of(root)).toBe(6);
  expect(depths.of(root)).toBe(1);
  expect(checkInvariants(egraph)).toEqual([]);
});

test('conditions of rules can ask an analysis', () => {
  const egraph = new EGraph<number>();
  const values = egraph.attach(folding);
  const halve = rewrite('halve', pattern('(/ (* ?a ?b) ?b)'), pattern('?a'), {
    when: (_, found) => (values.of(found.class('b')) ?? 0) !== 0,
  });
  const by = (divisor: string): ClassId =>
    egraph.addTerm(termOf(`(/ (* x ${divisor}) ${divisor})`));
  const [two, zero, unknown] = [by('num[2]'), by('num[0]'), by('y')];
  saturate(egraph, [halve, rule('zero', '(* ?a num[0]) => num[0]')]);
  const x = egraph.add('x');
  expect([two, zero, unknown].map((id) => id !== undefined && egraph.same(id, x))).toEqual([
    true,
    false,
    false,
  ]);
});

test('facts are the least fixpoint whatever the order of additions, unions and rebuilds', () => {
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      const depths = egraph.attach(depth);
      build(egraph, script);
      const expected = new Map<ClassId, number>();
      for (let changed = true; changed; ) {
        changed = false;
        for (const id of egraph.classes()) {
          const own = egraph
            .nodesOf(id)
            .map((node) =>
              Math.max(
                1,
                ...egraph
                  .childrenOf(node)
                  .map((child) => (expected.get(child) ?? Number.POSITIVE_INFINITY) + 1),
              ),
            );
          const least = Math.min(...own);
          if (Number.isFinite(least) && least !== expected.get(id)) {
            expected.set(id, least);
            changed = true;
          }
        }
      }
      for (const id of egraph.classes()) expect(depths.of(id)).toBe(expected.get(id));
    }),
    { seed: 20261125, numRuns: 200 },
  );
});

test('an analysis can read another', () => {
  const egraph = new EGraph<number>();
  const values = egraph.attach(folding);
  const even: Analysis<number, boolean> = {
    name: 'even',
    make: (graph, node) => {
      const parts = graph.childrenOf(node).map((child) => values.of(child));
      if (parts.length === 0 || parts.includes(undefined)) return undefined;
      return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) % 2 === 0;
    },
    join: (left, right) => left && right,
    equals: (left, right) => left === right,
  };
  const parity = egraph.attach(even);
  const sum = egraph.addTerm(termOf('(+ x num[3])'));
  expect(parity.of(sum)).toBeUndefined();
  egraph.union(egraph.add('x'), egraph.add('num', [], 5), 'axiom');
  egraph.rebuild();
  expect(parity.of(sum)).toBe(true);
});
