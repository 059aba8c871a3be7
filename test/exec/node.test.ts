import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { armedTimers, initialState, restart, settle, stateKey, step } from '../../src/exec/node.ts';
import type { ExecLimits } from '../../src/exec/node-code.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { codeOf, message, programOf, runnerOf } from './role-runner.ts';

const voting = programOf(readFileSync('protocols/voting.ir', 'utf8'));

/** A role `n` with these members, that is sent `in(x, y)` and `ping(x)` and sends `out(x, y)` and `also(x, y)`. */
function roleOf(members: string, declarations = ''): ReturnType<typeof programOf> {
  return programOf(`
${declarations}
role left { relation got(x: int, y: int)
  got(x, y) :- out(x, y) }
role right { relation got(x: int, y: int)
  got(x, y) :- also(x, y) }
role n {
${members}
}
channel in(x: int, y: int): left -> n
channel ping(x: int): left -> n
channel out(x: int, y: int): n -> left
channel also(x: int, y: int): n -> right
`);
}

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

test('a fact expires once while it holds, and again only after it was gone', () => {
  const program = roleOf(`
  relation pending(x: int)
  pending(x) :- ping(x)
  persist pending(x) until in(x, _)
  out@p(x, 0) :~ after 50 since pending(x), left(p)
`);
  const node = runnerOf(program, 'n');
  const expire = (x: number): NodeInput => ({ kind: 'expiry', site: 0, fact: [x] });
  node.settle(message('ping', 1), message('ping', 2));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1], [2]]);
  expect(node.settle(expire(1))).toEqual(['out@0(1, 0)']);
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[2]]);
  node.settle(message('in', 1, 0));
  node.settle(message('ping', 1));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1], [2]]);
  node.settle(message('in', 2, 0));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1]]);
});

const journal = roleOf(`
  durable relation log(x: int)
  relation memory(x: int)
  durable relation epoch(n: int)
  log(x) :- ping(x)
  persist log
  memory(x) :- ping(x)
  persist memory
  init memory(9)
  init epoch(1)
  epoch(n + 1) :+ epoch(n), in(_, _)
  epoch(n) :+ epoch(n), !in(_, _)
  out@p(x, 1) :~ stable log(x), left(p)
  also@p(x, 0) :~ log(x), right(p)
`);

test('`stable` holds from the tick after the flush', () => {
  const node = runnerOf(journal, 'n');
  node.settle();
  expect(node.tick(message('ping', 4))).toEqual(['also@0(4, 0)']);
  expect(node.facts('stable log')).toEqual([]);
  expect(node.tick()).toEqual(['out@0(4, 1)']);
  expect(node.facts('stable log')).toEqual(['(4)']);
});

test('a restart keeps what is on disk and nothing else, and the last flush may be lost', () => {
  const node = runnerOf(journal, 'n');
  node.settle();
  node.settle(message('in', 0, 0), message('ping', 1));
  node.tick(message('ping', 4));
  const before = node.state;
  const after = (lastFlush: 'kept' | 'lost'): readonly string[] => {
    node.state = restart(node.code, before, { lastFlush });
    const sent = node.settle();
    return [...node.facts('log'), ...node.facts('memory'), ...node.facts('epoch'), ...sent];
  };
  const again = (x: number): readonly string[] => [`out@0(${x}, 1)`, `also@0(${x}, 0)`];
  expect(after('kept')).toEqual([
    '(1)',
    '(4)',
    '(9)',
    '(2)',
    'out@0(1, 1)',
    'out@0(4, 1)',
    'also@0(1, 0)',
    'also@0(4, 0)',
  ]);
  expect(after('lost')).toEqual(['(1)', '(9)', '(2)', ...again(1)]);
});

test('a process that never flushed starts afresh', () => {
  const node = runnerOf(journal, 'n');
  node.tick();
  node.state = restart(node.code, node.state, { lastFlush: 'lost' });
  expect(node.state.phase).toBe('fresh');
  node.settle();
  expect(node.facts('epoch')).toEqual(['(1)']);
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

test.each([
  {
    name: 'division by zero',
    members: 'relation r(x: int)\n  r(1 / x) :- ping(x)',
    fault: { kind: 'expression', clause: 'n.1', message: 'division by zero' },
  },
  {
    name: 'recursion that makes new values',
    members: 'relation r(x: int)\n  r(x) :- ping(x)\n  r(x + 1) :- r(x)',
    fault: {
      kind: 'tick-diverges',
      clause: 'n.2',
      message: 'one tick derives more than 1000 facts',
    },
  },
  {
    name: 'a function that nobody bound',
    members: 'relation r(x: int)\n  r(seal(x)) :- ping(x)',
    fault: { kind: 'function', clause: 'n.1', message: "the external function `seal` isn't bound" },
  },
])('$name is a fault that names the clause', ({ members, fault }) => {
  const program = roleOf(`  ${members}`, 'function seal(x: int): int extern');
  const code = codeOf(program, 'n', { limits: { factsPerTickMax: 1000 } });
  const state = initialState(code, 0);
  const result = step(code, state, [message('ping', 0)]);
  expect(result).toEqual({ kind: 'fault', fault: { ...fault, node: null } });
  expect(step(code, state, []).kind).toBe('stepped');
});

test('a node that never settles is a fault', () => {
  const program = roleOf('  relation n1(x: int)\n  init n1(0)\n  n1(x + 1) :+ n1(x)');
  const result = settle(
    codeOf(program, 'n', { limits: { settleTicksMax: 20 } }),
    initialState(codeOf(program, 'n'), 0),
    [],
  );
  expect(result.kind).toBe('fault');
  expect(result.ticks).toHaveLength(20);
});

test('a join that looks at too much, and a relation that grows without end, are faults', () => {
  const program = roleOf(`
  relation all(x: int, y: int)
  relation crossed(x: int)
  all(x, y) :- in(x, y)
  persist all
  all(x + 1, y) :+ all(x, y), ping(_)
  crossed(a) :- all(a, b), all(c, d), all(e, f), b + d + f < 0`);
  const inputs = Array.from({ length: 30 }, (_, x) => message('in', 100 * x, x));
  const faultOf = (limits: Partial<ExecLimits>, extra: readonly NodeInput[]): string => {
    const code = codeOf(program, 'n', { limits });
    const result = step(code, initialState(code, 0), [...inputs, ...extra]);
    return result.kind === 'fault' ? `${result.fault.clause}: ${result.fault.message}` : 'none';
  };
  expect(faultOf({}, [])).toBe('none');
  expect(faultOf({ joinStepsMax: 20_000 }, [])).toBe('n.4: a join looks at too many facts');
  expect(faultOf({ factsHeldMax: 50 }, [])).toBe('none');
  expect(faultOf({ factsHeldMax: 50 }, [message('ping', 0)])).toBe(
    'n.3: `all` holds more than 50 facts',
  );
});

test('a chain of two thousand clauses is derived in one tick', () => {
  const chain = Array.from({ length: 2_000 }, (_, at) => `r${at + 1}(x) :- r${at}(x)`);
  const declared = Array.from({ length: 2_001 }, (_, at) => `relation r${at}(x: int)`);
  const program = roleOf(
    `${declared.join('\n')}\n${chain.join('\n')}\nr0(x) :- ping(x)\nout@p(x, x) :~ r2000(x), left(p)`,
  );
  const node = runnerOf(program, 'n');
  expect(node.settle(message('ping', 3))).toEqual(['out@0(3, 3)']);
  expect(node.code.isEvent.filter(Boolean)).toHaveLength(2_003);
});

test('external functions are called, and what they do wrong is a fault', () => {
  const program = roleOf(
    '  out@p(x, seal(x)) :~ ping(x), left(p)',
    'function seal(x: int): int extern',
  );
  const node = runnerOf(
    program,
    'n',
    codeOf(program, 'n', { functions: { seal: (x) => Number(x) + 1 } }),
  );
  expect(node.settle(message('ping', 1))).toEqual(['out@0(1, 2)']);
  const bad = [
    () => {
      throw new Error('no key');
    },
    () => ({}),
  ];
  for (const seal of bad) {
    const code = codeOf(program, 'n', { functions: { seal } });
    const result = step(code, initialState(code, 0), [message('ping', 1)]);
    expect(result.kind === 'fault' && result.fault.kind).toBe('function');
  }
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
