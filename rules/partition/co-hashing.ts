import { keepsOrder, messagesCarryKey, stutters } from '../../src/rewrite/conditions.ts';
import { coHashLemma, keyedInputs } from '../../src/rewrite/lemmas.ts';
import { policies } from '../../src/rewrite/policies.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

/**
 * Spreads the facts of a part over processes by a key, so that facts that meet stay together.
 *
 * Facts meet in joins, antijoins and groups, and in the head of a clause whose relation stays. A fact
 * without a key (a timer's firing, an initial fact, a keyless count) would have to be everywhere at once.
 * With a wrong key two facts that derive something together are on different processes, and it is lost.
 */
export const partitionCoHashing: RefinementRule = refinement({
  name: 'partition/co-hashing',
  cites: [1],
  theorem:
    'when all facts of every proof tree live on one process, each process derives what the whole derives from its share, and the shares of stutter-insensitive parts interleave freely (technical report, B.1)',
  choose: policies,
  where: [keyedInputs, stutters, keepsOrder, messagesCarryKey, coHashLemma],
  examples: { fires: [], declines: [] },
});
