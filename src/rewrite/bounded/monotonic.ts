/** The bounded obligation of `decouple/monotonic`: copies that arrive late, in any order, or are lost. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  inOrder,
  later,
  NEVER,
  past,
  recent,
  sends,
  shown,
  someTicks,
  someWhole,
  three,
  tick,
  withinBound,
} from './runs.ts';

const taken = ['m1', 'm2', 'm3'].map((name) => tick(`${name} is taken`));
const copies = ['m1', 'm2'].map((name) => tick(`${name} is copied`));
const restart = tick('the last tick before the restart');
const [one, two, home] = [tick('one is sent'), tick('two is sent'), tick('home is sent')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
};
const [afterHome, afterOne] = [
  flag('m2 is sent after home is received'),
  flag('m3 is sent after one is received'),
];
const [oneFirst, ordered] = [
  flag('one arrives before two'),
  flag('one and two share an ordered channel'),
];
const [forgets, reads] = [
  flag('m3 makes the fact of m1 forgotten'),
  flag('the staying part reads the moved one'),
];
const [m1, m2, m3] = three(taken);
const [copy1 = m1, copy2 = m2] = copies;
const both = smt.and([ordered, got.one, got.two]);

const held = (at: Term, now: Term): Formula =>
  smt.and([
    smt.atMost(at, now),
    smt.not(smt.and([smt.atMost(at, restart), smt.less(restart, now)])),
  ]);
const kept = ([t1, t2, t3]: readonly [Term, Term, Term], now: Term): readonly Formula[] => [
  smt.and([smt.atMost(t1, now), smt.not(smt.and([forgets, smt.less(t3, now)]))]),
  smt.atMost(t2, now),
];
const becomes = (output: string, run: readonly [Term, Term, Term], now: Term): Formula =>
  smt.and([
    sends(output, kept(run, now)),
    smt.not(sends(output, kept(run, smt.subtract(now, smt.integer(1))))),
  ]);
const atHome = (inputs: readonly Term[], derived: Term, now: Term): Formula =>
  sends('home', [...past(inputs, now), smt.ite(reads, derived, smt.integer(NEVER))]);

/**
 * m1 and m2 make facts that are kept and copied; `one` and `two` are sent by the moved part when its body becomes
 * true, `home` by the staying part. m2 is sent after `home` was received, m3 after `one`. The moved part may restart
 * once, alone, and lose its copies. One clause sends each: `said-in-one-place` is about others that send the same.
 * `stutter-insensitive` bears no load here: the theorem needs no clock to agree; the rule asks for it as every
 * split does.
 */
export function boundedMonotonic(): readonly Obligation[] {
  return [
    obligation({
      rule: 'decouple/monotonic',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title:
        'within 3 ticks, 3 messages and a restart, every history with copies is one of the whole',
      hypotheses: [
        withinBound([...taken, ...copies, restart], [one, two, home]),
        hypothesis('copied', 'a fact is copied after the tick that made it', [
          later(m1, copy1),
          later(m2, copy2),
        ]),
        hypothesis('needs-a-fact', 'nothing is sent of no fact at all', [
          smt.not(sends('one', [smt.falsity, smt.falsity])),
          smt.not(sends('two', [smt.falsity, smt.falsity])),
        ]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(got.one, sends('one', [held(copy1, one), held(copy2, one)])),
          smt.implies(got.two, sends('two', [held(copy1, two), held(copy2, two)])),
          smt.implies(got.home, atHome(taken, smt.integer(NEVER), home)),
          smt.implies(afterHome, smt.and([got.home, smt.less(home, m2)])),
          smt.implies(afterOne, smt.and([got.one, smt.less(one, m3)])),
          smt.implies(both, inOrder(oneFirst, one, two)),
        ]),
        hypothesis('monotonic(move)', 'more facts never take a message away', [
          ...grows('one'),
          ...grows('two'),
        ]),
        hypothesis('inputs-last', 'what is copied is never given up', [smt.not(forgets)]),
        hypothesis('independent(stay, move)', 'the staying part reads nothing of the moved one', [
          smt.not(reads),
        ]),
        hypothesis('keeps-order', 'no ordered channel is fed through copies', [smt.not(ordered)]),
      ],
      goal: someWhole(3, (run) => {
        const t = three(run);
        return smt.and([
          someTicks(1, ([sent = home]) =>
            smt.and([
              smt.implies(got.home, atHome(run, recent(t[0], sent), sent)),
              smt.implies(afterHome, smt.less(sent, t[1])),
            ]),
          ),
          someTicks(2, ([first = one, second = two]) =>
            smt.and([
              smt.implies(got.one, becomes('one', t, first)),
              smt.implies(got.two, becomes('two', t, second)),
              smt.implies(afterOne, smt.less(first, t[2])),
              smt.implies(both, inOrder(oneFirst, first, second)),
            ]),
          ),
        ]);
      }),
      show: [...taken, ...copies, restart, one, two, home, oneFirst].map(shown),
      conditions: ['monotonic(move)', 'inputs-last', 'independent(stay, move)', 'keeps-order'],
    }),
  ];
}

function grows(output: string): readonly Formula[] {
  const of = (first: boolean, second: boolean): Formula =>
    sends(output, [smt.boolean(first), smt.boolean(second)]);
  return [
    smt.implies(of(true, false), of(true, true)),
    smt.implies(of(false, true), of(true, true)),
    smt.implies(of(false, false), smt.and([of(true, false), of(false, true)])),
  ];
}
