/** From a proposal to a match: the views of the two parts that conditions look at. */

import { canonicalJson, sha256 } from '../base/order.ts';
import { type Part, type PartView, viewPart } from './part.ts';
import type { DraftClause, Match, Proposal } from './rule.ts';
import type { Space } from './space.ts';

export function matchOf(space: Space, site: PartView, proposal: Proposal): Match {
  if (proposal.kind === 'partition') return { site, proposal, stay: site, move: site };
  const part = (clauses: readonly DraftClause[], relayed: readonly string[]): PartView => {
    const draft: Part = {
      role: site.part.role,
      observed: site.part.observed,
      relayed,
      clauses: clauses.map((each) => each.clause),
    };
    return viewPart(space.base, space.introduced, draft);
  };
  const { relayed } = site.part;
  return {
    site,
    proposal,
    stay: part(proposal.stay, relayed),
    move: part(proposal.move, [...relayed, ...proposal.relayed]),
  };
}

/** Names a match for reports and for remembering what was asked already. */
export function matchKey(rule: string, match: Match): string {
  const { proposal, site } = match;
  const cut =
    proposal.kind === 'partition'
      ? proposal.policy
      : [
          proposal.stay.map((each) => each.clause),
          proposal.move.map((each) => each.clause),
          proposal.forwards,
        ];
  return sha256(canonicalJson([rule, site.part, cut]));
}
