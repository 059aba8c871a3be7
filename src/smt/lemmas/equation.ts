/** An equation between columns holds of every fact that a clause derives, if equations hold of the facts that it reads. */

import { type Clause, conditionHypotheses, showAtoms } from '../encode.ts';
import { type Obligation, obligation } from '../obligation.ts';
import {
  type EquationsOf,
  equationInstances,
  type RelationEquation,
  satisfies,
} from './co-partition.ts';
import { mergeHypotheses } from './functional-dependency.ts';

export interface EquationLemma {
  readonly rule: string;
  readonly clause: Clause;
  readonly equation: RelationEquation;
  readonly equations: EquationsOf;
}

export function equationHolds({ rule, clause, equation, equations }: EquationLemma): Obligation {
  const { head, body } = clause;
  return obligation({
    rule,
    lemma: 'equation',
    kind: 'instance',
    title: `${equation.text} in every ${head.relation.name} of ${clause.name}`,
    hypotheses: mergeHypotheses([
      ...equationInstances(body, equations),
      ...conditionHypotheses([clause]),
    ]),
    goal: satisfies(head, equation),
    show: showAtoms([...body, head], ''),
  });
}
