/** A process that has much to catch up with is not one that never settles. */
import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { compileRole, defaultCompileOptions } from '../../src/exec/compile.ts';
import type { ExecLimits } from '../../src/exec/node-code.ts';
import { processExecLimits } from '../../src/runtime/limits.ts';
import { Machine } from '../../src/runtime/machine.ts';
import { programOf } from './values.ts';

/** As the replicas of Paxos: one slot a tick, in order. */
const text = `
role client external
role replica {
  relation next(s: int)
  relation learned(s: int)
  relation run(s: int)
  init next(0)
  learned(s) :- out(_, s)
  persist learned(s) until next(t), s < t
  run(s) :- next(s), learned(s)
  next(s + 1) :+ run(s)
  next(s) :+ next(s), !run(s)
  done@c(s) :~ out(c, _), run(s)
}
channel out(c: client, s: int): client -> replica
channel done(s: int): replica -> client
`;

const slots = 3000;

/** What is left of the first slot's message: the reaction to it frees all that wait behind. */
function caughtUp(limits: ExecLimits): { readonly fault: string | null; readonly ticks: number } {
  const program = programOf(text);
  const role = defined(program.roles[1], 'the replica');
  const code = compileRole(program, role, { ...defaultCompileOptions, limits, members: () => 1 });
  const machine = new Machine(code, 0, null);
  const out = (slot: number): Parameters<Machine['react']>[0][number] => {
    return { kind: 'message', channel: 'out', fact: [0, slot] };
  };
  machine.react(Array.from({ length: slots }, (_, at) => out(at + 1)));
  const { ticks, fault } = machine.react([out(0)]);
  return { fault: fault?.kind ?? null, ticks: ticks.length };
}

test('a message that was missing frees thousands of slots', () => {
  const { fault, ticks } = caughtUp(processExecLimits);
  expect(fault).toBeNull();
  expect(ticks).toBeGreaterThan(slots);
});

test('the bound is there all the same', () => {
  expect(caughtUp({ ...processExecLimits, settleTicksMax: 1000 }).fault).toBe('never-settles');
});
