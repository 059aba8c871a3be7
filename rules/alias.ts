import {
  keepsOrder,
  moveFunctional,
  oneDelivery,
  redirectable,
  repeatsHarmless,
  stayIndependent,
} from '../src/rewrite/conditions.ts';
import { sharedCuts } from '../src/rewrite/cut.ts';
import { cutLemma } from '../src/rewrite/cut-lemma.ts';
import { functionalLemma } from '../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../src/rewrite/rule.ts';

/**
 * Moves the functional tail of a clause whose channel other clauses read too: the staying part takes each
 * message, and hands it on under a second name after its tick.
 *
 * Never two independent deliveries: with `o@c(x) :~ in(x)` fed by its own copy of `in`, a client could get
 * o(1) and then, from `neg@c(x) :~ q(x), !s(x)` at the other place, neg(1), though `s(x) :+ in(x)` (soundness.md,
 * 4 and 10).
 */
export const alias: RefinementRule = refinement({
  name: 'alias',
  cites: [1],
  theorem:
    'a message that the staying part hands on after its tick is taken there first, so what the moved part sends of it was sent later than anything that could show its absence (technical report, A.3)',
  choose: sharedCuts,
  where: [
    redirectable,
    stayIndependent,
    oneDelivery,
    moveFunctional,
    keepsOrder,
    repeatsHarmless,
    cutLemma,
    functionalLemma,
  ],
  examples: { fires: [], declines: [] },
});
