import { keepsOrder, redirectable } from '../src/rewrite/conditions.ts';
import { relayCuts } from '../src/rewrite/cut.ts';
import { relayLemma } from '../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../src/rewrite/rule.ts';

/**
 * Keeps at a node's address nothing but a relay of what clients send, and moves everything else.
 *
 * An unordered input may be delayed anyway; the relay adds to that delay. Every consumer of the channel
 * must be behind it: with one consumer left in front, a client could see the effect of a message on one
 * side and its absence on the other (soundness.md, 4 and 10).
 */
export const relay: RefinementRule = refinement({
  name: 'relay',
  cites: [1],
  theorem:
    'a message that passes a relay arrives as it would have after a longer delay on an unordered channel',
  choose: relayCuts,
  where: [redirectable, keepsOrder, relayLemma],
  examples: { fires: [], declines: [] },
});
