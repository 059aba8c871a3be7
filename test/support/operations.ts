/** Operations of a register from a simulated history, by the `history` declaration of its program. */
import { defined, invariant } from '../../src/base/assert.ts';
import type { Fact, Value } from '../../src/exec/value.ts';
import type { Atom } from '../../src/ir/clause.ts';
import type { Program } from '../../src/ir/program.ts';
import type { History } from '../../src/sim/history.ts';
import type { ClientOperation, ClientValue } from '../../src/sim/judge/client-history.ts';

/** "" is the answer of a register that was never written. Reads that weren't answered constrain nothing. */
export function operationsOfHistory(program: Program, history: History): ClientOperation[] {
  const { operations } = defined(program.history, 'the program declares a history');
  const found: ClientOperation[] = [];
  for (const [invoked, event] of history.entries()) {
    if (event.kind !== 'send' || event.attempt !== 1) continue;
    const operation = operations.find(({ call }) => call.relation === event.channel);
    if (operation === undefined) continue;
    const answer = history.findIndex((e) => e.kind === 'recv' && e.command === event.command);
    const reply = history[answer];
    if (reply === undefined && operation.kind === 'read') continue;
    const { kind: f, value } = operation;
    const key = columnOf(operation.call, event.fact, operation.key);
    invariant(typeof key === 'number' || typeof key === 'string', 'keys are plain');
    found.push({
      process: `${event.client}/${event.command}`,
      f,
      key,
      value:
        f === 'write'
          ? written(columnOf(operation.call, event.fact, value))
          : written(columnOf(operation.reply, reply?.fact ?? [], value)),
      invoked,
      returned: reply === undefined ? null : answer,
    });
  }
  return found;
}

function written(value: Value | undefined): ClientValue {
  invariant(typeof value === 'string', 'the registers of these tests hold text');
  return value === '' ? null : value;
}

function columnOf(atom: Atom, fact: Fact, name: string): Value | undefined {
  const at = atom.args.findIndex((arg) => arg.kind === 'variable' && arg.name === name);
  return fact[at];
}
