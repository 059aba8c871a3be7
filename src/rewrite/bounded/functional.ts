/** The bounded obligation of the two rules that move a functional tail behind a forward. */

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
const [forward1, forward2] = [
  tick('m1 is taken from the forward'),
  tick('m2 is taken from the forward'),
];
const forwards = [forward1, forward2];
const [one, two, home] = [tick('one is sent'), tick('two is sent'), tick('home is sent')];
const got = {
  one: flag('one is received'),
  two: flag('two is received'),
  home: flag('home is received'),
};
const [before, oneFirst] = [
  flag('m3 is sent after one is received'),
  flag('one arrives before two'),
];
const [joins, reads] = [
  flag('the moved part joins facts'),
  flag('the staying part reads the moved one'),
];
const [ordered, counted] = [
  flag('one and two share an ordered channel'),
  flag('repetitions are told'),
];
const both = smt.and([ordered, got.one, got.two]);
const twice = flag('one message arrives twice');
const [m1, m2, m3] = three(taken);

const moved = (
  name: string,
  half: string,
  own: Term,
  inputs: readonly Term[],
  now: Term,
): Formula =>
  smt.ite(
    joins,
    sends(`${name} joined`, past(inputs, now)),
    smt.and([smt.equal(own, now), flag(`${name} is made by the ${half}`)]),
  );
const atHome = (inputs: readonly Term[], derived: Term, now: Term): Formula =>
  sends('home', [...past(inputs, now), smt.ite(reads, derived, smt.integer(NEVER))]);

/**
 * The staying part takes three messages and sends `home`; what it takes of m1 and m2 is forwarded, and `one` and
 * `two` are sent of it. The client sends m3 after it received `one`. A restart of the moved part loses forwards
 * and nothing else, which is a forward that is never taken. Addresses (`redirectable`) have no counterpart here,
 * and `functional` is asked of the clauses what `functional(move)` says of the part.
 */
export function boundedFunctional(rule: string): readonly Obligation[] {
  return [
    obligation({
      rule,
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title:
        'within 3 ticks and 3 messages, every history with a tail behind a forward is one of the whole',
      hypotheses: [
        withinBound([...taken, ...forwards], [one, two, home]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(got.one, moved('one', 'halves', forward1, forwards, one)),
          smt.implies(got.two, moved('two', 'halves', forward2, forwards, two)),
          smt.implies(got.home, atHome(taken, smt.integer(NEVER), home)),
          smt.implies(before, smt.and([got.one, smt.less(one, m3)])),
          smt.implies(both, inOrder(oneFirst, one, two)),
          smt.implies(twice, smt.and([counted, got.one, got.two, smt.not(smt.equal(one, two))])),
        ]),
        hypothesis('one-delivery', 'the moved part gets what the staying part has taken', [
          later(m1, forward1),
          later(m2, forward2),
        ]),
        hypothesis('functional(move)', 'each message comes from one forwarded fact', [
          smt.not(joins),
        ]),
        hypothesis('independent(stay, move)', 'the staying part reads nothing of the moved one', [
          smt.not(reads),
        ]),
        hypothesis('keeps-order', 'no ordered channel is fed through forwards', [smt.not(ordered)]),
        hypothesis('repeats-harmless', 'nobody can tell repetitions', [smt.not(counted)]),
        hypothesis(
          'cut-keeps-the-clause',
          'the halves make what the whole clause makes',
          ['one', 'two'].map((name) =>
            smt.iff(flag(`${name} is made by the halves`), flag(`${name} is made by the whole`)),
          ),
        ),
      ],
      goal: someWhole(3, (run) => {
        const [t1, t2, t3] = three(run);
        return smt.and([
          someTicks(1, ([sent = home]) =>
            smt.implies(got.home, atHome(run, recent(t1, sent), sent)),
          ),
          someTicks(2, ([first = one, second = two]) =>
            smt.and([
              smt.implies(got.one, moved('one', 'whole', t1, [t1, t2], first)),
              smt.implies(got.two, moved('two', 'whole', t2, [t1, t2], second)),
              smt.implies(before, smt.less(first, t3)),
              smt.implies(both, inOrder(oneFirst, first, second)),
              smt.implies(twice, smt.not(smt.equal(first, second))),
            ]),
          ),
        ]);
      }),
      show: [...taken, ...forwards, one, two, home, before, oneFirst, twice].map(shown),
      conditions: [
        'one-delivery',
        'functional(move)',
        'independent(stay, move)',
        'keeps-order',
        'repeats-harmless',
        'cut-keeps-the-clause',
      ],
    }),
  ];
}
