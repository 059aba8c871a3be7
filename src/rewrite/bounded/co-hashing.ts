/** The bounded obligation of `partition/co-hashing`: the key of a fact is some of its columns. */

import * as smt from '../../smt/build.ts';
import type { Obligation } from '../../smt/obligation.ts';
import { boundedPartition, meet, together } from './partition.ts';
import { hypothesis } from './runs.ts';

export function boundedCoHashing(): readonly Obligation[] {
  return boundedPartition({
    rule: 'partition/co-hashing',
    hypotheses: [
      hypothesis('co-hashing', 'facts that meet have one key', [smt.implies(meet, together)]),
    ],
    conditions: ['co-hashing'],
    whole: () => [],
    show: [],
  });
}
