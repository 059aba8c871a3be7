/** Pools of several cells are judged by their parts, with the verdicts of whole searches; what mixes cells isn't cut. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellColumnsOf, cellsOf } from '../../src/sim/judge/cells.ts';
import type { ExhaustiveJudgement } from '../../src/sim/judge/exhaustive.ts';
import type { Scope } from '../../src/sim/judge/scope.ts';
import { judge, load, pool } from './judge.ts';

const protocol = (name: string): string =>
  readFileSync(new URL(`../../protocols/${name}.ir`, import.meta.url), 'utf8');

function columnsOf(text: string): readonly (readonly (readonly [string, number])[])[] {
  return cellColumnsOf([load(text)]).map((columns) => [...columns]);
}

test('transactions are of the cell of their client, values of the cell of their key', () => {
  expect(columnsOf(protocol('2pc-recovery'))).toEqual([[['req', 0]]]);
  expect(columnsOf(protocol('voting'))).toEqual([[['req', 0]], [['req', 1]]]);
  expect(columnsOf(protocol('kvs'))).toEqual([
    [
      ['put', 2],
      ['get', 2],
    ],
  ]);
});

/** A store with keys of clients and of a server, and clauses that a test adds. */
function store(clauses: string, more = ''): string {
  return `role client external
    role server {
      relation s(k: int, c: client, x: int) relation n(k: int, many: int) relation seen(x: int)
      relation total(many: int)
      s(k, c, x) :- put(c, k, x) persist s
      done@c(x) :~ put(c, _, x)
      ${clauses}
    }
    channel put(c: client, k: int, x: int): client -> server
    channel get(c: client, k: int): client -> server
    channel done(x: int): server -> client
    channel answer(k: int, x: int): server -> client ${more}
    channel many(n: int): server -> client`;
}

test.each([
  ['a join on the key', 'answer@c(k, x) :~ get(c, k), s(k, _, x)', true],
  ['a count by key', 'n(k, count<x>) :- s(k, _, x) many@c(m) :~ get(c, k), n(k, m)', true],
  ['negation by key', 'answer@c(k, 0) :~ get(c, k), !s(k, _, _)', true],
  ['a join on another column', 'answer@c(k, x) :~ get(c, k), s(_, c, x)', false],
  [
    'a count over all keys',
    'total(count<x>) :- s(_, _, x) many@c(m) :~ get(c, _), total(m)',
    false,
  ],
  ['a count that clients get', 'many@c(count<x>) :~ put(c, _, x)', false],
  ['a count by key that clients get', 'answer@c(k, count<x>) :~ put(c, k, x)', true],
  ['negation of any key', 'answer@c(k, 0) :~ get(c, k), !s(_, _, 7)', false],
  ['a rank among all', 'many@c(index<c, x>) :~ put(c, _, x)', false],
  ['an initial fact', 'init seen(0) answer@c(k, x) :~ get(c, k), seen(x)', false],
  ['a timer', 'timer t every 10 answer@c(k, x) :~ t(), s(k, c, x)', false],
  ['a timer of each fact', 'answer@c(k, x) :~ after 10 since s(k, c, x)', true],
  ['a fact of no key', 'seen(x) :- put(_, _, x) answer@c(k, x) :~ get(c, k), seen(x)', false],
])('%s: cells %#', (_, clauses, isCellular) => {
  const columns = cellColumnsOf([load(store(clauses))]);
  expect(columns.some((each) => each.get('put') === 1 && each.get('get') === 1)).toBe(isCellular);
});

test('equal facts of two cells in one tick are one in a bag that drops the cell', () => {
  const bag = 'answer@c(0, x) :~ get(c, k), s(k, _, x)';
  expect(columnsOf(store(bag)).length).toBeGreaterThan(0);
  expect(columnsOf(store(bag, 'bag'))).toEqual([]);
  expect(columnsOf(store(bag.replace('(0,', '(k,'), 'bag')).length).toBeGreaterThan(0);
});

test('a pool is cut where its commands are of different cells', () => {
  const columns = cellColumnsOf([load(protocol('kvs'))]);
  const cut = (...commands: readonly string[]): readonly number[] =>
    cellsOf(pool(...commands), columns).map((each) => each.commands.length);
  expect(cut('put(0, 1, 5, x)', '1: get(1, 2, 5)')).toEqual([2]);
  expect(cut('put(0, 1, 5, x)', '1: get(1, 2, 6)', 'get(0, 3, 5)')).toEqual([2, 1]);
  expect(cellsOf(pool('put(0, 1, 5, x)', 'get(1, 2, 6)'), [])).toHaveLength(1);
});

/** Puts are answered when they are in memory; in `parts` when there are two. */
function memory(durable: string, parts: string, by: string, reader = 's(k, x)'): string {
  return `role client external
    role server ${parts} {
      ${durable} relation s(k: int, x: int)
      s(k, x) :- put(_, k, x) persist s
      done@c(k) :~ put(c, k, _)
      answer@c(k, x) :~ get(c, k), ${reader}
      answer@c(k, 0) :~ get(c, k), !s(k, _)
    }
    channel put(c: client, k: int, x: int): client -> server reliable ${by}
    channel get(c: client, k: int): client -> server reliable ${by}
    channel done(k: int): server -> client
    channel answer(k: int, x: int): server -> client`;
}

const both = pool('put(0, 1, 5)', '1: put(1, 2, 6)', 'get(0, 1)', '1: get(1, 2)');

function everyWay(
  original: string,
  plan: string,
  scope: Partial<Scope> = {},
): readonly ExhaustiveJudgement[] {
  return (['none', 'all', 'eager'] as const).map((reductions) =>
    judge(original, plan, [both], { ...scope, reductions }),
  );
}

test('a store in parts by key refines one server, whose crashes take all keys at once', () => {
  const [whole, ...composed] = everyWay(memory('', '', ''), memory('', 'parts 2', 'by (k)'));
  expect(whole?.verdict).toBe('refines');
  expect(whole?.report.composed).toBe(0);
  for (const { verdict, report } of composed) {
    expect(verdict).toBe('refines');
    expect(report.composed).toBe(report.searchesPlanned);
    expect(report.states).toBeLessThan((whole?.report.states ?? 0) / 3);
  }
});

test('a store on disk in parts by key refines one server on disk, whatever a crash leaves of a step', () => {
  for (const { verdict } of everyWay(
    memory('durable', '', ''),
    memory('durable', 'parts 2', 'by (k)'),
  )) {
    expect(verdict).toBe('refines');
  }
});

test('parts that forget apart are told from a server that forgets all, although each key alone looks right', () => {
  const split = memory('', 'parts 2', 'by (k)');
  const apart = { incarnations: 'separate' } as const;
  const each = pool('put(0, 1, 5)', 'get(0, 1)');
  expect(judge(memory('', '', ''), split, [each], apart).verdict).toBe('refines');
  for (const { verdict } of everyWay(memory('', '', ''), split, apart)) {
    expect(verdict).toBe('violated');
  }
});

test('a wrong answer of one key is found in its part', () => {
  const wrong = memory('', 'parts 2', 'by (k)', 's(k, y), x = y + k');
  for (const { verdict, counterexample } of everyWay(memory('', '', ''), wrong)) {
    expect(verdict).toBe('violated');
    expect(counterexample?.history.join('\n')).toContain('answer');
  }
});

test('a plan that mixes keys is searched as a whole', () => {
  const mixing = memory('', '', '', 's(k, x), !s(3 - k, _)');
  for (const { verdict, report } of everyWay(memory('', '', ''), mixing)) {
    expect(verdict).toBe('stalls');
    expect(report.composed).toBe(0);
  }
});

test('a process that fails stops for all keys, so nothing is composed', () => {
  const failing = memory('', '', '', 's(k, y), x = 10 / (2 - k) + y');
  for (const { verdict, report } of everyWay(failing, failing)) {
    expect(verdict).toBe('refines');
    expect(report.composed).toBe(0);
  }
});
