/**
 * Laws of user-defined functions: a merge is a lattice join when it is commutative, associative and
 * idempotent; a fold may see its inputs in any order when steps commute, and twice when they are
 * idempotent. Sets and maps are proved pointwise, by the merge of one membership or of one key.
 */

import { and, equal, variable } from '../build.ts';
import type { Formula, Term } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import type { Sort } from '../sort.ts';

export interface LatticeLemma {
  readonly rule: string;
  /** What the user calls the merge. */
  readonly name: string;
  readonly sort: Sort;
  readonly merge: (left: Term, right: Term) => Term;
  /**
   * A declared invariant of values that meet. The larger of two ballots with its value is commutative only
   * where equal ballots have equal values.
   */
  readonly compatible?: (left: Term, right: Term) => Formula;
  readonly given?: readonly Hypothesis[];
}

/** Commutative, associative, idempotent, in this order. */
export function latticeLaws(lemma: LatticeLemma): readonly Obligation[] {
  const { merge, sort } = lemma;
  const a = variable('a', sort);
  const b = variable('b', sort);
  const c = variable('c', sort);
  return [
    law(lemma, 'commutative', [a, b], [merge(a, b), merge(b, a)]),
    law(lemma, 'associative', [a, b, c], [merge(merge(a, b), c), merge(a, merge(b, c))]),
    law(lemma, 'idempotent', [a], [merge(a, a), a]),
  ];
}

export interface FoldLemma {
  readonly rule: string;
  readonly name: string;
  readonly state: Sort;
  readonly input: Sort;
  readonly step: (state: Term, input: Term) => Term;
  readonly compatible?: (left: Term, right: Term) => Formula;
  readonly given?: readonly Hypothesis[];
}

/** Steps commute; a repeated step changes nothing. */
export function foldLaws(lemma: FoldLemma): readonly Obligation[] {
  const { step } = lemma;
  const s = variable('s', lemma.state);
  const a = variable('a', lemma.input);
  const b = variable('b', lemma.input);
  return [
    law(lemma, 'commutative', [a, b], [step(step(s, a), b), step(step(s, b), a)]),
    law(lemma, 'idempotent', [a], [step(step(s, a), a), step(s, a)]),
  ];
}

type Laws = Pick<LatticeLemma, 'rule' | 'name' | 'compatible' | 'given'>;

function law(
  { rule, name, compatible, given = [] }: Laws,
  which: string,
  values: readonly Term[],
  [left, right]: readonly [Term, Term],
): Obligation {
  const invariants =
    compatible === undefined
      ? []
      : values.flatMap((one) =>
          values.filter((other) => other !== one).map((other) => compatible(one, other)),
        );
  const hypotheses: readonly Hypothesis[] =
    invariants.length === 0
      ? given
      : [
          ...given,
          { name: 'compatible', formula: and(invariants), text: 'values that meet agree' },
        ];
  return obligation({
    rule,
    lemma: `lattice: ${which}`,
    kind: 'instance',
    title: `${name} is ${which}`,
    hypotheses,
    goal: equal(left, right),
    show: [
      ...values.map((term) => ({ label: term.kind === 'variable' ? term.name : which, term })),
      { label: 'one way', term: left },
      { label: 'the other way', term: right },
    ],
    conditions: invariants.length === 0 ? [] : ['compatible'],
  });
}
