/**
 * Of `decouple/asymmetric-partitioned`: streams of two keys that have no common order. What holds of the batches of one
 * key is that of `decouple/asymmetric`.
 */

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

const rule = 'decouple/asymmetric-partitioned';
const TICKS = 5;
const never = smt.integer(TICKS + 1);
const none = smt.integer(0);
/** Of the whole only the order matters in which it takes its messages. */
const WHOLE = ticksOfOrder(3);
const absent = smt.integer(WHOLE.never);

const [m1, m2, m3] = [tick('m1 is taken'), tick('m2 is taken'), tick('m3 is taken')];
const heard = tick('m3 is taken by the process of m1');
/** The batch of m1 has two facts. */
const [batch1, rest1, batch2] = [
  tick('the batch of m1 is taken'),
  tick('the rest of the batch of m1 is taken'),
  tick('the batch of m2 is taken'),
];
const [made1, made2] = [tick('one is derived'), tick('two is derived')];
const [one, two, home] = [tick('one is sent'), tick('two is sent'), tick('home is sent')];
const [count1, count2] = [tick('ticks of the process of m1'), tick('ticks of the process of m2')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
};
const [crosses1, crosses2] = [flag('m1 makes news'), flag('m2 makes news')];
const [hears, meet, counts] = [
  flag('what moves reads m3'),
  flag('m1 and m2 meet'),
  flag('ticks are counted'),
];
const [ordered, oneFirst, same, twice] = [
  flag('one and two share an ordered channel'),
  flag('one arrives before two'),
  flag('one and two are one counted message'),
  flag('the message arrives twice'),
];
const both = smt.and([ordered, got.one, got.two]);

export const news = (crosses: Formula, at: Term, never: Term): Term => smt.ite(crosses, at, never);

/** A process sees the message of its key; that of another one where they meet, and m3 where it reads that. */
const ofKey = (output: string, count: Term, views: readonly [Term, Term, Term]): Formula => {
  const [own, other, foreign] = views;
  return sends(output, [
    smt.ite(counts, count, none),
    own,
    smt.ite(meet, other, none),
    smt.ite(hears, foreign, none),
  ]);
};

/** What stays sees the news of m1, in two facts, the news of m2, and m3. */
const staying = (views: readonly [Term, Term, Term, Term], now: Term): Formula => {
  const [a, b, c, own] = views;
  const pairs = [order(a, c, now), order(b, c, now), order(a, own, now), order(c, own, now)];
  return sends('home', [...views.map((each) => seen(each, now)), ...pairs]);
};

/** What was told of the key by then was taken before the output leaves. */
export const waited = (
  crosses: Formula,
  told: readonly [Term, Term],
  derived: Term,
  sent: Term,
): Formula => {
  const [at, batch] = told;
  return smt.and([
    smt.atMost(derived, sent),
    smt.implies(smt.and([crosses, smt.atMost(at, derived)]), smt.less(batch, sent)),
  ]);
};

const after = {
  one: flag('m3 is sent after one is received'),
  two: flag('m1 is sent after two is received'),
  home: flag('m2 is sent after home is received'),
};

/** Of the construction: each bears load like a condition, but no program can fail it (test/keyed-batches.test.ts). */
export const streams: readonly string[] = ['held-back', 'whole-batches'];

/** m1 and m2 have two keys, and go to the processes of them, which send `one` and `two`; m3 stays, which sends `home`. */
export function keysApart(): Obligation {
  return obligation({
    rule,
    lemma: 'refines-the-whole',
    kind: 'bounded',
    title: 'within 5 ticks and 3 messages, every history with two streams is one of the whole',
    hypotheses: [
      withinBound(
        [m1, m2, m3, heard, batch1, rest1, batch2],
        [made1, made2, one, two, home, count1, count2],
        TICKS,
      ),
      hypothesis('sent', 'what is received was sent', [
        smt.implies(got.one, ofKey('one', count1, [seen(m1, made1), none, seen(heard, made1)])),
        smt.implies(got.two, ofKey('two', count2, [seen(m2, made2), none, seen(heard, made2)])),
        smt.implies(
          got.home,
          staying(
            [
              news(crosses1, batch1, never),
              news(crosses1, rest1, never),
              news(crosses2, batch2, never),
              m3,
            ],
            home,
          ),
        ),
        smt.implies(after.one, smt.and([got.one, smt.less(one, m3), smt.less(one, heard)])),
        smt.implies(after.two, smt.and([got.two, smt.less(two, m1)])),
        smt.implies(after.home, smt.and([got.home, smt.less(home, m2)])),
        smt.implies(twice, smt.and([same, got.one, got.two])),
      ]),
      hypothesis('batched', 'a batch is taken after the tick that it is of', [
        later(m1, batch1, TICKS),
        later(m1, rest1, TICKS),
        later(m2, batch2, TICKS),
      ]),
      hypothesis('held-back', 'nothing of a key leaves before its batches were taken', [
        smt.implies(got.one, waited(crosses1, [m1, batch1], made1, one)),
        smt.implies(got.two, waited(crosses2, [m2, batch2], made2, two)),
      ]),
      hypothesis('whole-batches', 'a batch is taken whole', [smt.equal(batch1, rest1)]),
      hypothesis('independent(move, stay)', 'what moves reads nothing of what stays', [
        smt.not(hears),
      ]),
      hypothesis('co-hashing', 'facts that meet have one key', [smt.not(meet)]),
      hypothesis('stutter-insensitive', 'how many ticks pass cannot be seen', [smt.not(counts)]),
      hypothesis('keeps-order', 'no ordered channel is spread', [smt.not(ordered)]),
      hypothesis('messages-carry-key', 'two processes never send one counted message', [
        smt.not(same),
      ]),
    ],
    goal: someOrder(3, areKeysOfWhole),
    show: [
      ...[m1, m2, m3, batch1, batch2, one, two, home],
      ...[after.one, after.two, after.home, oneFirst, twice],
    ].map(shown),
    conditions: [
      'independent(move, stay)',
      'co-hashing',
      'stutter-insensitive',
      'keeps-order',
      'messages-carry-key',
    ],
  });
}

function areKeysOfWhole(run: readonly Term[]): Formula {
  const [t1, t2, t3] = three(run);
  const [told1, told2] = [news(crosses1, t1, absent), news(crosses2, t2, absent)];
  return smt.and([
    someTicks(
      1,
      ([sent = home]) =>
        smt.and([
          smt.implies(got.home, staying([told1, told1, told2, t3], sent)),
          smt.implies(after.home, smt.less(sent, t2)),
        ]),
      WHOLE.last,
    ),
    someTicks(
      2,
      ([first = one, second = two]) =>
        smt.and([
          smt.implies(
            got.one,
            ofKey('one', first, [seen(t1, first), seen(t2, first), seen(t3, first)]),
          ),
          smt.implies(
            got.two,
            ofKey('two', second, [seen(t2, second), seen(t1, second), seen(t3, second)]),
          ),
          smt.implies(after.one, smt.less(first, t3)),
          smt.implies(after.two, smt.less(second, t1)),
          smt.implies(both, inOrder(oneFirst, first, second)),
        ]),
      WHOLE.last,
    ),
    smt.not(twice),
  ]);
}
