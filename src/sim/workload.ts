/** Commands of the declared workload, drawn from a seed. Payloads carry the command's id, so they are unique. */
import { defined } from '../base/assert.ts';
import type { Prng } from '../base/prng.ts';
import { constantIn } from '../exec/compile.ts';
import { equalValues, type Fact, type Value } from '../exec/value.ts';
import type { Atom } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program, WorkloadCommand } from '../ir/program.ts';
import type { Type } from '../ir/type.ts';

export interface Command {
  readonly client: number;
  /** Fresh in the run. */
  readonly id: number;
  readonly channel: string;
  readonly fact: Fact;
  /** Members of the receiving role; a retry goes to the next one. */
  readonly members: number;
  readonly isAnswer: (channel: string, fact: Fact) => boolean;
}

export interface Draw {
  readonly client: number;
  readonly id: number;
  readonly prng: Prng;
  /** Members of a role, by name. */
  readonly members: (role: string) => number;
}

/** The program with a workload of no more keys than this, so that commands meet. */
export function withFewerKeys(program: Program, keysMax: number): Program {
  const { workload } = program;
  if (workload === null) return program;
  return { ...program, workload: { ...workload, keys: Math.min(workload.keys, keysMax) } };
}

/** Null without a workload, or with one that issues nothing. */
export function drawCommand(program: Program, draw: Draw): Command | null {
  const { workload } = program;
  if (workload === null) return null;
  const total = workload.commands.reduce((sum, command) => sum + command.weight, 0);
  if (total === 0) return null;
  let rest = draw.prng.below(total);
  const drawn = workload.commands.find((command) => {
    rest -= command.weight;
    return rest < 0;
  });
  const kind = defined(drawn, 'the weights add up to the total');
  const key = draw.prng.below(Math.max(workload.keys, 1));
  return commandOf(program, kind, draw, key);
}

/** A command of the workload that is sent on this channel, for one key; null when there is none. */
export function commandOn(
  program: Program,
  channel: string,
  key: number,
  draw: Draw,
): Command | null {
  const kind = program.workload?.commands.find(({ send }) => send.relation === channel);
  return kind === undefined ? null : commandOf(program, kind, draw, key);
}

function commandOf(program: Program, kind: WorkloadCommand, draw: Draw, key: number): Command {
  const { send, until } = kind;
  const types = columnTypes(program, send);
  const fact = send.args.map((arg, at) => argument(program, arg, types[at], draw, key));
  const expected = until.args.map((arg, at) =>
    arg.kind === 'wildcard'
      ? null
      : argument(program, arg, columnTypes(program, until)[at], draw, key),
  );
  return {
    client: draw.client,
    id: draw.id,
    channel: send.relation,
    fact,
    members: draw.members(kind.to),
    isAnswer: (channel, answer) =>
      channel === until.relation &&
      expected.every((value, at) => value === null || equalValues(value, answer[at] as Value)),
  };
}

function columnTypes(program: Program, atom: Atom): readonly Type[] {
  const channel = program.channels.find((each) => each.name === atom.relation);
  return defined(channel, 'a workload names channels, says the checker').columns.map(
    (column) => column.type,
  );
}

function argument(
  program: Program,
  arg: Expression,
  type: Type | undefined,
  draw: Draw,
  key: number,
): Value {
  switch (arg.kind) {
    case 'me':
      return draw.client;
    case 'variable':
      return ofType(arg.name === 'key' ? key : draw.id, type, arg.name === 'key' ? 'k' : '');
    case 'call': {
      const bound = arg.args[0] === undefined ? 1 : Math.max(constantIn(program, arg.args[0]), 1);
      if (arg.function === 'below') return ofType(draw.prng.below(bound), type, 'n');
      return payload(draw.id, bound);
    }
    case 'string':
    case 'bool':
      return arg.value;
    case 'tuple': {
      const items = type?.kind === 'tuple' ? type.items : [];
      return arg.items.map((item, at) => argument(program, item, items[at], draw, key));
    }
    default:
      return constantIn(program, arg);
  }
}

/** A column of text or of an opaque type takes the number as text. */
function ofType(number: number, type: Type | undefined, prefix: string): Value {
  return type?.kind === 'string' || type?.kind === 'opaque' ? `${prefix}${number}` : number;
}

/** `length` characters that no other command has, unless the id alone is longer. */
function payload(id: number, length: number): string {
  return `v${id}`.padEnd(length, '.');
}
