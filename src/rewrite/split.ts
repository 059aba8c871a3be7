/** Clauses that a rewrite cuts in two at an operator edge, for the trace: what stays below the cut, and what moves. */

import type { Clause, Literal } from '../ir/clause.ts';
import { printLiteral } from '../ir/print-clause.ts';
import type { Match } from './rule.ts';

export interface Split {
  /** The clause as written. */
  readonly clause: string;
  /** What stays, as text: the literals whose bindings are sent on. */
  readonly below: string;
  /** The forward that carries them. */
  readonly forward: string;
}

/** The clauses of the moved part that read a forward where they read something else before. */
export function splitsOf({ site, stay, move, proposal }: Match): readonly Split[] {
  if (proposal.kind !== 'decouple') return [];
  const cuts = proposal.forwards.filter((forward) => forward.relays === null);
  return move.part.clauses.flatMap((moved): readonly Split[] => {
    const whole = site.part.clauses.find((clause) => clause.id === moved.id);
    const forward = cuts.find(({ name }) => reads(moved, name))?.name;
    const sent = stay.part.clauses.find((clause) => clause.head.relation === forward);
    // A relation that is forwarded as it is cuts no clause: its reader moves whole.
    if (whole === undefined || forward === undefined || sent === undefined) return [];
    if (reads(whole, forward)) return [];
    return [{ clause: whole.id, below: sent.body.map(printLiteral).join(', '), forward }];
  });
}

function reads(clause: Clause, name: string): boolean {
  return clause.body.some(
    (literal: Literal) => 'atom' in literal && literal.atom.relation === name,
  );
}
