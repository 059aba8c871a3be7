/**
 * The most general client, cut to a few commands: what clients may send, drawn from the declared workload over a
 * small domain. A pool is one choice of commands; its clients send any of them at any time, also after any
 * output, to any member, each once, and one of them a second time (the retry).
 */
import { defined } from '../../base/assert.ts';
import { type Fact, keyOfFact, type Value } from '../../exec/value.ts';
import { evaluateInteger } from '../../ir/constant.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Program, WorkloadCommand } from '../../ir/program.ts';
import type { Type } from '../../ir/type.ts';

export interface ClientCommand {
  readonly client: number;
  readonly channel: string;
  readonly fact: Fact;
  /** The member that it is sent to; null: any member. */
  readonly member: number | null;
}

export interface ClientPool {
  readonly commands: readonly ClientCommand[];
  /** How often one of the commands may be sent again. */
  readonly retries: number;
}

export interface PoolOptions {
  /** Commands of the largest pools. */
  readonly commands: number;
  /** Clients that speak; two show what one alone can't. */
  readonly clients: number;
  readonly keys: number;
  readonly retries: number;
}

/**
 * Pools of one command up to the asked number: every multiset of the workload's templates, on one key and on
 * different keys. Smaller ones first, so that the first counterexample is a small one.
 */
export function poolsOf(program: Program, options: PoolOptions): readonly ClientPool[] {
  const { workload } = program;
  if (workload === null) return [];
  const pools = new Map<string, ClientPool>();
  for (let size = 1; size <= options.commands; size++) {
    for (const templates of multisets(workload.commands, size)) {
      for (const keys of keyChoices(size, Math.min(options.keys, workload.keys))) {
        const commands = templates.map((template, at) =>
          commandOf(program, template, {
            client: at % Math.min(options.clients, workload.clients),
            id: at,
            key: defined(keys[at], 'a key for each command'),
          }),
        );
        const pool = { commands, retries: options.retries };
        const name = commands.map(
          (each) => `${each.client} ${each.channel} ${keyOfFact(each.fact)}`,
        );
        pools.set(name.join('\n'), pool);
      }
    }
  }
  return [...pools.values()];
}

interface Draw {
  readonly client: number;
  readonly id: number;
  readonly key: number;
}

function commandOf(program: Program, template: WorkloadCommand, draw: Draw): ClientCommand {
  const channel = defined(
    program.channels.find((each) => each.name === template.send.relation),
    'the workload names channels, says the checker',
  );
  const fact = template.send.args.map((arg, at) =>
    argument(program, arg, defined(channel.columns[at], 'arity was checked').type, draw),
  );
  return { client: draw.client, channel: channel.name, fact, member: null };
}

/** Ids and payloads are fresh for each command; `below(n)` gives 0 first and then its neighbours. */
function argument(program: Program, arg: Expression, type: Type, draw: Draw): Value {
  switch (arg.kind) {
    case 'me':
      return draw.client;
    case 'variable':
      return arg.name === 'key' ? ofType(type, draw.key, 'k') : ofType(type, draw.id + 1, 'i');
    case 'call': {
      if (arg.function !== 'below') return ofType(type, draw.id + 1, 'x');
      const bound = arg.args[0] === undefined ? 1 : constant(program, arg.args[0]);
      return ofType(type, draw.id % Math.max(bound, 1), 'n');
    }
    case 'string':
    case 'bool':
      return arg.value;
    default:
      return constant(program, arg);
  }
}

function ofType(type: Type, number: number, prefix: string): Value {
  return type.kind === 'int' || type.kind === 'id' ? number : `${prefix}${number}`;
}

function constant(program: Program, expression: Expression): number {
  const values = new Map(program.parameters.map((each) => [each.name, each.value]));
  const value = evaluateInteger(expression, values);
  return value.kind === 'ok' ? value.value : 0;
}

function multisets<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) =>
    multisets(items.slice(at), size - 1).map((rest) => [item, ...rest]),
  );
}

/** All on one key; then, if there are more keys, each on the next one. */
function keyChoices(size: number, keys: number): readonly (readonly number[])[] {
  const same = Array.from({ length: size }, () => 0);
  if (size === 1 || keys < 2) return [same];
  return [same, same.map((_, at) => at % keys)];
}
