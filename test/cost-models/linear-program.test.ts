import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Constraint, isFeasible, minimize, nearestTo } from '../../bench/linear-program.ts';

const meets = (x: readonly number[], { row, most }: Constraint): boolean =>
  row.reduce((sum, n, at) => sum + n * (x[at] ?? 0), 0) <= most + 1e-6;

test('the least value, and none where nothing is feasible or nothing bounds it', () => {
  const between = [
    { row: [-1, -1], most: -2 },
    { row: [1, 0], most: 1 },
  ];
  expect(minimize([1, 2], between)).toEqual({ x: [1, 1], value: 3 });
  expect(minimize([-1, -2], between)).toBeNull();
  expect(isFeasible(2, between)).toBe(true);
  expect(isFeasible(2, [...between, { row: [1, 1], most: 1 }])).toBe(false);
});

test('the nearest point of a feasible set, which is the target where that is feasible', () => {
  const half = [{ row: [-1, -1], most: -2 }];
  expect(nearestTo([0, 0], half).map((n) => Math.round(n * 1e6) / 1e6)).toEqual([1, 1]);
  expect(nearestTo([3, 0], half)).toEqual([3, 0]);
  expect(nearestTo([-1, 5], half)).toEqual([0, 5]);
});

const numbers = fc.integer({ min: -4, max: 4 });
const constraint = fc.record({
  row: fc.array(numbers, { minLength: 3, maxLength: 3 }),
  most: numbers,
});
// A box keeps every program bounded.
const box = [0, 1, 2].map((at) => ({ row: [0, 1, 2].map((n) => (n === at ? 1 : 0)), most: 5 }));

test('no point of a grid is feasible and better', () => {
  const grid = Array.from({ length: 216 }, (_, at) => [
    at % 6,
    Math.floor(at / 6) % 6,
    Math.floor(at / 36),
  ]);
  const distance = (x: readonly number[]): number => x.reduce((sum, n) => sum + n * n, 0);
  fc.assert(
    fc.property(
      fc.array(constraint, { maxLength: 4 }),
      fc.tuple(numbers, numbers, numbers),
      (more, cost) => {
        const constraints = [...more, ...box];
        const points = grid.filter((x) => constraints.every((each) => meets(x, each)));
        const best = minimize(cost, constraints);
        if (best === null) return points.length === 0;
        const near = nearestTo([0, 0, 0], constraints);
        return (
          constraints.every((each) => meets(best.x, each) && meets(near, each)) &&
          points.every(
            (x) => x.reduce((sum, n, at) => sum + n * (cost[at] ?? 0), 0) >= best.value - 1e-6,
          ) &&
          points.every((x) => distance(x) >= distance(near) - 1e-6)
        );
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
