import { boundedFunctional } from '../src/rewrite/bounded/functional.ts';
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

const program = ({ work = 'put(c, x)', also = '', flags = '', type = 'int' }): string => `
role client external
role server {
  relation seen(x: int)
  seen(x) :- put(_, x)
  persist seen
  no@c(x) :~ get(c, x), !seen(x)
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
channel no(x: int): server -> client
channel sum(n: int): store -> client
channel copy(x: ${type}): server -> store ${flags}
`;

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
  bounded: () => boundedFunctional('alias'),
  // The moved clause reads one forward under a new name and sends: `redirectable`, `independent(stay, move)` and
  // `one-delivery` decline nothing that the rule proposes; nor do `cut-keeps-the-clause` and `functional`
  // while the equations are true and the analysis is right.
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
