/** The bounded obligation of `partition/dependencies`: the key of m1 is a function of it, and that of m2 one of its columns. */

import * as smt from '../../smt/build.ts';
import type { Obligation } from '../../smt/obligation.ts';
import { functionSymbol, intSort, namedSort } from '../../smt/sort.ts';
import { boundedPartition, m1, meet, together } from './partition.ts';
import { flag, hypothesis, NEVER } from './runs.ts';

const never = smt.integer(NEVER);
const m1Column = smt.variable('column of m1', intSort);
const m2Key = smt.variable('column of m2', intSort);
const m1Key = smt.apply(functionSymbol('function', [intSort], intSort), [m1Column]);
const place = functionSymbol('process', [intSort], namedSort('Process'));
const [keyless, answered, ends] = [
  flag('the function has no value for m1'),
  flag('m1 is answered'),
  flag('the history is complete'),
];

/** A message without a key goes nowhere: with nothing to compare it with, only that it isn't answered shows it. */
export function boundedDependencies(): readonly Obligation[] {
  return boundedPartition({
    rule: 'partition/dependencies',
    hypotheses: [
      hypothesis('by-key', 'a fact is where the value of its key belongs', [
        smt.equal(together, smt.equal(smt.apply(place, [m1Key]), smt.apply(place, [m2Key]))),
      ]),
      hypothesis('dependencies', 'what m1 and m2 meet by gives them one key', [
        smt.implies(meet, smt.equal(m1Key, m2Key)),
      ]),
      hypothesis('answered', 'who takes m1 answers, and what has a key is taken in the end', [
        smt.equal(answered, smt.less(m1, never)),
        smt.implies(keyless, smt.equal(m1, never)),
        smt.implies(ends, smt.or([keyless, smt.less(m1, never)])),
      ]),
      hypothesis('total-keys', 'every message has a key', [smt.not(keyless)]),
    ],
    conditions: ['dependencies', 'total-keys'],
    whole: (t1) => [
      smt.equal(answered, smt.less(t1, never)),
      smt.implies(ends, smt.less(t1, never)),
    ],
    show: [m1Column, m1Key, m2Key, keyless, answered, ends],
  });
}
