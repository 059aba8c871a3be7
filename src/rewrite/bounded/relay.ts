/** The bounded obligation of `relay`: all three messages pass it on their way to the component. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  later,
  past,
  sends,
  shown,
  someTicks,
  someWhole,
  three,
  tick,
  withinBound,
} from './runs.ts';

const home = ['m1', 'm2', 'm3'].map((name) => tick(`${name} at the relay`));
const moved = ['m1', 'm2', 'm3'].map((name) => tick(`${name} behind it`));
const front = ['m1', 'm2', 'm3'].map((name) => tick(`${name} for the sender of one`));
const [one, two] = [tick('one is sent'), tick('two is sent')];
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const [before, ordered] = [flag('m3 is sent after one is received'), flag('inputs are ordered')];
const at = three(home);
const pairs = home.map((_, index) => ({
  home: home[index],
  moved: moved[index],
  front: front[index],
}));
const each = (make: (h: Term, m: Term, f: Term) => Formula): readonly Formula[] =>
  pairs.flatMap(({ home: h, moved: m, front: f }) =>
    h === undefined || m === undefined || f === undefined ? [] : [make(h, m, f)],
  );

/**
 * `one` and `two` are outputs of the component; the client sends the third message after it received `one`.
 * That clients can't be told an address has no counterpart here: without it a message is merely lost.
 */
export function boundedRelay(): readonly Obligation[] {
  return [
    obligation({
      rule: 'relay',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 3 messages, every history behind a relay is one without it',
      hypotheses: [
        withinBound([...home, ...moved, ...front], [one, two]),
        hypothesis(
          'relayed',
          'a message is relayed after the tick that took it',
          each((h, m) => later(h, m)),
        ),
        hypothesis(
          'two-places',
          'whoever sends `one` reads a message at the relay or behind it',
          each((h, m, f) => smt.or([smt.equal(f, h), smt.equal(f, m)])),
        ),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(gotOne, sends('one', past(front, one))),
          smt.implies(gotTwo, sends('two', past(moved, two))),
          smt.implies(before, smt.and([gotOne, smt.less(one, at[2])])),
          smt.implies(ordered, smt.atMost(at[0], at[1])),
        ]),
        hypothesis(
          'relay',
          'every reader of a relayed channel is behind the relay',
          each((_, m, f) => smt.equal(f, m)),
        ),
        hypothesis('keeps-order', 'no relayed channel is ordered', [smt.not(ordered)]),
      ],
      goal: someWhole(3, (taken) => {
        const t = three(taken);
        return someTicks(2, ([first = one, second = two]) => {
          return smt.and([
            smt.implies(gotOne, sends('one', past(taken, first))),
            smt.implies(gotTwo, sends('two', past(taken, second))),
            smt.implies(before, smt.less(first, t[2])),
            smt.implies(ordered, smt.atMost(t[0], t[1])),
          ]);
        });
      }),
      show: [...home, ...moved, one, two, gotOne, gotTwo, before].map(shown),
      conditions: ['relay', 'keeps-order'],
    }),
  ];
}
