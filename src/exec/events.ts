/**
 * Which relations can only hold in a tick that has an event: a channel, a timer, an expiry, or a relation
 * that no clause carries over and each of whose `:-` clauses needs one (docs/language.md, Meaning). A clause
 * that reads one sends in every tick in which it holds; any other clause only when it becomes true.
 */
import type { Clause, Literal } from '../ir/clause.ts';
import type { Role } from '../ir/program.ts';
import type { Layout } from './layout.ts';

/** The names of the event relations of the role: the greatest set that the definition allows. */
export function eventRelations(role: Role, layout: Layout): ReadonlySet<string> {
  const events = new Set<string>();
  for (const relation of role.relations) events.add(relation.name);
  for (const clause of role.clauses)
    if (clause.kind === 'next') events.delete(clause.head.relation);
  for (const fact of role.initial) events.delete(fact.relation);
  for (const name of [...layout.channels.keys(), ...layout.timers.keys()]) events.add(name);
  const derivations = role.clauses.filter((clause) => clause.kind === 'now');
  for (let changed = true; changed; ) {
    changed = false;
    for (const clause of derivations) {
      if (events.has(clause.head.relation) && !isEventClause(clause, events)) {
        events.delete(clause.head.relation);
        changed = true;
      }
    }
  }
  return events;
}

/** Some literal of the body can only hold in a tick with an event. */
export function isEventClause(clause: Clause, events: ReadonlySet<string>): boolean {
  // A default row needs no row of the body, only of its `over`.
  const overs = clause.head.args.flatMap((arg) =>
    arg.kind === 'aggregate' && arg.fallback !== null ? [arg.fallback.over] : [],
  );
  if (overs.length > 0) return overs.some((over) => events.has(over.relation));
  return clause.body.some((literal) => isEventLiteral(literal, events));
}

function isEventLiteral(literal: Literal, events: ReadonlySet<string>): boolean {
  if (literal.kind === 'expired') return true;
  return literal.kind === 'atom' && events.has(literal.atom.relation);
}
