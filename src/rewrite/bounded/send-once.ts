/** The bounded obligation of `normalize/send-once`: a message that is not sent again. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  NEVER,
  seen,
  sends,
  shown,
  someTicks,
  someWhole,
  TICKS,
  three,
  tick,
  withinBound,
} from './runs.ts';

const taken = ['m1', 'm1 again', 'm2'].map((name) => tick(`${name} is taken`));
const [m1, again, m2] = three(taken);
const [one, two] = [tick('one is sent'), tick('two is sent')];
const restart = tick('the reader restarts');
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const before = flag('m2 is sent after one is received');
const restarts = flag('there is a restart');
const [told, lost, apart] = [
  flag('the reader can tell repetitions'),
  flag('m1 is lost'),
  flag('the sender goes on when the reader restarts'),
];
const [never, last, none] = [smt.integer(NEVER), smt.integer(TICKS), smt.integer(0)];
type Run = readonly [Term, Term, Term];

/** What the reader knows in a tick: that it has m1, or how often it came. */
function reads(output: string, [first, repeat, other]: Run, now: Term): Formula {
  const kept = (each: Term): Formula =>
    smt.and([
      smt.atMost(each, now),
      smt.not(smt.and([restarts, smt.atMost(each, restart), smt.less(restart, now)])),
    ]);
  const has = smt.ite(smt.or([kept(first), kept(repeat)]), smt.integer(1), none);
  const count = (each: Term): Term => smt.ite(told, seen(each, now), none);
  return sends(output, [has, count(first), count(repeat), seen(other, now)]);
}

/**
 * The reader takes m1 from another part of its member, twice in the whole: the second one is sent after a restart, if there
 * is one. The client sends m2 after it received `one`. In the plan m1 is sent again only by a sender that has
 * forgotten it. `plain-columns` is about how a message is remembered, `repeats-often` about cost, and `told-before`
 * about the clause: they have no counterpart here.
 */
export function boundedSendOnce(): readonly Obligation[] {
  const plan: Run = [m1, again, m2];
  const resent = (repeat: Term): Formula =>
    smt.and([smt.atMost(repeat, last), smt.implies(restarts, smt.less(restart, repeat))]);
  return [
    obligation({
      rule: 'normalize/send-once',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 3 messages, every history without a repetition is one with it',
      hypotheses: [
        withinBound(taken, [one, two, restart]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(gotOne, reads('one', plan, one)),
          smt.implies(gotTwo, reads('two', plan, two)),
          smt.implies(before, smt.and([gotOne, smt.less(one, m2)])),
          smt.ite(lost, smt.equal(m1, never), smt.atMost(m1, last)),
          smt.ite(smt.and([restarts, smt.not(apart)]), resent(again), smt.equal(again, never)),
        ]),
        hypothesis('nothing-lost', 'what is sent arrives', [smt.not(lost)]),
        hypothesis('repeats-harmless', 'the reader keeps what it got', [smt.not(told)]),
        hypothesis('restarts-together', 'who forgets that it was told forgets that it told', [
          smt.not(apart),
        ]),
      ],
      goal: someWhole(3, (run) => {
        const whole = three(run);
        const [t1, repeat, t2] = whole;
        return smt.and([
          smt.ite(lost, smt.equal(t1, never), smt.atMost(t1, last)),
          resent(repeat),
          smt.implies(smt.not(restarts), smt.implies(smt.not(lost), smt.atMost(t1, repeat))),
          someTicks(2, ([first = one, second = two]) =>
            smt.and([
              smt.implies(gotOne, reads('one', whole, first)),
              smt.implies(gotTwo, reads('two', whole, second)),
              smt.implies(before, smt.less(first, t2)),
            ]),
          ),
        ]);
      }),
      show: [...taken, one, two, restart, gotOne, gotTwo, before, restarts].map(shown),
      conditions: ['nothing-lost', 'repeats-harmless', 'restarts-together'],
    }),
  ];
}
