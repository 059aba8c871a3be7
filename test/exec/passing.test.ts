/** Relations that pass with a register (src/exec/generate/passing.ts) hold and send what the meaning says, tick by tick. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import type { NodeInput, NodeState } from '../../src/exec/node-state.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { memberCount } from '../../src/sim/deployment.ts';
import { NaiveNode } from './naive-node.ts';
import { codeOf, programOf } from './role-runner.ts';
import { stateKey } from './state-key.ts';

/** A log that is run slot by slot, as that of a replica; `extra` goes into the role. */
function logOf(extra: string): string {
  return `
role other external
role n {
  relation next(s: int)
  relation log(x: int, s: int) key (s)
  relation held(x: int) key (x)
  relation run(x: int, s: int)
  relation twice(x: int)
  relation fresh(x: int)
  init next(0)
  log(x, s) :- entry(x, s)
  persist log(_, s) until next(t), s < t
  run(x, s) :- next(s), log(x, s), !pause(_)
  next(s + 1) :+ run(_, s)
  next(s) :+ next(s), !run(_, _)
  twice(x) :- run(x, _), held(x)
  fresh(x) :- run(x, _), !twice(x)
  held(x) :+ fresh(x)
  held(x) :+ held(x), !forget(x)
  first@o(x) :~ fresh(x), other(o)
  again@o(x) :~ twice(x), held(x), other(o)
  ${extra}
}
channel entry(x: int, s: int): other -> n
channel pause(x: int): other -> n
channel forget(x: int): other -> n
channel first(x: int): n -> other
channel again(x: int): n -> other
channel seen(x: int): n -> other
`;
}

type Input = readonly ['entry', number, number] | readonly ['pause' | 'forget', number];

const small = fc.integer({ min: 0, max: 3 });
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.tuple(fc.constant('entry' as const), small, fc.integer({ min: 0, max: 6 })),
  fc.tuple(fc.constantFrom('pause' as const, 'forget' as const), small),
);
const ticks = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 16 });

function compare(text: string, runs: readonly (readonly Input[])[]): void {
  const program = programOf(text);
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n');
  const naive = new NaiveNode(program, role, 0, (name) => memberCount(program, name, 2));
  const machine = new Machine(code, 0);
  for (const inputs of runs) {
    const inbox = inputs.map(
      ([channel, ...fact]): NodeInput => ({ kind: 'message', channel, fact }),
    );
    const isQuiet = machine.settled && inbox.length === 0;
    const before: NodeState = machine.save();
    const result = machine.tick(inbox);
    if (result.kind === 'fault') throw new Error(result.fault.message);
    const expected = naive.tick(inputs.map(([name, ...fact]) => ({ name, fact })));
    const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
    expect(sent.sort()).toEqual(expected.sent);
    if (isQuiet) expect(stateKey(machine.save())).toBe(stateKey(before));
    for (const { name } of role.relations) {
      const facts = machine.facts(code.names.indexOf(name));
      const texts = facts.toSorted(compareFacts).map(keyOfFact);
      expect([name, ...texts]).toEqual([name, ...expected.facts(name).map(keyOfFact)]);
    }
    const other = new Machine(code, 0);
    other.load(before);
    other.tick(inbox);
    expect(stateKey(other.save())).toBe(stateKey(machine.save()));
  }
}

test.each([
  ['alone', ''],
  ['beside what an event brings', 'fresh(x) :- pause(x)'],
  ['and denied where nothing else changes', 'seen@o(s) :~ next(s), !run(_, _), other(o)'],
])('a log that is run slot by slot, %s', (_, extra) => {
  const property = fc.property(ticks, (runs) => compare(logOf(extra), runs));
  fc.assert(property, { seed: 20261123, numRuns: 40 });
});

test('what passes is run anew, and what may hold much is not', () => {
  const { text } = codeOf(programOf(logOf('')), 'n');
  // Who asks for all that is held looks at more than passes.
  const wide = logOf('relation all(x: int, y: int)\n  all(x, y) :- run(x, _), held(y)');
  const other = codeOf(programOf(wide), 'n').text;
  expect(text).toMatch(/function run_run_\d+\(/);
  expect(other).not.toMatch(/function run_run_\d+\(/);
});

// At the end of a tick with an event that something passing is denied by, an empty tick finds more.
test('a machine isn’t settled while an event holds back what would pass', () => {
  const program = programOf(`
role other external
role n {
  relation register(x: int)
  relation shown(x: int)
  init register(1)
  register(x) :+ set(x)
  register(x) :+ register(x), !set(_)
  shown(x) :- register(x), !hold(_)
  first@o(x) :~ shown(x), other(o)
}
channel set(x: int): other -> n
channel hold(x: int): other -> n
channel first(x: int): n -> other
`);
  const machine = new Machine(codeOf(program, 'n'), 0);
  const sent = (inbox: readonly NodeInput[]): number => {
    const result = machine.tick(inbox);
    return result.kind === 'ticked' ? result.outbox.length : -1;
  };
  expect(sent([])).toBe(2);
  while (!machine.settled) expect(sent([])).toBe(0);
  expect(sent([{ kind: 'message', channel: 'hold', fact: [1] }])).toBe(0);
  expect(machine.settled).toBe(false);
  expect(sent([])).toBe(2);
});
