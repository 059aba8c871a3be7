/**
 * Recoverable: after a restart the component has, or rebuilds from disk, everything that it carried over. Only such
 * a part may restart alone; the restart of any other one takes its whole member down (soundness.md, 2).
 *
 * `a(x) :- putA(x); a(x) :+ a(x); ra@c(x) :~ getA(), a(x)` beside the same with `b`: apart, a restart of one half
 * lets a client see that `b` is forgotten and `a` isn't, which one node can't show.
 */

import type { Clause } from '../ir/clause.ts';
import { type Component, derivations, namesOf, readsOf, relationOf } from './component.ts';
import { type Finding, finding, type Reason, reason } from './finding.ts';
import { isPositive, keepingOf } from './shape.ts';
import { ephemeralRelations } from './stutter.ts';

export function recoverable(component: Component): Finding {
  const short = ephemeralRelations(component);
  const derived = derivations(component);
  const reasons: Reason[] = [];
  for (const [name, clauses] of derived) {
    const carried = clauses.find((clause) => clause.kind === 'next');
    // Losing what lives for one tick is losing the message that it leads to.
    if (carried === undefined || short.has(name) || isDurable(component, name)) continue;
    if (clauses.every((clause) => isRebuilt(component, clause))) continue;
    const text = `\`${name}\` is carried over in memory only`;
    reasons.push(reason('not-durable', carried.id, [name], text));
  }
  return finding([...reasons, ...pendingTimeouts(component)]);
}

function isDurable(component: Component, name: string): boolean {
  return relationOf(component, name)?.durable === true;
}

/** What a clause derives from disk alone is there again after the first tick. */
function isRebuilt(component: Component, clause: Clause): boolean {
  if (keepingOf(clause)?.kind === 'exact') return true;
  return readsOf(component, clause).every(
    (read) => (isPositive(read) || read.mode === 'stable') && isDurable(component, read.relation),
  );
}

/** `after D since r(..)` on facts that come from elsewhere: that they wait is state of this component. */
function pendingTimeouts(component: Component): readonly Reason[] {
  const derived = derivations(component);
  const reasons: Reason[] = [];
  for (const clause of component.clauses) {
    for (const read of readsOf(component, clause)) {
      const isOutside = namesOf(component).get(read.relation)?.kind === 'relation';
      if (read.mode !== 'expired' || !isOutside || derived.has(read.relation)) continue;
      if (isDurable(component, read.relation)) continue;
      const text = `the pending time-outs of \`${read.relation}\` are in memory only`;
      reasons.push(reason('not-durable', clause.id, [read.relation], text));
    }
  }
  return reasons;
}
