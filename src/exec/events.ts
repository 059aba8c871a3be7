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
  const events = new Set(role.relations.map((relation) => relation.name));
  for (const name of [...layout.channels.keys(), ...layout.timers.keys()]) events.add(name);
  // Clauses by the relations that make them events; each loses its reasons one by one.
  const readers = new Map<string, Derivation[]>();
  const lost: string[] = [];
  for (const clause of role.clauses) {
    if (clause.kind === 'next') lost.push(clause.head.relation);
    if (clause.kind !== 'now') continue;
    const reasons = eventLiterals(clause);
    const names = reasons.flatMap((literal) =>
      literal.kind === 'atom' && events.has(literal.atom.relation) ? [literal.atom.relation] : [],
    );
    const expiries = reasons.filter((literal) => literal.kind === 'expired').length;
    const derivation = { head: clause.head.relation, reasons: names.length + expiries };
    if (derivation.reasons === 0) lost.push(derivation.head);
    for (const name of names) fileUnder(readers, name, derivation);
  }
  for (const fact of role.initial) lost.push(fact.relation);
  for (let name = lost.pop(); name !== undefined; name = lost.pop()) {
    if (!events.delete(name)) continue;
    for (const derivation of readers.get(name) ?? []) {
      derivation.reasons -= 1;
      if (derivation.reasons === 0) lost.push(derivation.head);
    }
  }
  return events;
}

interface Derivation {
  readonly head: string;
  /** Literals that may be events. */
  reasons: number;
}

/** Some literal of the body can only hold in a tick with an event. */
export function isEventClause(clause: Clause, events: ReadonlySet<string>): boolean {
  return eventLiterals(clause).some(
    (literal) =>
      literal.kind === 'expired' || (literal.kind === 'atom' && events.has(literal.atom.relation)),
  );
}

/** Literals without which the clause has no head fact. A default row needs no row of the body, only of its `over`. */
function eventLiterals(clause: Clause): readonly Literal[] {
  const overs = clause.head.args.flatMap((arg): readonly Literal[] =>
    arg.kind === 'aggregate' && arg.fallback !== null
      ? [{ kind: 'atom', atom: arg.fallback.over }]
      : [],
  );
  return overs.length > 0 ? overs : clause.body;
}

function fileUnder<T>(groups: Map<string, T[]>, name: string, item: T): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [item]);
  else group.push(item);
}
