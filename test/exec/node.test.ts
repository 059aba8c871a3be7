import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { initialState, settle } from '../../src/exec/node.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { codeOf, message, programOf, roleOf, runnerOf } from './role-runner.ts';
import { stateKey } from './state-key.ts';

const voting = programOf(readFileSync('protocols/voting.ir', 'utf8'));

const timer = (name: string): NodeInput => ({ kind: 'timer', timer: name });

test('a leader asks every participant and answers once all have voted', () => {
  const leader = runnerOf(voting, 'leader');
  expect(leader.settle()).toEqual([]);
  expect(leader.settle(message('req', 1, 7, 'x'))).toEqual([
    'ask@0(1, 7, "x")',
    'ask@1(1, 7, "x")',
    'ask@2(1, 7, "x")',
  ]);
  expect(leader.settle(message('vote', 0, 1, 7, 'x'), message('vote', 2, 1, 7, 'x'))).toEqual([]);
  expect(leader.facts('votes')).toEqual(['(0, 1, 7, "x")', '(2, 1, 7, "x")']);
  expect(leader.settle(message('vote', 1, 1, 7, 'x'))).toEqual(['reply@1(7, "x")']);
  expect(leader.facts('votes')).toEqual([]);
});

test('a clause over state sends when it becomes true; one with an event sends in every tick that has it', () => {
  const program = roleOf(`
  relation seen(x: int)
  seen(x) :- ping(x)
  persist seen
  timer again every 10
  out@p(x, 0) :~ seen(x), left(p)
  also@p(x, 1) :~ seen(x), again(), right(p)
`);
  const node = runnerOf(program, 'n');
  expect(node.settle(message('ping', 5))).toEqual(['out@0(5, 0)']);
  expect(node.settle(message('ping', 5))).toEqual([]);
  expect(node.settle(timer('again'))).toEqual(['also@0(5, 1)']);
  expect(node.settle(timer('again'))).toEqual(['also@0(5, 1)']);
});

test('what becomes false may become true again', () => {
  const program = roleOf(`
  relation on(x: int)
  on(x) :- in(x, 1)
  persist on(x) until in(x, 0)
  out@p(x, x) :~ on(x), left(p)
`);
  const node = runnerOf(program, 'n');
  expect(node.settle(message('in', 3, 1))).toEqual(['out@0(3, 3)']);
  expect(node.settle(message('in', 3, 0))).toEqual([]);
  expect(node.settle(message('in', 3, 1))).toEqual(['out@0(3, 3)']);
});

test('a state in the midst of a step goes on as the process itself does', () => {
  const program = roleOf(`
  relation both(x: int)
  relation kept(x: int)
  both(x) :- ping(x)
  both(x) :- kept(x)
  kept(x) :- in(x, _)
  persist kept
  out@p(x, 1) :~ both(x), left(p)
`);
  const node = runnerOf(program, 'n');
  node.settle();
  const start = node.state;
  node.tick(message('ping', 5));
  const midst = node.state;
  node.tick();
  const after = stateKey(node.state);
  // The machine goes elsewhere, so it is filled from the state in the midst of the step.
  node.state = start;
  node.tick(message('in', 7, 0));
  node.state = midst;
  expect(node.tick()).toEqual([]);
  expect(stateKey(node.state)).toBe(after);
  expect(node.settle(message('ping', 5))).toEqual(['out@0(5, 1)']);
});

test('a message is sent once a tick, whichever clauses derive it', () => {
  const program = roleOf(`
  out@p(x, 1) :~ ping(x), left(p)
  out@p(x, y) :~ in(x, y), left(p)
`);
  const node = runnerOf(program, 'n');
  expect(node.tick(message('ping', 2), message('in', 2, 1))).toEqual(['out@0(2, 1)']);
});

test('`:+` holds in the next tick only, and a node ticks until it is settled', () => {
  const program = roleOf(`
  relation step(n: int)
  step(3) :+ ping(_)
  step(n - 1) :+ step(n), n > 0
  out@p(n, 0) :~ step(n), left(p)
`);
  const node = runnerOf(program, 'n');
  expect(node.settle(message('ping', 1))).toEqual([
    'out@0(3, 0)',
    'out@0(2, 0)',
    'out@0(1, 0)',
    'out@0(0, 0)',
  ]);
  expect(node.facts('step')).toEqual([]);
});

test('aggregates count distinct values, and an empty group has no row unless it has a default', () => {
  const program = roleOf(`
  relation all(x: int, y: int)
  relation counted(n: int, x: int)
  relation summed(n: int, m: int)
  relation least(x: int, y: int)
  relation most(x: int, y: int)
  relation listed(ys: list<int>, x: int)
  relation chosen(y: int)
  relation asked(n: int, x: int)
  all(x, y) :- in(x, y)
  persist all
  counted(count<y>, x) :- all(x, y)
  summed(sum<x>, sum<x, y>) :- all(x, y)
  least(min<x, y>) :- all(x, y)
  most(max<y, x>) :- all(x, y)
  listed(collect<y>, x) :- all(x, y)
  chosen(choose<y>) :- all(_, y)
  asked(count<y> default 0 over ping(x), x) :- all(x, y)
`);
  const node = runnerOf(program, 'n');
  node.tick(message('ping', 4));
  expect(node.facts('counted')).toEqual([]);
  expect(node.facts('asked')).toEqual(['(0, 4)']);
  node.tick(message('in', 1, 5), message('in', 1, 6), message('in', 2, 5), message('ping', 1));
  expect(node.facts('counted')).toEqual(['(1, 2)', '(2, 1)']);
  expect(node.facts('summed')).toEqual(['(3, 4)']);
  expect(node.facts('least')).toEqual(['(1, 5)']);
  expect(node.facts('most')).toEqual(['(6, 1)']);
  expect(node.facts('listed')).toEqual(['((5), 2)', '((5, 6), 1)']);
  expect(node.facts('chosen')).toEqual(['(5)']);
  expect(node.facts('asked')).toEqual(['(2, 1)']);
});

test('index numbers the distinct values of a tick in canonical order', () => {
  const program = roleOf(`
  relation ranked(x: int, i: int)
  ranked(y, index<y>) :- in(_, y)
`);
  const node = runnerOf(program, 'n');
  node.tick(message('in', 1, 30), message('in', 2, 10), message('in', 3, 30), message('in', 4, 20));
  expect(node.facts('ranked')).toEqual(['(10, 0)', '(20, 1)', '(30, 2)']);
});

test('relations may depend on each other within a tick', () => {
  const program = roleOf(`
  relation edge(x: int, y: int)
  relation path(x: int, y: int)
  relation stuck(x: int)
  edge(x, y) :- in(x, y)
  persist edge
  path(x, y) :- edge(x, y)
  path(x, z) :- path(x, y), path(y, z)
  stuck(x) :- edge(_, x), !path(x, _)
`);
  const node = runnerOf(program, 'n');
  node.tick(message('in', 1, 2), message('in', 2, 3), message('in', 3, 1), message('in', 3, 4));
  expect(node.facts('path')).toHaveLength(12);
  expect(node.facts('stuck')).toEqual(['(4)']);
});

test('columns of lattices merge, in recursion and from tick to tick', () => {
  const program = roleOf(
    `
  relation high(x: int, y: max<int>)
  relation low(x: int, y: min<int>)
  relation any(x: int, y: or)
  relation members(x: int, y: set<int>)
  relation clock(x: int, y: map<int, max<int>>)
  relation last(x: int, y: lex<int, set<int>>)
  relation odd(x: int, y: Longest)
  relation dist(x: int, d: min<int>)
  relation edge(x: int, y: int)
  high(x, y) :- in(x, y)
  persist high
  low(x, y) :- in(x, y)
  persist low
  any(x, y == 2) :- in(x, y)
  members(x, {y}) :- in(x, y)
  persist members
  clock(0, {x: y}) :- in(x, y)
  persist clock
  last(0, (x, {y})) :- in(x, y)
  persist last
  odd(x, y) :- in(x, y)
  edge(x, y) :- in(x, y)
  persist edge
  dist(0, 0) :- ping(_)
  dist(y, d + 1) :- dist(x, d), edge(x, y)
`,
    'lattice Longest(a: int, b: int) = if a % 10 >= b % 10 then a else b',
  );
  const node = runnerOf(program, 'n');
  node.tick(message('in', 0, 1), message('in', 0, 2), message('in', 1, 2), message('in', 0, 11));
  node.tick(message('in', 1, 5), message('in', 1, 2), message('ping', 0), message('in', 2, 0));
  expect(node.facts('high')).toEqual(['(0, 11)', '(1, 5)', '(2, 0)']);
  expect(node.facts('low')).toEqual(['(0, 1)', '(1, 2)', '(2, 0)']);
  expect(node.facts('any')).toEqual(['(1, true)', '(2, false)']);
  expect(node.facts('members')).toEqual(['(0, {1, 2, 11})', '(1, {2, 5})', '(2, {0})']);
  expect(node.facts('clock')).toEqual(['(0, {0: 11, 1: 5, 2: 0})']);
  expect(node.facts('last')).toEqual(['(0, (2, {0}))']);
  expect(node.facts('odd')).toEqual(['(1, 5)', '(2, 0)']);
  expect(node.facts('dist')).toEqual(['(0, 0)', '(1, 1)', '(2, 1)', '(5, 2)', '(11, 1)']);
});

test('statics, parameters, functions, members and `me` are what the program says', () => {
  const program = roleOf(
    `
  static weight(x: int, w: int) { (1, 10 * k), (2, 20) }
  relation known(x: int, w: int)
  known(x, double(w)) :- ping(x), weight(x, w)
  also@p(x, w) :~ known(x, w), right(p)
  out@p(0, x) :~ in(x, _), left(p), n(me)
`,
    'param k = 3\nfunction double(x: int): int = x * 2',
  );
  const node = runnerOf(program, 'n');
  expect(node.settle(message('ping', 1), message('ping', 3))).toEqual(['also@0(1, 60)']);
  expect(node.settle(message('in', 7, 0))).toEqual(['out@0(0, 7)']);
});

test('a tick changes no state but its own, and equal states have equal keys', () => {
  const code = codeOf(voting, 'leader');
  const start = initialState(code, 0);
  const run = (inputs: readonly NodeInput[]): string => {
    let state = start;
    for (const input of inputs) {
      const settled = settle(code, state, [input]);
      if (settled.kind === 'settled') state = settled.state;
    }
    return stateKey(state);
  };
  const [a, b] = [message('vote', 0, 1, 7, 'x'), message('vote', 1, 1, 7, 'x')];
  expect(run([a, b])).toBe(run([b, a]));
  expect(run([a, b, b])).toBe(run([a, b]));
  expect(run([a])).not.toBe(run([b]));
  expect(stateKey(start)).toBe(stateKey(initialState(code, 0)));
});

test('measuring counts what is new for each clause', () => {
  const code = codeOf(voting, 'leader', { measure: true });
  const counts = (
    state: typeof start,
    inputs: readonly NodeInput[],
  ): readonly [typeof start, number[]] => {
    const result = settle(code, state, inputs);
    if (result.kind === 'fault') throw new Error(result.fault.message);
    const sums = code.clauseIds.map((_, at) =>
      result.ticks.reduce((sum, tick) => sum + (tick.stats?.derived[at] ?? 0), 0),
    );
    return [result.state, sums];
  };
  const start = initialState(code, 0);
  const [asked, first] = counts(start, [message('req', 0, 1, 'x')]);
  expect(first).toEqual([3, 0, 0, 0, 0, 0]);
  const [, second] = counts(asked, [message('vote', 0, 0, 1, 'x')]);
  expect(second).toEqual([0, 1, 1, 1, 0, 0]);
});
