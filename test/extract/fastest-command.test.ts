import { expect, test } from 'vitest';
import { classId } from '../../src/egraph/ids.ts';
import type { Forest, Tree } from '../../src/extract/choose.ts';
import { quickestForest } from '../../src/extract/fastest-command.ts';
import type { RoleTable } from '../../src/extract/plan-table.ts';
import { cutOf, leafOf, tableOf } from './support/random-table.ts';

const alone = (name: string, time: number) => leafOf({ time, machines: 1, keys: null, name });

/** A forward costs a hop of 240 µs; a cut without one only takes work off the path. */
function latencyOf(forest: Forest): number {
  const of = (tree: Tree): number =>
    tree.kind === 'leaf'
      ? tree.leaf.picoseconds / 1e6
      : 240 * tree.cut.forwards.length + of(tree.stay);
  return forest.trees.reduce((sum, tree) => sum + of(tree), 0);
}

const role: RoleTable = {
  role: 'leader',
  root: classId(0),
  cyclic: false,
  classes: [
    { id: classId(2), nodes: [alone('rest', 6)] },
    { id: classId(1), nodes: [alone('half', 4)] },
    { id: classId(0), nodes: [alone('whole', 10), cutOf(1, 2, 1), cutOf(1, 2, 0)] },
  ],
};

const ask = (cap: number, period: number) =>
  quickestForest(tableOf([role]), { cap, period: period * 1e6, latencyOf, known: [] });

test('a cut without a forward shortens a command, one with a forward does not', () => {
  const { ranked, complete } = ask(4, Number.POSITIVE_INFINITY);
  expect(ranked.map((forest) => latencyOf(forest))).toEqual([4, 10, 244]);
  expect(complete).toBe(true);
});

test('the cap and the target are kept', () => {
  expect(ask(1, Number.POSITIVE_INFINITY).ranked.map(latencyOf)).toEqual([10]);
  expect(ask(4, 7).ranked.map(latencyOf)).toEqual([4, 244]);
  expect(ask(4, 3).ranked).toEqual([]);
});

test('a space with too many cuts is searched in part, and says so', () => {
  const depth = 12;
  const classes = Array.from({ length: depth }, (_, id) => ({
    id: classId(id),
    nodes: [alone(`p${id}`, depth - id), ...(id + 1 < depth ? [cutOf(id + 1, id + 1, 0)] : [])],
  })).reverse();
  const deep: RoleTable = { role: 'leader', root: classId(0), cyclic: false, classes };
  const options = { cap: 10_000, period: Number.POSITIVE_INFINITY, latencyOf, known: [] };
  const { ranked, complete } = quickestForest(tableOf([deep]), options);
  expect(complete).toBe(false);
  expect(ranked.length).toBeGreaterThan(100);
});
