/**
 * What holds of every program between phases, whoever made it. A checked program satisfies it, and every
 * rewrite must keep it: a violation is a bug of ours, never of the user.
 */

import { invariant } from '../base/assert.ts';
import type { Clause, Head, Literal } from './clause.ts';
import { evaluateInteger, parameterValues } from './constant.ts';
import { type Expression, subexpressions, variablesOf } from './expression.ts';
import type { Channel, Program, Role } from './program.ts';
import { baseRole, type VisibleNames, visibleIn } from './schema.ts';
import { brokenCycles, tickDependences } from './strata.ts';

/** Throws at the first violation; the message names the place. */
export function validateProgram(program: Program): void {
  uniqueNames('role', program.roles);
  uniqueNames('channel', program.channels);
  uniqueNames('parameter', program.parameters);
  uniqueNames('function', program.functions);
  const ids = program.roles.flatMap((role) => role.clauses.map((clause) => clause.id));
  invariant(new Set(ids).size === ids.length, 'clause ids are unique in the program');
  const channels = new Map(program.channels.map((channel) => [channel.name, channel]));
  for (const role of program.roles) validateRole(program, role, channels);
  for (const channel of program.channels) validateChannel(program, channel);
}

function uniqueNames(what: string, items: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of items) {
    invariant(!seen.has(name), `${what} \`${name}\` is declared once`);
    seen.add(name);
  }
}

function validateRole(program: Program, role: Role, channels: ReadonlyMap<string, Channel>): void {
  const values = parameterValues(program);
  for (const size of [role.size, role.parts]) {
    if (size === null) continue;
    const value = evaluateInteger(size, values);
    invariant(
      value.kind === 'ok' && value.value >= 1,
      `role \`${role.name}\` has members and parts`,
    );
  }
  const owner = program.roles.find((each) => each.name === role.of);
  invariant(
    role.of === null || owner?.of === null,
    `role \`${role.name}\` is of a role with members`,
  );
  uniqueNames(`in \`${role.name}\` the relation`, role.relations);
  invariant(!role.external || role.clauses.length === 0, `\`${role.name}\` is external`);
  const visible = visibleIn(program, role);
  for (const clause of role.clauses) validateClause(program, role, clause, visible, channels);
  const [broken] = brokenCycles(tickDependences(role));
  invariant(
    broken === undefined,
    `no cycle of \`${role.name}\` within a tick needs \`${broken?.dependence.from}\` complete`,
  );
}

function validateClause(
  program: Program,
  role: Role,
  clause: Clause,
  visible: VisibleNames,
  channels: ReadonlyMap<string, Channel>,
): void {
  const { id, head, body } = clause;
  invariant(body.length > 0, `clause ${id} has a body`);
  const width = head.args.reduce((sum, argument) => sum + widthOf(argument), 0);
  if (clause.kind === 'send') {
    const channel = channels.get(head.relation);
    invariant(channel !== undefined, `clause ${id} sends a channel`);
    const isSender = channel.from === role.name || channel.from === baseRole(program, role.name);
    invariant(isSender, `clause ${id} sends a channel of its role`);
    invariant(head.destination !== null, `clause ${id} addresses its message`);
    invariant(width === channel.columns.length, `clause ${id} fills every column of its channel`);
  } else {
    const relation = visible.get(head.relation);
    invariant(relation?.kind === 'relation', `clause ${id} derives a relation of its role`);
    invariant(head.destination === null, `clause ${id} sends nothing`);
    invariant(width === relation.columns.length, `clause ${id} fills every column of its head`);
  }
  for (const literal of body) validateLiteral(literal, id, visible);
  validateVariables(program, clause);
}

function widthOf(argument: Head['args'][number]): number {
  const isExtreme =
    argument.kind === 'aggregate' && (argument.aggregate === 'min' || argument.aggregate === 'max');
  return isExtreme ? argument.of.length : 1;
}

function validateLiteral(literal: Literal, id: string, visible: VisibleNames): void {
  if (literal.kind === 'condition' || literal.kind === 'bind') return;
  const { relation, args, at } = literal.atom;
  const found = visible.get(relation);
  invariant(found !== undefined, `clause ${id} reads \`${relation}\` where it is known`);
  invariant(
    args.length === found.columns.length,
    `clause ${id} reads all columns of \`${relation}\``,
  );
  invariant(at === null, `clause ${id} reads \`${relation}\` where it runs`);
}

/** Range restriction, and no variable that a parameter would hide when the text is read again. */
function validateVariables(program: Program, clause: Clause): void {
  const bound = new Set<string>();
  for (const literal of clause.body) {
    if (literal.kind === 'atom' || literal.kind === 'stable' || literal.kind === 'expired') {
      for (const name of literal.atom.args.flatMap(boundBy)) bound.add(name);
    }
  }
  const binds = clause.body.filter((literal) => literal.kind === 'bind');
  for (const _ of binds) {
    for (const { variable, value } of binds) {
      if (variablesOf(value).every((name) => bound.has(name))) bound.add(variable);
    }
  }
  for (const parameter of program.parameters) {
    invariant(
      !bound.has(parameter.name),
      `clause ${clause.id} names no variable after parameter \`${parameter.name}\``,
    );
  }
  const used = [...headExpressions(clause.head), ...clause.body.flatMap(needed)];
  for (const name of used.flatMap(variablesOf)) {
    invariant(bound.has(name), `\`${name}\` has a value in clause ${clause.id}`);
  }
  for (const expression of headExpressions(clause.head)) {
    invariant(!hasWildcard(expression), `the head of clause ${clause.id} has values only`);
  }
}

function boundBy(arg: Expression): readonly string[] {
  if (arg.kind === 'variable') return [arg.name];
  return arg.kind === 'tuple' ? arg.items.flatMap(boundBy) : [];
}

function needed(literal: Literal): readonly Expression[] {
  switch (literal.kind) {
    case 'negated':
      return literal.atom.args;
    case 'condition':
      return [literal.expression];
    case 'bind':
      return [literal.value];
    default:
      return [];
  }
}

function headExpressions(head: Head): readonly Expression[] {
  const args = head.args.flatMap((argument) =>
    argument.kind === 'plain' ? [argument.value] : argument.of,
  );
  return head.destination === null ? args : [head.destination, ...args];
}

function hasWildcard(expression: Expression): boolean {
  return expression.kind === 'wildcard' || subexpressions(expression).some(hasWildcard);
}

function validateChannel(program: Program, channel: Channel): void {
  const { name, from, to, route } = channel;
  const sender = program.roles.find((role) => role.name === from);
  const receiver = program.roles.find((role) => role.name === to);
  invariant(sender !== undefined && receiver !== undefined, `both ends of \`${name}\` are roles`);
  const isRouted = route.length > 0;
  invariant(
    isRouted === (receiver.parts !== null),
    `\`${name}\` has a route iff \`${to}\` has parts`,
  );
}
