/** Clauses that say again with every event what is derived of state: they may remember what they have said. */

import { componentOfRole } from '../../analysis/component.ts';
import { eventClause, roleEvents } from '../../analysis/events.ts';
import { unusedName } from '../../base/unused-name.ts';
import type { Clause, HeadArgument, Literal } from '../../ir/clause.ts';
import { variablesOf } from '../../ir/expression.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import type { ProgramProposal } from './change.ts';
import { columnArguments, innerChannels } from './channel-use.ts';

export function* repetitions(program: Program): Iterable<ProgramProposal> {
  for (const { channel, senders } of innerChannels(program)) {
    for (const { role, clause } of senders) {
      if (repeatsState(program, role, clause, channel)) {
        yield remembering(program, role, clause, channel);
      }
    }
  }
}

/** An event makes it send, and nothing of the event is in the message or its address. */
function repeatsState(program: Program, role: Role, clause: Clause, channel: Channel): boolean {
  const component = componentOfRole(program, role.name);
  const args = columnArguments(clause, channel);
  if (args.length === 0 || !args.every((arg) => arg.kind === 'plain')) return false;
  if (!eventClause(component, clause)) return false;
  const events = roleEvents(component);
  const isState = (literal: Literal): boolean =>
    literal.kind === 'atom' && !events.has(literal.atom.relation);
  const ofState = clause.body.filter(isState);
  const bound = new Set(
    ofState.flatMap((literal) =>
      literal.kind === 'atom' ? literal.atom.args.flatMap(variablesOf) : [],
    ),
  );
  const isTold = clause.body.some(
    (literal) =>
      literal.kind === 'negated' && literal.atom.relation.startsWith(`${channel.name}Sent`),
  );
  return ofState.length > 0 && !isTold && headVariables(clause).every((name) => bound.has(name));
}

function headVariables({ head }: Clause): readonly string[] {
  const values = head.args.flatMap((arg) => (arg.kind === 'plain' ? variablesOf(arg.value) : []));
  return [...values, ...(head.destination === null ? [] : variablesOf(head.destination))];
}

function remembering(
  program: Program,
  role: Role,
  clause: Clause,
  channel: Channel,
): ProgramProposal {
  const sent = freshName(program, `${channel.name}Sent`);
  const relation = {
    name: sent,
    columns: channel.columns,
    dependencies: channel.dependencies,
    durable: false,
  };
  const args = clause.head.args;
  const values = args.flatMap((arg) => (arg.kind === 'plain' ? [arg.value] : []));
  const told: Literal = { kind: 'negated', atom: { relation: sent, args: values, at: null } };
  const head = { relation: sent, args, destination: null };
  const added: readonly Clause[] = [
    { id: `${clause.id}Tells`, kind: 'next', head, body: clause.body, written: 'clause' },
    keeping(`${clause.id}Told`, sent, channel),
  ];
  const clauses = role.clauses.flatMap((each) =>
    each === clause ? [{ ...clause, body: [...clause.body, told] }, ...added] : [each],
  );
  const roles = program.roles.map((each) =>
    each === role ? { ...role, relations: [...role.relations, relation], clauses } : each,
  );
  return {
    at: role.name,
    change: { kind: 'dedupe', channel: channel.name, clause: clause.id, sent },
    after: { ...program, roles },
    summary: `sends each \`${channel.name}\` of ${clause.id} once`,
  };
}

/** `sent(..) :+ sent(..)`. */
function keeping(id: string, sent: string, { columns }: Channel): Clause {
  const values = columns.map(({ name }) => ({ kind: 'variable', name }) as const);
  const args = values.map((value): HeadArgument => ({ kind: 'plain', value }));
  return {
    id,
    kind: 'next',
    head: { relation: sent, args, destination: null },
    body: [{ kind: 'atom', atom: { relation: sent, args: values, at: null } }],
    written: 'persist',
  };
}

function freshName(program: Program, hint: string): string {
  const taken = new Set([
    ...program.channels.map((each) => each.name),
    ...program.functions.map((each) => each.name),
    ...program.roles.flatMap((role) => [
      role.name,
      ...[...role.relations, ...role.statics, ...role.timers].map((each) => each.name),
    ]),
  ]);
  return unusedName(hint, taken);
}
