/** The bounded obligation of `normalize/push-selection`: a message that is no longer sent. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  NEVER,
  order,
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

const taken = ['m1', 'm2', 'm3'].map((name) => tick(`${name} is taken`));
const [m1, m2, m3] = three(taken);
const [one, two] = [tick('one is sent'), tick('two is sent')];
const [count1, count2] = [tick('ticks of the reader at one'), tick('ticks of the reader at two')];
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const before = flag('m3 is sent after one is received');
const wanted = flag('the condition holds of m2');
const recorded = flag('the record of messages has m2');
const value = tick('what m1 carries');
const [asked, absent] = [flag('a clause takes m2 anyway'), flag('the absence of m2 is read')];
const [counts, watched] = [flag('ticks are counted'), flag('an invariant speaks of m2')];
const [folded, other] = [flag('m1 is folded of all messages'), flag('m1 is kept back or changed')];
const [none, asBefore] = [smt.integer(0), smt.integer(1)];

/** What the reader does in a tick, of all that it can tell. */
function reads(
  output: string,
  [t1, t2, t3]: readonly [Term, Term, Term],
  at: { readonly now: Term; readonly count: Term; readonly carries: Term },
): Formula {
  const { now, count, carries } = at;
  const takes = smt.or([wanted, asked, absent]);
  return sends(output, [
    smt.ite(counts, count, none),
    carries,
    seen(t1, now),
    smt.ite(takes, seen(t2, now), none),
    seen(t3, now),
    order(t1, t3, now),
  ]);
}

/**
 * The reader takes m1 and m2 from the sender and m3 from a client, and sends `one` and `two`. The client sends m3 after
 * it received `one`. In the plan m2 is sent only if the condition holds of it; in the whole it always is, and
 * arrives.
 */
export function boundedSelection(): readonly Obligation[] {
  const carries = smt.ite(smt.or([folded, other]), value, asBefore);
  const plan = (output: string, now: Term, count: Term): Formula =>
    reads(output, [m1, m2, m3], { now, count, carries });
  return [
    obligation({
      rule: 'normalize/push-selection',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title:
        'within 3 ticks and 3 messages, every history without an unwanted message is one with it',
      hypotheses: [
        withinBound(taken, [one, two, count1, count2]),
        hypothesis('sent', 'what is received was sent', [
          smt.ite(wanted, smt.atMost(m2, smt.integer(TICKS)), smt.equal(m2, smt.integer(NEVER))),
          smt.implies(gotOne, plan('one', one, count1)),
          smt.implies(gotTwo, plan('two', two, count2)),
          smt.implies(before, smt.and([gotOne, smt.less(one, m3)])),
          smt.implies(watched, smt.iff(recorded, wanted)),
        ]),
        hypothesis('unwatched', 'no invariant speaks of the messages', [smt.not(watched)]),
        hypothesis('read-as-present', 'nobody asks for the absence of a message', [
          smt.not(absent),
        ]),
        hypothesis('sender-decides', 'what is sent is not folded of what is kept back', [
          smt.not(folded),
        ]),
        hypothesis('stutter-insensitive', 'how many ticks pass cannot be seen', [smt.not(counts)]),
        hypothesis('every-reader-asks', 'every clause that reads the message asks the condition', [
          smt.not(asked),
        ]),
        hypothesis('sends-what-is-asked', 'what fulfils the condition is sent as before', [
          smt.not(other),
        ]),
      ],
      goal: someWhole(3, (run) => {
        const [t1, t2, t3] = three(run);
        const whole = (output: string, now: Term): Formula =>
          reads(output, [t1, t2, t3], { now, count: now, carries: asBefore });
        return smt.and([
          smt.atMost(t2, smt.integer(TICKS)),
          smt.implies(watched, recorded),
          someTicks(2, ([first = one, second = two]) =>
            smt.and([
              smt.implies(gotOne, whole('one', first)),
              smt.implies(gotTwo, whole('two', second)),
              smt.implies(before, smt.less(first, t3)),
            ]),
          ),
        ]);
      }),
      show: [...taken, one, two, gotOne, gotTwo, before, wanted, recorded].map(shown),
      conditions: [
        'unwatched',
        'read-as-present',
        'sender-decides',
        'stutter-insensitive',
        'every-reader-asks',
        'sends-what-is-asked',
      ],
    }),
  ];
}
