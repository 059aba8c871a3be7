/**
 * The program text of declarations, from parts that are text already: the printer of programs and the
 * formatter of what a user wrote share it, so that they agree on every blank.
 */

import type { Expression } from './expression.ts';
import { enclosed, followed, type Pieces, whole } from './layout.ts';
import { expressionPieces, printExpression } from './print-expression.ts';

/** `a: int` */
export type ColumnText = string;
/** `key (a)` or `fd (a -> b)` */
export type DependencyText = string;

export function keyText(names: readonly string[]): DependencyText {
  return `key (${names.join(', ')})`;
}

export function fdText(from: readonly string[], to: readonly string[]): DependencyText {
  return `fd (${[...(from.length === 0 ? [] : [from.join(', ')]), '->', to.join(', ')].join(' ')})`;
}

export function parameterPieces(name: string, definition: Expression): Pieces {
  return after(`param ${name} =`, expressionPieces(definition));
}

export interface FunctionText {
  readonly name: string;
  readonly parameters: readonly ColumnText[];
  readonly result: string;
  readonly body: Expression | null;
  readonly dependencies: readonly DependencyText[];
}

export function functionPieces(declaration: FunctionText): Pieces {
  const { name, parameters, result, body, dependencies } = declaration;
  const head = whole(enclosed(`function ${name}(`, parameters, `): ${result}`));
  const tail = body === null ? ['extern'] : expressionPieces(body);
  const signed = body === null ? head : followed(head, ' =');
  return [...signed, ...tail, ...dependencies];
}

export function latticePieces(
  name: string,
  parameters: readonly ColumnText[],
  merge: Expression,
): Pieces {
  const head = whole(enclosed(`lattice ${name}(`, parameters, ')'));
  return [...followed(head, ' ='), ...expressionPieces(merge)];
}

export interface RoleText {
  readonly name: string;
  readonly size: Expression | null;
  readonly of: string | null;
  readonly parts: Expression | null;
  readonly external: boolean;
}

/** Up to the `{` or `external`. */
export function roleHeader(role: RoleText): string {
  const size = role.size === null ? '' : `[${printExpression(role.size)}]`;
  const of = role.of === null ? '' : ` of ${role.of}`;
  const parts = role.parts === null ? '' : ` parts ${printExpression(role.parts)}`;
  return `role ${role.name}${size}${of}${parts} ${role.external ? 'external' : '{'}`;
}

export interface ChannelText {
  readonly name: string;
  readonly columns: readonly ColumnText[];
  readonly from: string;
  readonly to: string;
  readonly flags: readonly string[];
  readonly dependencies: readonly DependencyText[];
  readonly route: readonly Expression[];
}

export function channelPieces(channel: ChannelText): Pieces {
  const ends = `): ${channel.from} -> ${channel.to}`;
  const route =
    channel.route.length === 0 ? [] : [`by (${channel.route.map(printExpression).join(', ')})`];
  return [
    ...enclosed(`channel ${channel.name}(`, channel.columns, ends),
    ...channel.flags,
    ...channel.dependencies,
    ...route,
  ];
}

export interface RelationText {
  readonly kind: 'relation' | 'durable relation' | 'static';
  readonly name: string;
  readonly columns: readonly ColumnText[];
  readonly dependencies: readonly DependencyText[];
}

export function relationPieces(relation: RelationText): Pieces {
  const columns = enclosed(`${relation.kind} ${relation.name}(`, relation.columns, ')');
  return [...columns, ...relation.dependencies];
}

export function factText(args: readonly Expression[]): string {
  return `(${args.map(printExpression).join(', ')})`;
}

export function timerPieces(name: string, period: Expression): Pieces {
  return after(`timer ${name} every`, expressionPieces(period));
}

export function initPieces(relation: string, args: readonly Expression[]): Pieces {
  return enclosed(`init ${relation}(`, args.map(printExpression), ')');
}

export interface OperationText {
  readonly kind: 'read' | 'write';
  readonly call: string;
  readonly reply: string;
  readonly key: string;
  readonly value: string;
}

export function operationPieces(operation: OperationText): Pieces {
  const { kind, call, reply, key, value } = operation;
  return [`${kind} ${call}`, `-> ${reply}`, `key ${key} value ${value}`];
}

export interface CommandText {
  readonly send: string;
  readonly to: string;
  readonly until: string;
  readonly weight: number | null;
}

export function commandPieces(command: CommandText): Pieces {
  const { send, to, until, weight } = command;
  const pieces = [`issue ${send}`, `to ${to}`, `until ${until}`];
  return weight === null ? pieces : [...pieces, `weight ${weight}`];
}

function after(start: string, pieces: Pieces): Pieces {
  const [first, ...rest] = pieces;
  return [`${start} ${first ?? ''}`, ...rest];
}
