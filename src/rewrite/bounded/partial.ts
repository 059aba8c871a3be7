/** The bounded obligation of `partition/partial`: two processes that are locked while the coordinator takes an order. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  inOrder,
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

const [m1, m2] = [tick('m1 is taken'), tick('m2 is taken')];
/** The order: its turn at the coordinator and at each process. */
const [turn, turn1, turn2] = [
  tick('the coordinator takes the order'),
  tick('the process of m1 takes the order'),
  tick('the process of m2 takes the order'),
];
const [one, two, home, sum] = [
  tick('one is sent'),
  tick('two is sent'),
  tick('home is sent'),
  tick('sum is sent'),
];
const [count1, count2] = [tick('ticks of the process of m1'), tick('ticks of the process of m2')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
  sum: flag('sum is received'),
};
const after = {
  two: flag('m1 is sent after two is received'),
  home: flag('m1 is sent after home is received'),
  order: flag('the order is sent after two is received'),
};
const [meet, counts, byItself] = [
  flag('m1 and m2 meet'),
  flag('ticks are counted'),
  flag('a process takes what is replicated by itself'),
];
const sealed = flag('the sum has the share of the process of m2');
const [ordered, oneFirst, same, twice] = [
  flag('one and two share an ordered channel'),
  flag('one arrives before two'),
  flag('one and two are one counted message'),
  flag('the message arrives twice'),
];
const TICKS = 5;
const NEVER = TICKS + 1;
const none = smt.integer(0);
const [never, WHOLE] = [smt.integer(NEVER), ticksOfOrder(3)];

const process = (output: string, count: Term, views: readonly [Term, Term, Term]): Formula => {
  const [own, met, replicated] = views;
  return sends(output, [smt.ite(counts, count, none), own, smt.ite(meet, met, none), replicated]);
};
const coordinator = (order: Term): Formula => sends('home', [order]);
/** What each process had, when the order was taken. */
const total = (shares: readonly [Term, Term]): Formula => sends('sum', shares);
const both = smt.and([ordered, got.one, got.two]);
const inTurn = (formula: Formula): Formula => smt.implies(smt.not(byItself), formula);
const isTaken = (order: Term, last: Term): Formula => smt.not(smt.equal(order, last));

/** Of the construction: each bears load like a condition, but no program can fail it (test/partial.test.ts). */
export const turns: readonly string[] = ['locked', 'handed-on', 'alone', 'sealed'];

/**
 * m1 and m2 go to two processes, which send `one` and `two`; the order comes to the coordinator, which sends `home` and,
 * with the shares of both, `sum`. m1 is sent after `two` or `home` was received, or the order after `two`. All of a
 * member restart together, which is a run that ends: what the disks know then, and what a crash leaves unsaid of a turn
 * (`restored-alike`, `may-be-lost`), and whether a sum is one of shares (`sums-add-up`), are the judge's.
 */
export function boundedPartial(): readonly Obligation[] {
  const locked = (own: Term, at: Term): Formula =>
    inTurn(smt.or([smt.less(own, turn), smt.atMost(at, own)]));
  return [
    obligation({
      rule: 'partition/partial',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 5 ticks and 3 messages, every history with turns is one of the whole',
      hypotheses: [
        withinBound([m1, m2, turn, turn1, turn2], [one, two, home, sum, count1, count2], TICKS),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(got.one, process('one', count1, [seen(m1, one), none, seen(turn1, one)])),
          smt.implies(got.two, process('two', count2, [seen(m2, two), none, seen(turn2, two)])),
          smt.implies(got.home, coordinator(seen(turn, home))),
          smt.implies(after.two, smt.and([got.two, smt.less(two, m1)])),
          smt.implies(after.home, smt.and([got.home, smt.less(home, m1)])),
          smt.implies(after.order, smt.and([got.two, smt.less(two, turn)])),
          smt.implies(twice, smt.and([same, got.one, got.two])),
        ]),
        hypothesis('added-up', 'a sum is sent when the coordinator has shares', [
          smt.implies(
            got.sum,
            smt.and([
              ...[turn1, turn2].flatMap((each) => [isTaken(each, never), smt.atMost(each, sum)]),
              total([seen(m1, turn1), smt.ite(sealed, seen(m2, turn2), none)]),
            ]),
          ),
        ]),
        hypothesis('locked', 'from before the turn until its own one a process takes nothing', [
          locked(m1, turn1),
          locked(m2, turn2),
        ]),
        hypothesis('handed-on', 'a process takes the order after the coordinator, if that does', [
          inTurn(smt.atMost(turn, turn1)),
          inTurn(smt.atMost(turn, turn2)),
        ]),
        hypothesis('alone', 'with the order a process takes nothing else', [
          inTurn(smt.or([smt.not(smt.equal(m1, turn1)), smt.equal(m1, never)])),
          inTurn(smt.or([smt.not(smt.equal(m2, turn2)), smt.equal(m2, never)])),
        ]),
        hypothesis('sealed', 'a sum has the shares of all processes', [sealed]),
        hypothesis('replicated-alike', 'a process takes nothing replicated by itself', [
          smt.not(byItself),
        ]),
        hypothesis('co-hashing', 'facts that meet have one key', [smt.not(meet)]),
        hypothesis('stutter-insensitive', 'how many ticks pass cannot be seen', [smt.not(counts)]),
        hypothesis('keeps-order', 'no ordered channel is spread', [smt.not(ordered)]),
        hypothesis('messages-carry-key', 'two processes never send one counted message', [
          smt.not(same),
        ]),
      ],
      goal: someOrder(3, isRunOfWhole),
      show: [
        ...[m1, m2, turn, turn1, turn2, one, two, home, sum],
        ...[after.two, after.home, after.order, oneFirst, twice],
      ].map(shown),
      conditions: [
        'replicated-alike',
        'co-hashing',
        'stutter-insensitive',
        'keeps-order',
        'messages-carry-key',
      ],
    }),
  ];
}

function isRunOfWhole(run: readonly Term[]): Formula {
  const [t1, t2, order] = three(run);
  return smt.and([
    someTicks(
      2,
      ([first = one, second = two]) =>
        smt.and([
          smt.implies(
            got.one,
            process('one', first, [seen(t1, first), seen(t2, first), seen(order, first)]),
          ),
          smt.implies(
            got.two,
            process('two', second, [seen(t2, second), seen(t1, second), seen(order, second)]),
          ),
          smt.implies(after.two, smt.less(second, t1)),
          smt.implies(after.order, smt.less(second, order)),
          smt.implies(both, inOrder(oneFirst, first, second)),
        ]),
      WHOLE.last,
    ),
    someTicks(
      1,
      ([sent = home]) =>
        smt.and([
          smt.implies(got.home, coordinator(seen(order, sent))),
          smt.implies(after.home, smt.less(sent, t1)),
        ]),
      WHOLE.last,
    ),
    smt.implies(
      got.sum,
      smt.and([
        isTaken(order, smt.integer(WHOLE.never)),
        total([seen(t1, order), seen(t2, order)]),
      ]),
    ),
    smt.not(twice),
  ]);
}
