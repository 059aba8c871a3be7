/** The bounded obligation of `normalize/push-projection`: two messages that become one. */

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
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const before = flag('m3 is sent after one is received');
const late = flag('m2 is sent after one is received');
const merged = flag('m1 and m2 differ in the column alone');
const recorded = flag('the record of messages has the column');
const value = tick('what stands in the column');
const [used, folded] = [flag('the column is read'), flag('facts are folded by the column')];
const [news, routed] = [flag('what was sent before is not sent again'), flag('m2 goes elsewhere')];
const [ordered, watched] = [flag('the channel is ordered'), flag('an invariant reads the column')];
const [never, last] = [smt.integer(NEVER), smt.integer(TICKS)];
const asBefore = smt.integer(1);

function reads(
  output: string,
  [t1, t2, t3]: readonly [Term, Term, Term],
  now: Term,
  column: Term,
): Formula {
  const views = [seen(t1, now), seen(t2, now), seen(t3, now)];
  return sends(output, [column, ...views, order(t1, t2, now), order(t1, t3, now)]);
}

/**
 * The reader takes m1 and m2 from the sender, whose last column nobody reads, and m3 from a client that sends it after it
 * received `one`; m2 may be a consequence of `one` too. In the plan m1 and m2 are one message if they differ in the
 * column alone. `keeps-spread` is about cost and has no counterpart here.
 */
export function boundedProjection(): readonly Obligation[] {
  const column = smt.ite(smt.or([used, folded]), value, asBefore);
  return [
    obligation({
      rule: 'normalize/push-projection',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 3 messages, every history without a column is one with it',
      hypotheses: [
        withinBound(taken, [one, two]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(gotOne, reads('one', [m1, m2, m3], one, column)),
          smt.implies(gotTwo, reads('two', [m1, m2, m3], two, column)),
          smt.implies(before, smt.and([gotOne, smt.less(one, m3)])),
          smt.implies(late, gotOne),
          smt.ite(
            smt.and([merged, smt.or([news, smt.not(late)])]),
            smt.equal(m2, smt.ite(smt.and([news, late]), never, m1)),
            smt.ite(
              routed,
              smt.equal(m2, never),
              smt.and([smt.atMost(m2, last), smt.implies(late, smt.less(one, m2))]),
            ),
          ),
          smt.atMost(m1, last),
          smt.implies(watched, smt.not(recorded)),
        ]),
        hypothesis('unwatched', 'no invariant speaks of the messages', [smt.not(watched)]),
        hypothesis('not-routed', 'the column is no part of an address', [smt.not(routed)]),
        hypothesis('keeps-groups', 'nothing is folded by the column', [smt.not(folded)]),
        hypothesis('keeps-order', 'the channel has no order', [smt.not(ordered)]),
        hypothesis('one-message-each', 'only messages of one tick become one', [smt.not(news)]),
        hypothesis('column-unread', 'nobody reads the column', [smt.not(used)]),
      ],
      goal: someWhole(3, (run) => {
        const [t1, t2, t3] = three(run);
        return smt.and([
          smt.atMost(t1, last),
          smt.atMost(t2, last),
          smt.implies(ordered, smt.atMost(t1, t2)),
          smt.implies(watched, recorded),
          someTicks(2, ([first = one, second = two]) =>
            smt.and([
              smt.implies(gotOne, reads('one', [t1, t2, t3], first, asBefore)),
              smt.implies(gotTwo, reads('two', [t1, t2, t3], second, asBefore)),
              smt.implies(before, smt.less(first, t3)),
              smt.implies(late, smt.less(first, t2)),
            ]),
          ),
        ]);
      }),
      show: [...taken, one, two, gotOne, gotTwo, before, late, merged, recorded].map(shown),
      conditions: [
        'unwatched',
        'not-routed',
        'keeps-groups',
        'keeps-order',
        'one-message-each',
        'column-unread',
      ],
    }),
  ];
}
