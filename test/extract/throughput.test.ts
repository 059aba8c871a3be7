import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classId } from '../../src/egraph/ids.ts';
import { forestOf } from '../../src/extract/choose.ts';
import type { RoleTable } from '../../src/extract/plan-table.ts';
import { fastestWithin, paretoFront, sweep } from '../../src/extract/throughput.ts';
import { allTrees } from './support/all-trees.ts';
import { leafOf, roleTables, tableOf } from './support/random-table.ts';

test('the fastest plan under a cap is the fastest of all plans, and as cheap as any as fast', () => {
  fc.assert(
    fc.property(roleTables({ cyclic: false }), fc.integer({ min: 1, max: 8 }), (role, cap) => {
      const table = tableOf([role]);
      const all = allTrees(role, 4).map((tree) => forestOf([tree]));
      const fitting = all.filter((forest) => forest.machines <= cap);
      const found = fastestWithin(sweep(table, cap), cap);
      if (fitting.length === 0) {
        expect(found).toBe(null);
        return;
      }
      const period = Math.min(...fitting.map((forest) => forest.period));
      const asFast = fitting.filter((forest) => forest.period === period);
      expect(found?.period).toBe(period);
      expect(found?.machines).toBe(Math.min(...asFast.map((forest) => forest.machines)));
    }),
    { seed: 11, numRuns: 150 },
  );
});

test('the front has the fastest plan for every number of machines, and no other', () => {
  fc.assert(
    fc.property(roleTables({ cyclic: false }), roleTables({ cyclic: false }), (first, second) => {
      const table = tableOf([first, second]);
      const pairs = outcomes(first).flatMap((a) =>
        outcomes(second).map((b) => {
          return { machines: a.machines + b.machines, period: Math.max(a.period, b.period) };
        }),
      );
      const expected: Outcome[] = [];
      for (let machines = 1; machines <= 8; machines++) {
        const periods = pairs.filter((f) => f.machines <= machines).map((f) => f.period);
        const period = Math.min(Number.POSITIVE_INFINITY, ...periods);
        if (period < (expected.at(-1)?.period ?? Number.POSITIVE_INFINITY)) {
          const fast = pairs.filter((f) => f.period === period).map((f) => f.machines);
          expected.push({ machines: Math.min(...fast), period });
        }
      }
      const front = paretoFront(sweep(table, 8), 8);
      expect(front.map(({ machines, period }) => ({ machines, period }))).toEqual(expected);
    }),
    { seed: 13, numRuns: 60 },
  );
});

interface Outcome {
  readonly machines: number;
  readonly period: number;
}

/** Each pair of machines and time that some plan of the role has. */
function outcomes(role: RoleTable): readonly Outcome[] {
  const found = new Map<string, Outcome>();
  for (const tree of allTrees(role, 4)) {
    const { machines, period } = forestOf([tree]);
    found.set(`${machines} ${period}`, { machines, period });
  }
  return [...found.values()];
}

test('more machines than any plan uses leave the front as it is', () => {
  const role: RoleTable = {
    role: 'leader',
    root: classId(0),
    cyclic: false,
    // Four keys: a fifth process has nothing to do.
    classes: [
      { id: classId(0), nodes: [leafOf({ time: 12, machines: 1, keys: 4, name: 'whole' })] },
    ],
  };
  const table = tableOf([role]);
  const few = paretoFront(sweep(table, 8), 8);
  expect(few.map(({ machines }) => machines)).toEqual([2, 4]);
  const many = paretoFront(sweep(table, 100_000), 100_000);
  expect(many.map(({ machines }) => machines)).toEqual([2, 4]);
});
