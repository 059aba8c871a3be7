/** The bounded obligation of `decouple/asymmetric`: batches that are taken late, and outputs that wait for that. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  inOrder,
  later,
  order,
  seen,
  sends,
  shown,
  someOrder,
  someTicks,
  three,
  tick,
  ticksOfOrder,
  withinBound,
} from './runs.ts';

const taken = ['m1', 'm2', 'm3'].map((name) => tick(`${name} is taken`));
const [m1, m2, m3] = three(taken);
const heard = tick('m3 is taken by the moved part');
/** The staying part takes the batches of m1, in two facts, and of m2. */
const [batch1, rest1, batch2] = [
  tick('the batch of m1 is taken'),
  tick('the rest of the batch of m1 is taken'),
  tick('the batch of m2 is taken'),
];
const [made1, made2] = [tick('one is derived'), tick('two is derived')];
const [one, two, home] = [tick('one is sent'), tick('two is sent'), tick('home is sent')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
};
const [crosses1, crosses2] = [flag('m1 makes news'), flag('m2 makes news')];
const [afterOne, afterHome] = [
  flag('m3 is sent after one is received'),
  flag('m2 is sent after home is received'),
];
const [hears, ordered, oneFirst] = [
  flag('the moved part reads m3'),
  flag('one and two share an ordered channel'),
  flag('one arrives before two'),
];
/** Two messages, a batch of each, and what had to wait for the second: five ticks. */
const TICKS = 5;
const NEVER = TICKS + 1;

/** Neither part can count ticks; of the whole only the order matters in which it takes its messages. */
const WHOLE = ticksOfOrder(3);

const moved = (output: string, [t1, t2, t3]: readonly [Term, Term, Term], now: Term): Formula =>
  sends(output, [
    seen(t1, now),
    seen(t2, now),
    order(t1, t2, now),
    smt.ite(hears, seen(t3, now), smt.integer(0)),
  ]);

/** What stays sees the two facts of the news of m1, that of m2, and m3. */
const staying = (news: readonly [Term, Term, Term, Term], now: Term): Formula => {
  const [a, b, c, own] = news;
  const views = news.map((each) => seen(each, now));
  return sends('home', [
    ...views,
    order(a, c, now),
    order(b, c, now),
    order(a, own, now),
    order(c, own, now),
  ]);
};

const news = (crosses: Formula, at: Term, never: number): Term =>
  smt.ite(crosses, at, smt.integer(never));

/** Whatever the moved part has told by then was taken before the output leaves. */
const waited = (derived: Term, sent: Term): Formula =>
  smt.and([
    smt.atMost(derived, sent),
    smt.implies(smt.and([crosses1, smt.atMost(m1, derived)]), smt.less(batch1, sent)),
    smt.implies(smt.and([crosses2, smt.atMost(m2, derived)]), smt.less(batch2, sent)),
  ]);

const both = smt.and([ordered, got.one, got.two]);
const bothCross = smt.and([crosses1, crosses2]);

/** Of the construction: each bears load like a condition, but no program can fail it (test/batches.test.ts). */
export const batching: readonly string[] = ['held-back', 'whole-batches', 'one-a-tick', 'in-order'];

/**
 * The moved part takes m1 and m2, sends `one` and `two`, and may have news of either; the staying part takes m3 and the
 * batches, and sends `home`. m3 is sent after `one` was received, or m2 after `home`. Both parts restart together, which
 * is a run that ends: what a crash leaves on disk and loses on the way (`nothing-on-disk`, and the lossy channels of
 * `may-be-held-back`), and messages that a kept fact causes (`existence`), are the judge's.
 */
export function boundedAsymmetric(): readonly Obligation[] {
  return [
    obligation({
      rule: 'decouple/asymmetric',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 5 ticks and 3 messages, every history with batches is one of the whole',
      hypotheses: [
        withinBound(
          [...taken, heard, batch1, rest1, batch2],
          [made1, made2, one, two, home],
          TICKS,
        ),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(got.one, moved('one', [m1, m2, heard], made1)),
          smt.implies(got.two, moved('two', [m1, m2, heard], made2)),
          smt.implies(
            got.home,
            staying(
              [
                news(crosses1, batch1, NEVER),
                news(crosses1, rest1, NEVER),
                news(crosses2, batch2, NEVER),
                m3,
              ],
              home,
            ),
          ),
          smt.implies(afterOne, smt.and([got.one, smt.less(one, m3), smt.less(one, heard)])),
          smt.implies(afterHome, smt.and([got.home, smt.less(home, m2)])),
          smt.implies(both, inOrder(oneFirst, one, two)),
        ]),
        hypothesis('batched', 'a batch is taken after the tick that it is of', [
          later(m1, batch1, TICKS),
          later(m1, rest1, TICKS),
          later(m2, batch2, TICKS),
          smt.implies(smt.and([bothCross, smt.equal(m1, m2)]), smt.equal(batch1, batch2)),
        ]),
        hypothesis('held-back', 'nothing leaves before the batches so far were taken', [
          smt.implies(got.one, waited(made1, one)),
          smt.implies(got.two, waited(made2, two)),
        ]),
        hypothesis('whole-batches', 'a batch is taken whole', [smt.equal(batch1, rest1)]),
        hypothesis('one-a-tick', 'batches of two ticks are taken in two', [
          smt.implies(
            smt.and([bothCross, smt.not(smt.equal(m1, m2)), smt.equal(batch1, batch2)]),
            smt.equal(batch1, smt.integer(NEVER)),
          ),
        ]),
        hypothesis('in-order', 'batches are taken in the order of their ticks', [
          smt.implies(smt.and([bothCross, smt.less(m1, m2)]), smt.atMost(batch1, batch2)),
          smt.implies(smt.and([bothCross, smt.less(m2, m1)]), smt.atMost(batch2, batch1)),
        ]),
        hypothesis('independent(move, stay)', 'the moved part reads nothing of the staying one', [
          smt.not(hears),
        ]),
        hypothesis('may-be-held-back', 'no ordered channel is held back', [smt.not(ordered)]),
      ],
      goal: someOrder(3, isRunOfWhole),
      show: [...taken, batch1, rest1, batch2, made1, one, two, home, afterOne, afterHome].map(
        shown,
      ),
      conditions: ['independent(move, stay)', 'may-be-held-back'],
    }),
  ];
}

function isRunOfWhole(run: readonly Term[]): Formula {
  const [t1, t2, t3] = three(run);
  const told1 = news(crosses1, t1, WHOLE.never);
  const told2 = news(crosses2, t2, WHOLE.never);
  const whole = [told1, told1, told2, t3] as const;
  return smt.and([
    someTicks(
      1,
      ([sent = home]) =>
        smt.and([
          smt.implies(got.home, staying(whole, sent)),
          smt.implies(afterHome, smt.less(sent, t2)),
        ]),
      WHOLE.last,
    ),
    someTicks(
      2,
      ([first = one, second = two]) =>
        smt.and([
          smt.implies(got.one, moved('one', [t1, t2, t3], first)),
          smt.implies(got.two, moved('two', [t1, t2, t3], second)),
          smt.implies(afterOne, smt.less(first, t3)),
          smt.implies(both, inOrder(oneFirst, first, second)),
        ]),
      WHOLE.last,
    ),
  ]);
}
