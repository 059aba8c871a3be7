/**
 * The cuts whose load some plan depends on. A rewrite names its forwards and clauses before its conditions are looked at; of
 * those that were declined no plan has any, and to run them beside the program would be most of the measuring.
 */

import { atomOf, type Clause } from '../ir/clause.ts';
import type { Match } from './rule.ts';
import type { ConstructionInfo, ForwardInfo, Space } from './space.ts';

/** In the order in which they were made: a later one may read an earlier one. */
export interface UsedCuts {
  readonly forwards: readonly ForwardInfo[];
  readonly constructions: readonly ConstructionInfo[];
}

export function usedCuts(
  { forwards, constructions }: Space,
  applications: Iterable<{ readonly match: Match }>,
): UsedCuts {
  const named = new Set<string>();
  for (const { match } of applications) {
    const { proposal } = match;
    if (proposal.kind !== 'decouple') continue;
    for (const { name } of proposal.forwards) named.add(name);
    for (const { clause } of [...proposal.stay, ...proposal.move]) {
      for (const name of namesRead(clause)) named.add(name);
    }
  }
  return {
    forwards: forwards.filter(({ forward }) => named.has(forward.name)),
    constructions: constructions.filter(({ names }) => names.some((name) => named.has(name))),
  };
}

function namesRead({ body }: Clause): readonly string[] {
  return body.flatMap((literal) => atomOf(literal)?.relation ?? []);
}
