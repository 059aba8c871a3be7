/** Distribution policies that partitioning proposes for a component: found here, proved by the solver. */

import { consistentKeys } from './key-search.ts';
import { printPolicy } from './lemmas.ts';
import type { Proposal, Site } from './rule.ts';

/** Policies proposed for one component. */
export const POLICIES_MAX = 8;

export function* policies(site: Site): Iterable<Proposal> {
  for (const policy of consistentKeys(site.view, POLICIES_MAX)) {
    const text = printPolicy(site.view, policy);
    yield { kind: 'partition', policy, summary: `spreads its facts by ${text}` };
  }
}
