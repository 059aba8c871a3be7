import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachable, stronglyConnected } from '../../src/base/graph.ts';

const edges: Readonly<Record<string, readonly string[]>> = {
  a: ['b'],
  b: ['c', 'd'],
  c: ['b'],
  d: ['d'],
  e: ['a', 'elsewhere'],
};

test('components come after those that they lead to', () => {
  expect(stronglyConnected(Object.keys(edges), (node) => edges[node] ?? [])).toEqual([
    { nodes: ['d'], cyclic: true },
    { nodes: ['b', 'c'], cyclic: true },
    { nodes: ['a'], cyclic: false },
    { nodes: ['e'], cyclic: false },
  ]);
});

test('a path of 10^5 nodes has as many components', () => {
  const nodes = Array.from({ length: 100_000 }, (_, index) => index);
  expect(stronglyConnected(nodes, (node) => [node + 1])).toHaveLength(nodes.length);
});

test('nodes are together exactly when they reach each other', () => {
  const size = 8;
  const arrows = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 14 });
  fc.assert(
    fc.property(arrows, (pairs) => {
      const nodes = Array.from({ length: size }, (_, index) => index);
      const next = (node: number): readonly number[] =>
        pairs.filter(([from]) => from === node).map(([, to]) => to);
      const reach = nodes.map((node) => reachable([node], next));
      const knots = stronglyConnected(nodes, next);
      for (const left of nodes) {
        for (const right of nodes) {
          const isMutual = reach[left]?.has(right) === true && reach[right]?.has(left) === true;
          const together = knots.some(
            (knot) => knot.nodes.includes(left) && knot.nodes.includes(right),
          );
          expect(together).toBe(isMutual);
        }
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});
