import { afterAll, expect, test } from 'vitest';
import { integer } from '../../src/smt/build.ts';
import { atom, type Clause, relation } from '../../src/smt/encode.ts';
import { splitFallback } from '../../src/smt/fallback.ts';
import { inferGrowth } from '../../src/smt/growth.ts';
import {
  columnVariable,
  coPartition,
  type PartitionKey,
} from '../../src/smt/lemmas/co-partition.ts';
import { monotonic } from '../../src/smt/lemmas/monotonic.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { intSort } from '../../src/smt/sort.ts';
import {
  b,
  ballotSort,
  c,
  clause,
  count,
  countVotes,
  frozenVotes,
  s,
  slotSort,
  vote,
  x,
} from './cases/vocabulary.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const open = relation('open', [
  ['slot', slotSort],
  ['ballot', ballotSort],
]);
const split = (value: number): readonly Clause[] =>
  splitFallback(countVotes(frozenVotes), atom(open, [s, b]), [integer(value)]);

const partitions = async (
  keys: Readonly<Record<string, PartitionKey>>,
): Promise<readonly string[]> => {
  const obligations = split(0).map((one) =>
    coPartition({ rule: 'test', clause: one, keys: new Map(Object.entries(keys)) }),
  );
  return (await solver.checkMany(obligations)).map(({ kind }) => kind);
};

test('the groups are on the partition of their rows', async () => {
  const bySlot = { vote: [columnVariable(vote, 1)], votes: [columnVariable(frozenVotes, 0)] };
  expect(await partitions({ ...bySlot, open: [columnVariable(open, 0)] })).toEqual([
    'proved',
    'proved',
  ]);
  expect(await partitions({ ...bySlot, open: [columnVariable(open, 1)] })).toEqual([
    'refuted',
    'refuted',
  ]);
  expect(await partitions({ ...bySlot, open: null })).toEqual(['proved', 'refuted']);
});

test('a count from 0 is monotonic, one from 5 and an extreme are not', async () => {
  const heights = relation('heights', [
    ['slot', slotSort],
    ['ballot', ballotSort],
    ['height', intSort],
  ]);
  const highest = clause({
    head: atom(frozenVotes, [s, b, c]),
    body: [atom(heights, [s, b, x])],
    aggregates: [{ ...count([s, b]), operator: 'max', of: [x] }],
  });
  const cases = [split(0), split(5), splitFallback(highest, atom(open, [s, b]), [integer(0)])];
  const verdicts = await solver.checkMany(
    cases.flatMap((two) => inferGrowth(two).map((one) => monotonic({ rule: 'test', clause: one }))),
  );
  expect(verdicts.map(({ kind }) => kind)).toEqual([
    ...['proved', 'proved'],
    ...['proved', 'refuted'],
    ...['proved', 'refuted'],
  ]);
});
