import { expect, test } from 'vitest';
import { termKey } from '../../src/analysis/congruence.ts';
import { determines, equationsOf, inferDependencies } from '../../src/analysis/dependencies.ts';
import type { Program } from '../../src/ir/program.ts';
import { node, programOf, protocol } from './support.ts';

const channels = `channel a(k: int, v: int): client -> node key (k)
  channel b(k: int, v: int): client -> node key (k)
  channel plain(k: int, v: int): client -> node`;

function program(members: string): Program {
  return node(members, channels);
}

/** `from -> to` by column index among the facts of one tick, and over all time. */
function holds(
  of: Program,
  relation: string,
  from: readonly number[],
  to: number,
): readonly string[] {
  const dependencies = inferDependencies(of, 'environment');
  return (['tick', 'ever'] as const).filter((scope) =>
    determines(dependencies, { role: 'node', relation, scope }, from, [to]),
  );
}

test('a key of a message is inherited by what is derived from it, kept or not', () => {
  const of = program('relation r(v: int, k: int)\nr(v, k) :- a(k, v)\npersist r');
  expect(holds(of, 'r', [1], 0)).toEqual(['tick', 'ever']);
  expect(holds(of, 'r', [0], 1)).toEqual([]);
});

test('two clauses share a key only if one function gives the value', () => {
  const both = program('relation r(k: int, v: int)\nr(k, v) :- a(k, v)\nr(k, v) :- b(k, v)');
  expect(holds(both, 'r', [0], 1)).toEqual([]);
  const twice = program(
    'relation r(k: int, v: int)\nr(k, v) :- a(k, v)\nr(k, v) :- a(k, v), b(k, _)',
  );
  expect(holds(twice, 'r', [0], 1)).toEqual(['tick', 'ever']);
});

test('columns that share a variable, a value or an equation determine each other', () => {
  const of = program(
    `relation r(k: int, l: int, h: int, s: int, m: int, c: int)
     r(k, k, hash(k), k + 1, m, 7) :- plain(k, _), plain(_, m), m == k`,
  );
  for (const column of [1, 2, 3, 4]) expect(holds(of, 'r', [0], column)).toEqual(['tick', 'ever']);
  expect(holds(of, 'r', [3], 0)).toEqual(['tick', 'ever']);
  expect(holds(of, 'r', [2], 0)).toEqual([]);
  expect(holds(of, 'r', [], 5)).toEqual(['tick', 'ever']);
});

test('declared dependencies of functions go both ways', () => {
  const of = programOf(
    `function seal(x: int, y: int): int extern fd (result -> x)
     role client external
     role node { relation r(x: int, y: int, h: int)\nr(x, y, seal(x, y)) :- plain(x, y) }
     channel plain(k: int, v: int): client -> node`,
  );
  expect(holds(of, 'r', [2], 0)).toEqual(['tick', 'ever']);
  expect(holds(of, 'r', [2], 1)).toEqual([]);
  expect(holds(of, 'r', [0, 1], 2)).toEqual(['tick', 'ever']);
});

test('parts of a tuple are determined by it', () => {
  const of = program('relation r(t: (int, int), k: int)\nr((k, v), k) :- plain(k, v)');
  expect(holds(of, 'r', [0], 1)).toEqual(['tick', 'ever']);
  expect(holds(of, 'r', [1], 0)).toEqual([]);
});

test('an aggregate has one value a group in a tick, not over time', () => {
  const counted = 'relation n(c: int, k: int)\nn(count<v>, k) :- plain(k, v)\n';
  expect(holds(program(counted), 'n', [1], 0)).toEqual(['tick']);
  const next = 'relation last(c: int, k: int)\nlast(c, k) :+ n(c, k)\n';
  expect(holds(program(counted + next), 'last', [1], 0)).toEqual(['tick']);
  expect(holds(program(`${counted}${next}persist last`), 'last', [1], 0)).toEqual([]);
});

test('two aggregates of one group agree with themselves only', () => {
  const of = program(
    `relation m(x: int, k: int)\nm(min<v>, k) :- plain(k, v)\nm(max<v>, k) :- plain(k, v)`,
  );
  expect(holds(of, 'm', [1], 0)).toEqual([]);
});

test('a lexicographic maximum fills columns that its group determines together', () => {
  const of = program('relation m(k: int, v: int)\nm(max<k, v>) :- plain(k, v)');
  expect(holds(of, 'm', [], 0)).toEqual(['tick']);
  expect(holds(of, 'm', [], 1)).toEqual(['tick']);
});

test('a rank and what it ranks determine each other in a tick', () => {
  const of = program('relation r(k: int, n: int)\nr(k, index<k>) :- plain(k, _)');
  expect(holds(of, 'r', [0], 1)).toEqual(['tick']);
  expect(holds(of, 'r', [1], 0)).toEqual(['tick']);
});

test('the other columns determine a lattice column, whatever its clauses derive', () => {
  const of = program('relation r(k: int, v: max<int>)\nr(k, v) :- plain(k, v)\npersist r');
  expect(holds(of, 'r', [0], 1)).toEqual(['tick']);
  const merged = program('relation r(k: int, v: max<int>, w: int)\nr(k, v, v) :- plain(k, v)');
  expect(holds(merged, 'r', [2], 1)).toEqual([]);
});

test('recursion keeps what every round gives', () => {
  const of = program(
    `relation reach(k: int, v: int, x: int)
     reach(k, v, 0) :- a(k, v)
     reach(k, v, x + 1) :- reach(k, v, x), x < 5
     persist reach`,
  );
  expect(holds(of, 'reach', [0], 1)).toEqual(['tick', 'ever']);
  expect(holds(of, 'reach', [0], 2)).toEqual([]);
});

test('a fact from the start counts as one more clause', () => {
  const of = program('relation r(k: int)\ninit r(0)\nr(k) :+ r(k)');
  expect(holds(of, 'r', [], 0)).toEqual(['tick', 'ever']);
  const changed = program('relation r(k: int)\ninit r(0)\nr(k) :- plain(k, _)');
  expect(holds(changed, 'r', [], 0)).toEqual([]);
});

test('dependencies cross roles on channels, except on the own id and what one tick has', () => {
  const voting = inferDependencies(protocol('voting'), 'environment');
  const vote = equationsOf(voting, 'leader', 'vote', 'ever');
  expect(vote.map(({ column, term }) => `${column} = ${termKey(term)}`)).toEqual([
    '3 = key:req:0,1:2(#1,#2)',
  ]);
  const at = { role: 'leader', relation: 'done', scope: 'ever' } as const;
  expect(determines(voting, at, [0, 1], [2])).toBe(true);
  expect(determines(voting, at, [1], [2])).toBe(false);
});

test('declarations inside are hypotheses, and used only if trusted', () => {
  const declared = program('relation r(k: int, v: int) key (k)\nr(k, v) :- plain(k, v)');
  const at = { role: 'node', relation: 'r', scope: 'tick' } as const;
  expect(determines(inferDependencies(declared), at, [0], [1])).toBe(true);
  expect(determines(inferDependencies(declared, 'environment'), at, [0], [1])).toBe(false);
  expect(determines(inferDependencies(declared), { ...at, scope: 'ever' }, [0], [1])).toBe(false);
});
