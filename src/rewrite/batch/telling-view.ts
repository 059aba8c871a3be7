/**
 * The moved part as a component of its own: what the rest reads of it is a message. So nothing of the rest is asked to
 * have a key, and what is told may repeat: two batches are taken in two ticks.
 */

import type { Clause } from '../../ir/clause.ts';
import { ME } from '../../ir/expression.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import { atomsOf, type PartView } from '../part.ts';

/** No program can use such a name. */
export function toldAs(relation: string): string {
  return `told ${relation}`;
}

export function isTold(channel: string): boolean {
  return channel.startsWith(toldAs(''));
}

export function tellingView(
  { part, role, program }: PartView,
  moved: readonly Clause[],
  crossing: ReadonlySet<string>,
): PartView {
  const clauses = moved.map((clause): Clause => {
    const { kind, head } = clause;
    if (kind === 'send' || !crossing.has(head.relation)) return clause;
    const told = { ...head, relation: toldAs(head.relation), destination: ME };
    return { ...clause, kind: 'send', head: told, written: 'clause' };
  });
  const used = new Set(
    clauses.flatMap((clause) => [
      clause.head.relation,
      ...atomsOf(clause).map(({ relation }) => relation),
    ]),
  );
  const own: Role = {
    ...role,
    relations: role.relations.filter(({ name }) => used.has(name)),
    timers: role.timers.filter(({ name }) => used.has(name)),
    initial: role.initial.filter(({ relation }) => used.has(relation)),
    clauses,
  };
  const flags = { lossy: true, duplicating: true, ordered: false, bag: false };
  const told = role.relations
    .filter(({ name }) => crossing.has(name))
    .map(({ name, columns }): Channel => {
      const ends = { from: role.name, to: role.name };
      return { name: toldAs(name), columns, dependencies: [], ...ends, flags, route: [] };
    });
  const whole: Program = {
    ...program,
    roles: program.roles.map((each) => (each.name === role.name ? own : each)),
    channels: [...program.channels, ...told],
  };
  return { part: { ...part, clauses }, role: own, program: whole };
}
