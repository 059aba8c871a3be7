/** Existence dependency: with empty inputs a relation is empty. One half of what makes a state machine. */

import { and, not, variable } from '../build.ts';
import { type Clause, merge, showAtoms } from '../encode.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import { boolSort } from '../sort.ts';

export interface ExistenceLemma {
  readonly rule: string;
  readonly clause: Clause;
  /** Inputs, and relations already shown to be empty when these are. */
  readonly silent: ReadonlySet<string>;
  readonly given?: readonly Hypothesis[];
}

/**
 * With nothing in the silent relations the clause derives nothing in this tick. A head of the next tick
 * answers for facts of this one, of which nothing is known, so it is refuted.
 */
export function existenceDependency({
  rule,
  clause,
  silent,
  given = [],
}: ExistenceLemma): Obligation {
  const present = clause.body.map((atom, index) => ({
    atom,
    holds: variable(`${atom.relation.name} (${index})`, boolSort),
  }));
  const empty = present
    .filter(
      ({ atom: { relation } }) =>
        clause.kind !== 'next' && (relation.event === true || silent.has(relation.name)),
    )
    .map(({ atom, holds }) => ({ name: `${atom.relation.name} is empty`, formula: not(holds) }));
  return obligation({
    rule,
    lemma: 'existence dependency',
    kind: 'instance',
    title: `${clause.name} derives nothing without input`,
    hypotheses: [...given, ...merge(empty)],
    goal: not(
      and([
        ...present.map(({ holds }) => holds),
        ...clause.negated.map((atom, index) =>
          not(variable(`!${atom.relation.name} (${index})`, boolSort)),
        ),
        ...clause.conditions.map(({ formula }) => formula),
      ]),
    ),
    show: showAtoms([...clause.body, clause.head], ''),
  });
}
