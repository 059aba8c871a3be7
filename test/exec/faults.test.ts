import { expect, test } from 'vitest';
import { initialState, settle, step } from '../../src/exec/node.ts';
import type { ExecLimits } from '../../src/exec/node-code.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { codeOf, message, roleOf, runnerOf } from './role-runner.ts';

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
