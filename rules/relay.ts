import { boundedRelay } from '../src/rewrite/bounded/relay.ts';
import { keepsOrder, redirectable } from '../src/rewrite/conditions.ts';
import { relayCuts } from '../src/rewrite/cut.ts';
import { relayLemma } from '../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../src/rewrite/rule.ts';

const program = (flags: string): string => `
role client external
role server {
  relation seen(x: int)
  seen(x) :- put(_, x)
  persist seen
  ok@c(x) :~ put(c, x)
  no@c(x) :~ get(c, x), !seen(x)
}
channel put(c: client, x: int): client -> server ${flags}
channel get(c: client, x: int): client -> server
channel ok(x: int): server -> client
channel no(x: int): server -> client
`;

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
  bounded: boundedRelay,
  // What clients send is what the rule relays, so it proposes nothing that `redirectable` or `relay` would decline.
  examples: {
    fires: [{ program: program(''), role: 'server' }],
    declines: [{ program: program('ordered'), role: 'server', condition: 'keeps-order' }],
  },
});
