import { boundedMutuallyIndependent } from '../../src/rewrite/bounded/mutually-independent.ts';
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

const program = ({ voting = '', reply = '' }): string => `
role client external
role leader {
  relation votes(src: member, id: int)
  relation tally(n: int, id: int)
  ask@p(c, id) :~ req(c, id), member(p)
  votes(src, id) :- vote(src, _, id)
  persist votes
  tally(count<src>, id) :- votes(src, id)
  reply@c(id) :~ vote(_, c, id), tally(n, id), n >= 2
  ${voting}
}
role member[2] {
  vote@l(me, c, id) :~ ask(c, id), leader(l)
}
channel req(c: client, id: int): client -> leader
channel reply(id: int): leader -> client ${reply}
channel ask(c: client, id: int): leader -> member
channel vote(src: member, c: client, id: int): member -> leader
`;

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
  bounded: boundedMutuallyIndependent,
  // The rule proposes groups that share no name, the group that clients address staying: `redirectable`,
  // `owns-its-state` and both forms of `mutually-independent` decline nothing that it proposes.
  examples: {
    fires: [{ program: program({}), role: 'leader' }],
    declines: [
      {
        program: program({
          voting: 'relation ticks(n: int) init ticks(0) ticks(n + 1) :+ ticks(n), votes(_, _)',
        }),
        role: 'leader',
        condition: 'stutter-insensitive',
      },
      {
        program: program({ voting: 'reply@c(0) :~ req(c, id), id < 0', reply: 'ordered' }),
        role: 'leader',
        condition: 'keeps-order',
      },
    ],
  },
});
