import {
  keepsOrder,
  ownsState,
  partsMutuallyIndependent,
  redirectable,
  stutters,
} from '../../src/rewrite/conditions.ts';
import { groupCuts } from '../../src/rewrite/cut.ts';
import { nonInterferenceLemma } from '../../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

/**
 * Puts two parts of a node that have nothing to do with each other on two processes; no message is added.
 *
 * Neither reads what the other derives, and they share no reference: their inputs are disjoint, so any
 * interleaving of the two clocks is one of the single clock. Timers count as references (soundness.md, 6),
 * and ticks must not be countable (soundness.md, 3).
 */
export const decoupleMutuallyIndependent: RefinementRule = refinement({
  name: 'decouple/mutually-independent',
  cites: [1],
  theorem:
    'two stutter-insensitive parts without common references, on two clocks, take their inputs in an order that one clock could have taken them in (technical report, A.1)',
  choose: groupCuts,
  where: [
    redirectable,
    partsMutuallyIndependent,
    ownsState,
    stutters,
    keepsOrder,
    nonInterferenceLemma,
  ],
  examples: { fires: [], declines: [] },
});
