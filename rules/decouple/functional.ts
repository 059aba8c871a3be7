import { boundedFunctional } from '../../src/rewrite/bounded/functional.ts';
import {
  keepsOrder,
  moveFunctional,
  oneDelivery,
  redirectable,
  repeatsHarmless,
  stayIndependent,
} from '../../src/rewrite/conditions.ts';
import { ownCuts } from '../../src/rewrite/cut.ts';
import { cutLemma } from '../../src/rewrite/cut-lemma.ts';
import { functionalLemma } from '../../src/rewrite/lemmas.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = ({ work = 'put(c, x)', also = '', flags = '', type = 'int' }): string => `
role client external
role server {
  copy@n(x) :~ ${work}, store(n)
  ${also}
}
role store[2] {
  relation total(n: int)
  init total(0)
  total(n + 1) :+ total(n), copy(_)
  total(n) :+ total(n), !copy(_)
  sum@c(n) :~ ask(c), total(n)
}
channel put(c: client, x: int): client -> server
channel get(c: client, x: int): client -> server
channel ask(c: client): client -> store
channel sum(n: int): store -> client
channel copy(x: ${type}): server -> store ${flags}
`;

/**
 * Moves the functional tail of clauses that send to a process of its own.
 *
 * Each message of such a tail is computed from one forwarded fact and rigid data, so delaying or
 * reordering the forwards delays or reorders messages that may be delayed and reordered anyway; nothing
 * has to be kept at the new place. The forward is sent after the tick that took the input, so the other
 * clauses of the part have seen it (soundness.md, 4).
 *
 * It must not move a clause with negation: `done@c(x) :~ vote(x), !stop(x)` would answer before `stop`
 * arrives. Nor one that joins two facts: their forwards need not arrive in one tick.
 */
export const decoupleFunctional: RefinementRule = refinement({
  name: 'decouple/functional',
  cites: [1],
  theorem:
    'a part that is functional behind a forward emits, for every schedule, what the whole emits when the messages concerned are delayed by the time of the forward (technical report, A.3)',
  choose: ownCuts,
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
  bounded: () => boundedFunctional('decouple/functional'),
  // The moved clause reads one forward under a new name and sends: `redirectable`, `independent(stay, move)` and
  // `one-delivery` decline nothing that the rule proposes; nor does `functional` while the analysis is right.
  // `cut-keeps-the-clause` declines a cut through a clause in which a definition stands in place of its relation:
  // the clause as it was written is proposed beside it.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      { program: program({ type: 'max<int>' }), role: 'server', condition: 'functional(move)' },
      {
        program: program({ also: 'copy@n(x) :~ get(_, x), store(n), x > 0', flags: 'ordered' }),
        role: 'server',
        condition: 'keeps-order',
      },
      {
        program: program({ work: 'put(_, y), x = hash(y)', flags: 'reliable' }),
        role: 'server',
        condition: 'repeats-harmless',
      },
    ],
  },
});
