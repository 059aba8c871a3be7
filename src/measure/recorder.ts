/**
 * The history of a load generator as JSON lines, in the order in which it happened: `process` (the logical client),
 * `type` (invoke, ok, info, fail), `f` (the operation), `key`, `value`, `time` in microseconds.
 *
 * Programs with a `history` block are read by it: reads and writes of keys, in the form that the judge takes. Of others
 * the operation is the channel, the key the command's id, and the value the whole fact.
 *
 * Lines are made when nothing is measured: `drain`.
 */
import { type Fact, keyOfValue, type Value } from '../exec/value.ts';
import type { HistoryOperation, Program } from '../ir/program.ts';
import type { Command } from '../sim/workload.ts';

export type OutcomeType = 'ok' | 'info';

type Kept =
  | { readonly type: 'invoke'; readonly command: Command; readonly atMs: number }
  | {
      readonly type: OutcomeType;
      readonly command: Command;
      readonly atMs: number;
      readonly answer: Fact | null;
    };

export class Recorder {
  readonly #operations: ReadonlyMap<string, Operation>;
  #kept: Kept[] = [];

  constructor({ history }: Program) {
    this.#operations = new Map(
      (history?.operations ?? []).map((each) => [each.call.relation, operationOf(each)]),
    );
  }

  get waiting(): number {
    return this.#kept.length;
  }

  invoked(command: Command, atMs: number): void {
    this.#kept.push({ type: 'invoke', command, atMs });
  }

  /** `info`: nobody knows what became of it, or will. */
  closed(command: Command, type: OutcomeType, answer: Fact | null, atMs: number): void {
    this.#kept.push({ type, command, atMs, answer });
  }

  /** The lines since the last call. */
  drain(): string {
    const lines = this.#kept.map((kept) => `${JSON.stringify(this.#event(kept))}\n`);
    this.#kept = [];
    return lines.join('');
  }

  #event(kept: Kept): object {
    const { command, type, atMs } = kept;
    const time = Math.round(atMs * 1000);
    const answer = kept.type === 'invoke' ? null : kept.answer;
    const operation = this.#operations.get(command.channel);
    if (operation === undefined) {
      const value = type === 'ok' ? answer : command.fact;
      return { process: command.client, type, f: command.channel, key: command.id, value, time };
    }
    const { f, key, callValue, replyValue } = operation;
    const written = f === 'write' ? command.fact[callValue] : undefined;
    const read = answer === null ? undefined : answer[replyValue];
    return {
      process: command.client,
      type,
      f,
      key: textOf(command.fact[key]) ?? '',
      value: f === 'write' ? textOf(written) : empty(textOf(read)),
      time,
    };
  }
}

interface Operation {
  readonly f: HistoryOperation['kind'];
  /** Columns of the call and the reply; -1 where it isn't there. */
  readonly key: number;
  readonly callValue: number;
  readonly replyValue: number;
}

function operationOf({ kind, call, reply, key, value }: HistoryOperation): Operation {
  const columnOf = (atom: HistoryOperation['call'], name: string): number =>
    atom.args.findIndex((arg) => arg.kind === 'variable' && arg.name === name);
  return {
    f: kind,
    key: columnOf(call, key),
    callValue: columnOf(call, value),
    replyValue: columnOf(reply, value),
  };
}

function textOf(value: Value | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : keyOfValue(value);
}

/** Of a key that was never written a read may say the empty value of its type: `""`, 0 or false. */
function empty(value: string | null): string | null {
  return value === '' || value === '0' || value === 'f' ? null : value;
}
