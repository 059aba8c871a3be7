import { afterAll, expect, test } from 'vitest';
import { add, atLeast, integer } from '../../src/smt/build.ts';
import { atom, type Clause, relation } from '../../src/smt/encode.ts';
import type { Term } from '../../src/smt/formula.ts';
import { inferGrowth } from '../../src/smt/growth.ts';
import { monotonic } from '../../src/smt/lemmas/monotonic.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { intSort } from '../../src/smt/sort.ts';
import {
  b,
  c,
  chosen,
  clause,
  countVotes,
  done,
  frozenVotes,
  n,
  q,
  s,
  slotSort,
  v,
  vote,
} from './cases/vocabulary.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const growthOf = (clauses: readonly Clause[], name: string): readonly string[] | undefined =>
  inferGrowth(clauses)
    .flatMap(({ head, body }) => [head, ...body])
    .find(({ relation }) => relation.name === name)
    ?.relation.columns.map(({ growth }) => growth);

const verdicts = async (clauses: readonly Clause[]): Promise<readonly string[]> => {
  const obligations = inferGrowth(clauses).map((one) => monotonic({ rule: 'test', clause: one }));
  return (await solver.checkMany(obligations)).map(({ kind }) => kind);
};

const counting = countVotes(frozenVotes);
const keeping = clause({
  name: 'keep',
  kind: 'next',
  head: atom(frozenVotes, [s, b, c]),
  body: [atom(frozenVotes, [s, b, c])],
});
const threshold = (condition = atLeast(c, integer(2))): Clause =>
  clause({
    kind: 'send',
    head: atom(done, [s]),
    body: [atom(frozenVotes, [s, b, c])],
    conditions: [condition],
  });

test('a count grows, also when it is kept', () => {
  expect(growthOf([counting], 'votes')).toEqual(['fixed', 'fixed', 'up']);
  expect(growthOf([keeping, counting], 'votes')).toEqual(['fixed', 'fixed', 'up']);
  expect(growthOf([keeping], 'votes')).toEqual(['fixed', 'fixed', 'fixed']);
});

test('a count that another clause sets to a constant does, one that it computes does not', () => {
  const set = (count: Term): Clause =>
    clause({
      name: 'set',
      head: atom(frozenVotes, [s, b, count]),
      body: [atom(vote, [n, s, b, v])],
    });
  expect(growthOf([counting, set(integer(0))], 'votes')).toEqual(['fixed', 'fixed', 'up']);
  expect(growthOf([counting, set(add([q, q]))], 'votes')).toEqual(['fixed', 'fixed', 'fixed']);
});

test('messages keep their columns', () => {
  expect(growthOf([{ ...counting, kind: 'send' }], 'votes')).toEqual(['fixed', 'fixed', 'fixed']);
});

test('thresholds over counts are monotonic, and what shows the count is not', async () => {
  expect(await verdicts([counting, keeping, threshold()])).toEqual(['proved', 'proved', 'proved']);
  expect(await verdicts([counting, threshold(atLeast(integer(2), c))])).toEqual([
    'proved',
    'refuted',
  ]);
  const shown = relation('shown', [
    ['slot', slotSort],
    ['count', intSort],
  ]);
  const shows = clause({
    kind: 'send',
    head: atom(shown, [s, c]),
    body: [atom(frozenVotes, [s, b, c])],
  });
  expect(await verdicts([counting, shows])).toEqual(['proved', 'refuted']);
  const leak = clause({
    kind: 'send',
    head: atom(chosen, [s, v]),
    body: [atom(frozenVotes, [s, b, c]), atom(vote, [n, s, b, v])],
    conditions: [atLeast(integer(3), c)],
  });
  expect((await verdicts([counting, leak]))[1]).toBe('refuted');
});
