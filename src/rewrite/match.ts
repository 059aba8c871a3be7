/** From a proposal to a match: the views of the two parts that conditions look at. */

import { canonicalJson } from '../base/order.ts';
import type { ClassId } from '../egraph/ids.ts';
import { type Part, type PartView, viewPart } from './part.ts';
import type { DraftClause, Match, Proposal } from './rule.ts';
import type { Space } from './space.ts';

export function matchOf(space: Space, site: PartView, proposal: Proposal): Match {
  const { base, declared } = space;
  if (proposal.kind === 'partition') {
    return { base, declared, site, proposal, stay: site, move: site };
  }
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
    base,
    declared,
    site,
    proposal,
    stay: part(proposal.stay, relayed),
    move: part(proposal.move, [...relayed, ...proposal.relayed]),
  };
}

/** Names a match within one search: by the classes of its clauses, and by the text of new ones. */
export function matchKey(rule: string, site: ClassId, proposal: Proposal): string {
  if (proposal.kind === 'partition') return canonicalJson([rule, site, proposal.policy]);
  const keys = (clauses: readonly DraftClause[]): readonly unknown[] =>
    clauses.map((each) => (each.kind === 'known' ? each.id : each.clause));
  return canonicalJson([
    rule,
    site,
    keys(proposal.stay),
    keys(proposal.move),
    proposal.relayed,
    ...(proposal.spread === undefined ? [] : [proposal.spread]),
  ]);
}
