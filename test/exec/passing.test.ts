/** Relations that pass with a register (src/exec/generate/passing.ts) hold and send what the meaning says, tick by tick. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { type ChannelInput, compareRuns } from './compare-runs.ts';
import { codeOf, programOf } from './role-runner.ts';

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

const small = fc.integer({ min: 0, max: 3 });
const input: fc.Arbitrary<ChannelInput> = fc.oneof(
  fc.tuple(fc.constant('entry' as const), small, fc.integer({ min: 0, max: 6 })),
  fc.tuple(fc.constantFrom('pause' as const, 'forget' as const), small),
);
const ticks = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 16 });

test.each([
  ['alone', ''],
  ['beside what an event brings', 'fresh(x) :- pause(x)'],
  ['and denied where nothing else changes', 'seen@o(s) :~ next(s), !run(_, _), other(o)'],
])('a log that is run slot by slot, %s', (_, extra) => {
  const property = fc.property(ticks, (runs) => compareRuns(logOf(extra), runs));
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
