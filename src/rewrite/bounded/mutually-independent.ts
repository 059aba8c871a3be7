/** The bounded obligation of `decouple/mutually-independent`: two halves with clocks of their own. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  inOrder,
  order,
  seen,
  sends,
  shown,
  someTicks,
  someWhole,
  three,
  tick,
  withinBound,
} from './runs.ts';

const taken = ['m1', 'm2', 'm3'].map((name) => tick(`${name} is taken`));
const again = tick('m1 is taken by the moved half');
const [one, two] = [tick('one is sent'), tick('two is sent')];
const [count1, count2] = [tick('ticks of the staying half'), tick('ticks of the moved half')];
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const [before, oneFirst] = [
  flag('m3 is sent after the tick of one'),
  flag('one arrives before two'),
];
const [counts, shares] = [flag('ticks are counted'), flag('both halves read m1')];
const [consumes, ordered] = [
  flag('the moved half reads what m2 derives'),
  flag('one and two share an ordered channel'),
];
const [m1, m2, m3] = three(taken);
const none = smt.integer(0);
const staying = ([t1, t2]: readonly [Term, Term], now: Term, count: Term): Formula =>
  sends('one', [smt.ite(counts, count, none), seen(t1, now), seen(t2, now), order(t1, t2, now)]);
const moved = (view: readonly [Term, Term, Term], count: Term): Formula => {
  const [own, shared, derived] = view;
  return sends('two', [
    smt.ite(counts, count, none),
    own,
    smt.ite(shares, shared, none),
    smt.ite(consumes, derived, none),
  ]);
};
const both = smt.and([ordered, gotOne, gotTwo]);

/**
 * The staying half takes m1 and m2 and sends `one`, the moved half takes m3 and sends `two`. The client sends m3
 * after it received something of the tick that sent `one`. Each half has counted some ticks of its own. Halves
 * restart together, with their member: amnesia of one half is the deployment's question, and the judge's.
 */
export function boundedMutuallyIndependent(): readonly Obligation[] {
  return [
    obligation({
      rule: 'decouple/mutually-independent',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 3 messages, every history of two halves is one of the whole',
      hypotheses: [
        withinBound([...taken, again], [one, two, count1, count2]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(gotOne, staying([m1, m2], one, count1)),
          smt.implies(gotTwo, moved([seen(m3, two), seen(again, two), none], count2)),
          smt.implies(before, smt.and([gotOne, smt.less(one, m3)])),
        ]),
        hypothesis('stutter-insensitive', 'how many ticks pass cannot be seen', [smt.not(counts)]),
        hypothesis('mutually-independent', 'the halves read no channel in common', [
          smt.not(shares),
        ]),
        hypothesis('owns-its-state', 'no half reads what the other derives', [smt.not(consumes)]),
        hypothesis('keeps-order', 'the halves share no ordered channel', [smt.not(ordered)]),
      ],
      goal: someWhole(3, (run) => {
        const [t1, t2, t3] = three(run);
        return someTicks(2, ([first = one, second = two]) => {
          const view = [seen(t3, second), seen(t1, second), seen(t2, second)] as const;
          return smt.and([
            smt.implies(gotOne, staying([t1, t2], first, first)),
            smt.implies(gotTwo, moved(view, second)),
            smt.implies(before, smt.less(first, t3)),
            smt.implies(both, inOrder(oneFirst, first, second)),
          ]);
        });
      }),
      show: [...taken, one, two, gotOne, gotTwo, before, oneFirst].map(shown),
      conditions: ['stutter-insensitive', 'mutually-independent', 'owns-its-state', 'keeps-order'],
    }),
  ];
}
