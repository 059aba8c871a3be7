/** The bounded obligation of `normalize/share-definitions`: one relation in place of two. */

import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import {
  flag,
  hypothesis,
  recent,
  sends,
  shown,
  someTicks,
  someWhole,
  tick,
  withinBound,
} from './runs.ts';

const [m1, m2] = [tick('m1 is taken'), tick('m2 is taken')];
const taken = [m1, m2];
const [one, two] = [tick('one is sent'), tick('two is sent')];
const restart = tick('the node restarts');
const [gotOne, gotTwo] = [flag('one is received'), flag('two is received')];
const before = flag('m2 is sent after one is received');
const recorded = flag('the record of facts has the twin');
const [differs, otherwise] = [flag('they are derived differently'), flag('one is on disk')];
const watched = flag('an invariant speaks of the twin');
const none = smt.integer(0);
type Run = readonly [Term, Term];

/** Whether the relation holds, of what the node has taken by then and still knows. */
function holds(relation: string, run: Run, now: Term, forgets: Formula): Formula {
  const known = run.map((each) =>
    smt.ite(smt.and([forgets, smt.atMost(each, restart)]), none, recent(each, now)),
  );
  return sends(relation, known);
}

function first(run: Run, now: Term): Formula {
  return holds('the relation', run, now, smt.falsity);
}

/** The twin: the same, unless a condition of the rule is given up. */
function twin(run: Run, now: Term): Formula {
  const forgets = smt.and([otherwise, smt.less(restart, now)]);
  return smt.ite(
    differs,
    holds('the twin', run, now, smt.falsity),
    holds('the relation', run, now, forgets),
  );
}

/**
 * A node takes two messages; `one` is sent of a relation, and `two` of its twin. The client sends m2 after it received
 * `one`. In the plan `two` is sent of the relation, too.
 */
export function boundedSharing(): readonly Obligation[] {
  const plan: Run = [m1, m2];
  const made = (output: string, of: Formula): Formula =>
    sends(output, [smt.ite(of, smt.integer(1), none)]);
  return [
    obligation({
      rule: 'normalize/share-definitions',
      lemma: 'refines-the-whole',
      kind: 'bounded',
      title: 'within 3 ticks and 2 messages, every history of one relation is one of two',
      hypotheses: [
        withinBound(taken, [one, two, restart]),
        hypothesis('sent', 'what is received was sent', [
          smt.implies(gotOne, made('one', first(plan, one))),
          smt.implies(gotTwo, made('two', first(plan, two))),
          smt.implies(before, smt.and([gotOne, smt.less(one, m2)])),
          smt.implies(watched, smt.not(recorded)),
        ]),
        hypothesis('unwatched', 'no invariant speaks of the twin', [smt.not(watched)]),
        hypothesis('kept-alike', 'they start and last alike', [smt.not(otherwise)]),
        hypothesis('same-definition', 'they are derived of the same facts', [smt.not(differs)]),
      ],
      goal: someWhole(2, ([t1 = m1, t2 = m2]) => {
        const run: Run = [t1, t2];
        return smt.and([
          smt.implies(watched, recorded),
          someTicks(2, ([sent = one, other = two]) =>
            smt.and([
              smt.implies(gotOne, made('one', first(run, sent))),
              smt.implies(gotTwo, made('two', twin(run, other))),
              smt.implies(before, smt.less(sent, t2)),
            ]),
          ),
        ]);
      }),
      show: [...taken, one, two, restart, gotOne, gotTwo, before, recorded].map(shown),
      conditions: ['unwatched', 'kept-alike', 'same-definition'],
    }),
  ];
}
