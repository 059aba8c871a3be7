/**
 * Invisible forgetting (soundness.md, 7), for a relation that gives facts up on a condition: a fact that was given up,
 * were it still there, would give nothing. So the program that keeps all facts derives what this one derives.
 *
 * Two ticks: in one the fact is given up, in a later one a clause reads it all the same. What lasts of the first is
 * in the second as well, with columns that grow no smaller. `served(k) :- low(m), pending(k, n), n >= m` can't read a
 * fact that was given up for `n < m` while `low` only rises; `n <= m` instead is refuted.
 *
 * Dependencies of the relation itself are not assumed: with all facts kept they need not hold.
 */

import { defined } from '../../base/assert.ts';
import { and, atLeast, atMost, equal, not, variable } from '../build.ts';
import {
  type Atom,
  absenceInstances,
  atom,
  type Clause,
  copyClause,
  fdInstances,
  type NegatedAtom,
  showAtoms,
} from '../encode.ts';
import type { Formula, Term } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import { mergeHypotheses } from './functional-dependency.ts';

/** How a column of a fact that lasts may move: `free` says that nothing is known of it. */
export type Drift = 'fixed' | 'up' | 'down' | 'free';

export interface ForgettingLemma {
  readonly rule: string;
  /** One way to give a fact up: the fact stands in the head. */
  readonly gives: Clause;
  /** A clause that reads the relation, and which atom of its body or which absent one. */
  readonly reader: Clause;
  readonly at: { readonly kind: 'atom' | 'negated'; readonly index: number };
  /** By relation whose facts last: how their columns move. */
  readonly lasting: ReadonlyMap<string, readonly Drift[]>;
}

export function forgottenIsDead(lemma: ForgettingLemma): Obligation {
  const { rule, at, lasting } = lemma;
  const gives = withoutDependencies(copyClause(lemma.gives, '1'), lemma.gives.head.relation.name);
  const reader = withoutDependencies(copyClause(lemma.reader, '2'), lemma.gives.head.relation.name);
  const read: NegatedAtom = defined(
    at.kind === 'atom' ? reader.body[at.index] : reader.negated[at.index],
    'an atom of the clause',
  );
  const later = gives.body.flatMap((each, index) => lastingFact(each, index, lasting));
  const present = [...reader.body, ...later.map((each) => each.atom)];
  const holds: readonly Formula[] = [
    ...gives.conditions.map(({ formula }) => formula),
    ...absenceInstances(gives.body, gives.negated).map(({ formula }) => formula),
    ...later.map((each) => each.drifts),
    ...read.args.flatMap((arg, index) => {
      const kept = gives.head.args[index];
      return arg === null || kept === undefined ? [] : [equal(arg, kept)];
    }),
    ...reader.conditions.map(({ formula }) => formula),
    ...absenceInstances(
      present,
      reader.negated.filter((_, index) => at.kind === 'atom' || index !== at.index),
    ).map(({ formula }) => formula),
  ];
  const hypotheses: readonly Hypothesis[] = [...fdInstances(gives.body), ...fdInstances(present)];
  const { name } = gives.head.relation;
  return obligation({
    rule,
    lemma: 'forgetting',
    kind: 'instance',
    title: `${reader.name} derives nothing from a ${name} that ${lemma.gives.name} gave up`,
    hypotheses: mergeHypotheses(hypotheses),
    goal: not(and(holds)),
    show: [
      ...showAtoms(gives.body, 'given up: '),
      ...showAtoms([gives.head], 'given up: '),
      ...showAtoms([...reader.body, reader.head], 'later: '),
    ],
  });
}

/** The fact as a later tick has it. */
function lastingFact(
  { relation, args }: Atom,
  index: number,
  lasting: ReadonlyMap<string, readonly Drift[]>,
): readonly { readonly atom: Atom; readonly drifts: Formula }[] {
  const drifts = relation.constant
    ? relation.columns.map((): Drift => 'fixed')
    : lasting.get(relation.name);
  if (drifts === undefined) return [];
  const terms = args.map((arg, column): readonly [Term, Formula | null] => {
    const drift = drifts[column] ?? 'free';
    if (drift === 'fixed') return [arg, null];
    const moved = variable(`${relation.name} (${index}.${column}) later`, arg.sort);
    if (drift === 'free' || arg.sort.kind !== 'int') return [moved, null];
    return [moved, drift === 'up' ? atLeast(moved, arg) : atMost(moved, arg)];
  });
  return [
    {
      atom: atom(
        relation,
        terms.map(([term]) => term),
      ),
      drifts: and(terms.flatMap(([, formula]) => (formula === null ? [] : [formula]))),
    },
  ];
}

function withoutDependencies(clause: Clause, name: string): Clause {
  const freed = <A extends NegatedAtom>(each: A): A =>
    each.relation.name === name
      ? { ...each, relation: { ...each.relation, dependencies: [] } }
      : each;
  return {
    ...clause,
    head: freed(clause.head),
    body: clause.body.map(freed),
    negated: clause.negated.map(freed),
  };
}
