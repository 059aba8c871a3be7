import {
  mayBeHeldBack,
  moveIndependent,
  newsOfInputs,
  nothingOnDisk,
} from '../../src/rewrite/batch/conditions.ts';
import { batchCuts } from '../../src/rewrite/batch/cuts.ts';
import { boundedAsymmetric } from '../../src/rewrite/bounded/asymmetric.ts';
import { ownsState, redirectable } from '../../src/rewrite/conditions.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = ({
  front = 'report@s(c, x) :~ vote(c, x), server(s)',
  told = 'report(c, x)',
  seen = '',
  flags = '',
}): string => `
role client external
role front {
  ${front}
}
role server {
  relation alarm(x: int)
  relation raised(x: int)
  ${seen} relation seen(c: client, x: int)
  alarm(x) :- report(_, x), x > 1
  seen(c, x) :- report(c, x)
  persist seen
  told@c(x) :~ ${told}
  again@c(x) :~ report(c, x), seen(c, y), y < x
  raised(x) :- alarm(x)
  persist raised
  state@c(x) :~ ask(c), raised(x)
  calm@c() :~ ask(c), !raised(_)
}
channel vote(c: client, x: int): client -> front
channel ask(c: client): client -> server
channel report(c: client, x: int): ${front.startsWith('report') ? 'front' : 'client'} -> server
channel had(x: int): front -> client
channel told(x: int): server -> client ${flags}
channel again(x: int): server -> client
channel state(x: int): server -> client
channel calm(): server -> client
`;

/**
 * Moves clauses that the rest listens to, and that listen to nothing of the rest, to a process of their own.
 *
 * What a tick of the moved part derives for the rest is sent as one batch; the staying part takes one whole batch a
 * tick, in order. A tick of the whole is then a tick of the moved part together with the tick that takes its batch,
 * or alone if it has none. Since it counts from when the batch is taken, nothing that it or a later one sends may leave
 * before: it is held back until the staying part has acknowledged the batch. Without news nothing waits.
 *
 * It must not move clauses that send what they keep without an input, nor what is on disk, nor what must keep its
 * order. The published rule asks for a monotonic or functional part besides; whole batches, in order, make up for it.
 */
export const decoupleAsymmetric: RefinementRule = refinement({
  name: 'decouple/asymmetric',
  cites: [1],
  theorem:
    'ticks of the moved part, each placed where its last batch so far was taken, and ticks of the staying part are a run of the whole: batches are taken whole, one a tick, in order, and what is sent leaves after (technical report, A.5, with batches in the place of monotonicity)',
  choose: batchCuts,
  where: [redirectable, moveIndependent, ownsState, mayBeHeldBack, nothingOnDisk, newsOfInputs],
  bounded: boundedAsymmetric,
  // What the rule proposes to move is closed: `independent(move, stay)` and `owns-its-state` decline nothing of it.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ front: 'had@c(x) :~ vote(c, x)' }),
        role: 'server',
        condition: 'redirectable',
      },
      { program: program({ flags: 'ordered' }), role: 'server', condition: 'may-be-held-back' },
      { program: program({ seen: 'durable' }), role: 'server', condition: 'nothing-on-disk' },
      { program: program({ told: 'seen(c, x)' }), role: 'server', condition: 'existence' },
    ],
  },
});
