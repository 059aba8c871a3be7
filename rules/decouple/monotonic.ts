import {
  inputsLast,
  keepsOrder,
  moveMonotonic,
  redirectable,
  stayIndependent,
  stutters,
} from '../../src/rewrite/conditions.ts';
import { persistedCuts } from '../../src/rewrite/cut.ts';
import { monotonicLemma } from '../../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

/**
 * Sends a message from a process that keeps copies of the relations it is derived from.
 *
 * Facts that are never given up may arrive late and in any order: a monotonic part derives from a part
 * of them no more than from all, and what it derives late was a late message of the original.
 *
 * An input that the staying part forgets must not be kept here: with `s :+ s, !t()`, `ans@c(k) :~ q(k), s(k)`
 * would answer from a fact that the original has given up. Nor may it read an event: two events of one
 * tick arrive in two, and two of different ticks would be kept together.
 */
export const decoupleMonotonic: RefinementRule = refinement({
  name: 'decouple/monotonic',
  cites: [1],
  theorem:
    'a monotonic part whose inputs only grow derives from any late and reordered delivery of them what it derives from timely delivery, later (technical report, A.2; the CALM theorem)',
  choose: persistedCuts,
  where: [
    redirectable,
    stayIndependent,
    inputsLast,
    moveMonotonic,
    stutters,
    keepsOrder,
    monotonicLemma,
  ],
  examples: { fires: [], declines: [] },
});
