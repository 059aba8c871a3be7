/** Of `decouple/asymmetric-partitioned`: a turn of all processes, which finds every stream of batches at rest. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import { news, waited } from './keyed-streams.ts';
import {
  flag,
  hypothesis,
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
/** Of the whole only the order matters in which it takes its messages. */
const WHOLE = ticksOfOrder(3);
const absent = smt.integer(WHOLE.never);

const [m1, m3] = [tick('m1 is taken'), tick('m3 is taken')];
const batch1 = tick('the batch of m1 is taken');
const made1 = tick('one is derived');
const [one, two, home] = [tick('one is sent'), tick('two is sent'), tick('home is sent')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
};
const crosses1 = flag('m1 makes news');
const [turn, turn1, turn2] = [
  tick('the coordinator takes the order'),
  tick('the process of m1 takes the order'),
  tick('the other process takes the order'),
];
/** What the order makes each process tell, and whether it takes orders by itself. */
const [tells, byItself] = [
  flag('the order makes news'),
  flag('a process takes what is replicated by itself'),
];
const [told1, told2] = [
  tick('what the process of m1 tells of the order is taken'),
  tick('what the other process tells of the order is taken'),
];
const seesOrder = {
  home: flag('m3 is sent after two is received'),
  own: flag('m1 is sent after two is received'),
  order: flag('the order is sent after one is received'),
};

/** The process of m1, which has a copy of what is replicated. */
const besides = (views: readonly [Term, Term], now: Term): Formula => {
  const [own, replicated] = views;
  return sends('one', [seen(own, now), seen(replicated, now), order(own, replicated, now)]);
};
const copy = (replicated: Term, now: Term): Formula => sends('two', [seen(replicated, now)]);
/** What stays sees the news of m1, what the order makes each process tell, and m3. */
const hearing = (views: readonly [Term, Term, Term, Term], now: Term): Formula => {
  const [batch, first, second, own] = views;
  const pairs = [order(batch, own, now), order(first, own, now), order(second, own, now)];
  return sends('home', [...views.map((each) => seen(each, now)), ...pairs]);
};
const inTurn = (formula: Formula): Formula => smt.implies(smt.not(byItself), formula);

/** Of the construction, as `streams`. */
export const restingTurns: readonly string[] = ['at-rest', 'locked', 'handed-on', 'alone'];

/** m1 goes to one of two processes, which send `one` and `two`; the order comes to both, and m3 stays. */
export function ordersAtRest(): Obligation {
  return obligation({
    rule,
    lemma: 'refines-the-whole-with-turns',
    kind: 'bounded',
    title: 'within 5 ticks and 3 messages, every history with a turn at rest is one of the whole',
    hypotheses: [
      withinBound(
        [m1, m3, turn, turn1, turn2, batch1, told1, told2],
        [made1, one, two, home],
        TICKS,
      ),
      hypothesis('sent', 'what is received was sent', [
        smt.implies(got.one, besides([m1, turn1], made1)),
        smt.implies(got.two, copy(turn2, two)),
        smt.implies(
          got.home,
          hearing(
            [
              news(crosses1, batch1, never),
              news(tells, told1, never),
              news(tells, told2, never),
              m3,
            ],
            home,
          ),
        ),
        smt.implies(seesOrder.home, smt.and([got.two, smt.less(two, m3)])),
        smt.implies(seesOrder.own, smt.and([got.two, smt.less(two, m1)])),
        smt.implies(seesOrder.order, smt.and([got.one, smt.less(one, turn)])),
      ]),
      hypothesis('batched', 'a batch is taken after the tick that it is of', [
        later(m1, batch1, TICKS),
        later(turn1, told1, TICKS),
        later(turn2, told2, TICKS),
      ]),
      hypothesis('held-back', 'nothing of a key leaves before its batches were taken', [
        smt.implies(got.one, waited(crosses1, [m1, batch1], made1, one)),
        smt.implies(got.one, waited(tells, [turn1, told1], made1, one)),
        smt.implies(got.two, waited(tells, [turn2, told2], turn2, two)),
      ]),
      hypothesis('at-rest', 'what was told before the turn was taken before it', [
        inTurn(smt.implies(smt.and([crosses1, smt.less(m1, turn1)]), smt.less(batch1, turn))),
      ]),
      hypothesis('locked', 'from before the turn until its own one a process takes nothing', [
        inTurn(smt.or([smt.less(m1, turn), smt.atMost(turn1, m1)])),
      ]),
      hypothesis('handed-on', 'a process takes the order after the coordinator, if that does', [
        inTurn(smt.atMost(turn, turn1)),
        inTurn(smt.atMost(turn, turn2)),
      ]),
      hypothesis('alone', 'with the order a process takes nothing else', [
        inTurn(smt.or([smt.not(smt.equal(m1, turn1)), smt.equal(m1, never)])),
      ]),
      hypothesis('replicated-alike', 'a process takes nothing replicated by itself', [
        smt.not(byItself),
      ]),
      hypothesis('news-of-one-key', 'an order makes no news', [smt.not(tells)]),
    ],
    goal: someOrder(3, isTurnOfWhole),
    show: [
      ...[m1, m3, turn, turn1, turn2, batch1, told1, told2, made1, one, two, home],
      ...Object.values(seesOrder),
    ].map(shown),
    conditions: ['replicated-alike', 'news-of-one-key'],
  });
}

function isTurnOfWhole(run: readonly Term[]): Formula {
  const [t1, t3, ordered] = three(run);
  const told = news(tells, ordered, absent);
  const some = (output: Term, isSent: (sent: Term) => Formula): Formula =>
    someTicks(1, ([sent = output]) => isSent(sent), WHOLE.last);
  return smt.and([
    some(one, (sent) =>
      smt.and([
        smt.implies(got.one, besides([t1, ordered], sent)),
        smt.implies(seesOrder.order, smt.less(sent, ordered)),
      ]),
    ),
    some(two, (sent) =>
      smt.and([
        smt.implies(got.two, copy(ordered, sent)),
        smt.implies(seesOrder.home, smt.less(sent, t3)),
        smt.implies(seesOrder.own, smt.less(sent, t1)),
      ]),
    ),
    some(home, (sent) =>
      smt.implies(got.home, hearing([news(crosses1, t1, absent), told, told, t3], sent)),
    ),
  ]);
}
