/** What the bounded obligations of partitionings have in common: two processes, each with the facts of its key. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  inOrder,
  seen,
  sends,
  shown,
  someTicks,
  someWhole,
  three,
  tick,
  withinBound,
} from './runs.ts';

export const m1: Term = tick('m1 is taken');
const m2 = tick('m2 is taken');
const [m3one, m3two] = [tick('m3 is taken where m1 is'), tick('m3 is taken where m2 is')];
const [one, two] = [tick('one is sent'), tick('two is sent')];
const [count1, count2] = [tick('ticks of the process of m1'), tick('ticks of the process of m2')];
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const [before, oneFirst] = [
  flag('m1 is sent after two is received'),
  flag('one arrives before two'),
];
export const together: Term = flag('m1 and m2 are on one process');
export const meet: Term = flag('m1 and m2 meet');
const [counts, keyless] = [flag('ticks are counted'), flag('m3 has no key')];
const [ordered, same] = [
  flag('one and two share an ordered channel'),
  flag('one and two are one counted message'),
];
const twice = flag('the message arrives twice');
const none = smt.integer(0);
const both = smt.and([ordered, gotOne, gotTwo]);
const sent = (output: string, count: Term, views: readonly [Term, Term, Term]): Formula => {
  const [own, met, timer] = views;
  const args = [smt.ite(counts, count, none), own, smt.ite(meet, met, none)];
  return sends(output, [...args, smt.ite(keyless, timer, none)]);
};
const here = (view: Term): Term => smt.ite(together, view, none);

export interface Partitioning {
  readonly rule: string;
  /** What puts facts that meet on one process, and what else the rule relies on. */
  readonly hypotheses: readonly Hypothesis[];
  /** Those that are conditions of the rule. */
  readonly conditions: readonly string[];
  /** What a run of the whole has in common with the partitions besides, given the tick of m1. */
  readonly whole: (t1: Term) => readonly Formula[];
  readonly show: readonly Term[];
}

/**
 * m1 and m2 go to the processes of their keys, which send `one` and `two`; m3 has no key when it is a timer or the
 * like, and comes to each process at its own time. The client sends m1 after it received `two`. Processes of one
 * member restart together; amnesia of one is the deployment's question, and the judge's.
 */
export function boundedPartition(of: Partitioning): readonly Obligation[] {
  return [
    obligation({
      rule: of.rule,
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 3 messages, every history of two partitions is one of the whole',
      hypotheses: [
        withinBound([m1, m2, m3one, m3two], [one, two, count1, count2]),
        hypothesis('one-process', 'a process has one clock and takes a message once', [
          smt.implies(
            together,
            smt.and([
              smt.equal(m3one, m3two),
              smt.implies(smt.less(one, two), smt.less(count1, count2)),
              smt.implies(smt.less(two, one), smt.less(count2, count1)),
              smt.implies(smt.equal(one, two), smt.equal(count1, count2)),
            ]),
          ),
        ]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(
            gotOne,
            sent('one', count1, [seen(m1, one), here(seen(m2, one)), seen(m3one, one)]),
          ),
          smt.implies(
            gotTwo,
            sent('two', count2, [seen(m2, two), here(seen(m1, two)), seen(m3two, two)]),
          ),
          smt.implies(before, smt.and([gotTwo, smt.less(two, m1)])),
          smt.implies(smt.and([both, together]), inOrder(oneFirst, one, two)),
          smt.implies(twice, smt.and([same, smt.not(together), gotOne, gotTwo])),
        ]),
        ...of.hypotheses,
        hypothesis('stutter-insensitive', 'how many ticks pass cannot be seen', [smt.not(counts)]),
        hypothesis('keyed-inputs', 'every input has a key', [smt.not(keyless)]),
        hypothesis('keeps-order', 'no ordered channel is spread', [smt.not(ordered)]),
        hypothesis('messages-carry-key', 'two processes never send one counted message', [
          smt.implies(same, together),
        ]),
      ],
      goal: someWhole(3, (run) => {
        const [t1, t2, t3] = three(run);
        return someTicks(2, ([first = one, second = two]) => {
          return smt.and([
            smt.implies(
              gotOne,
              sent('one', first, [seen(t1, first), seen(t2, first), seen(t3, first)]),
            ),
            smt.implies(
              gotTwo,
              sent('two', second, [seen(t2, second), seen(t1, second), seen(t3, second)]),
            ),
            smt.implies(before, smt.less(second, t1)),
            smt.implies(both, inOrder(oneFirst, first, second)),
            smt.not(twice),
            ...of.whole(t1),
          ]);
        });
      }),
      show: [m1, m2, m3one, m3two, one, two, together, before, oneFirst, twice, ...of.show].map(
        shown,
      ),
      conditions: [
        ...of.conditions,
        'stutter-insensitive',
        'keyed-inputs',
        'keeps-order',
        'messages-carry-key',
      ],
    }),
  ];
}
