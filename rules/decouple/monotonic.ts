import { boundedMonotonic } from '../../src/rewrite/bounded/monotonic.ts';
import {
  inputsLast,
  keepsOrder,
  moveMonotonic,
  redirectable,
  saidInOnePlace,
  stayIndependent,
  stutters,
} from '../../src/rewrite/conditions.ts';
import { persistedCuts } from '../../src/rewrite/cut.ts';
import { monotonicLemma } from '../../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = ({ keep = 'persist known', sent = 'x', also = '', flags = '' }): string => `
role client external
role server {
  relation known(x: int)
  relation asked(c: client)
  known(x) :- put(_, x)
  ${keep}
  asked(c) :- ask(c)
  persist asked
  stored@c(x) :~ put(c, x)
  told@c(${sent}) :~ asked(c), known(x)
  ${also}
}
channel put(c: client, x: int): client -> server
channel ask(c: client): client -> server
channel drop(c: client, x: int): client -> server
channel stored(x: int): server -> client
channel told(x: int): server -> client ${flags}
`;

/**
 * Sends a message from a process that keeps copies of the relations it is derived from.
 *
 * Facts that are never given up may arrive late and in any order: a monotonic part derives from a part
 * of them no more than from all, and what it derives late was a late message of the original.
 *
 * An input that the staying part forgets must not be kept here: with `s :+ s, !t()`, `ans@c(k) :~ q(k), s(k)`
 * would answer from a fact that the original has given up. Nor may it read an event: two events of one
 * tick arrive in two, and two of different ticks would be kept together. And what a clause that stays sends as well, one
 * tick sends once, and two places twice.
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
    saidInOnePlace,
    monotonicLemma,
  ],
  bounded: boundedMonotonic,
  // The moved clause reads copies under new names and sends: `redirectable` and `independent(stay, move)` decline
  // nothing that the rule proposes; `monotonic` asks again what `monotonic(move)` has found.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ keep: 'persist known(x) until drop(_, x)' }),
        role: 'server',
        condition: 'inputs-last',
      },
      {
        program: program({ sent: 'count<x>' }),
        role: 'server',
        condition: 'monotonic(move)',
      },
      {
        program: program({
          also: 'relation ticks(n: int) init ticks(0) ticks(n + 1) :+ ticks(n)  told@c(n) :~ ask(c), ticks(n)',
        }),
        role: 'server',
        condition: 'stutter-insensitive',
      },
      {
        program: program({ also: 'told@c(0) :~ ask(c)', flags: 'ordered' }),
        role: 'server',
        condition: 'keeps-order',
      },
      {
        program: program({ also: 'told@c(x) :~ put(c, x)', flags: 'bag' }),
        role: 'server',
        condition: 'said-in-one-place',
      },
    ],
  },
});
