/**
 * A functional dependency of a derived relation: two derivations whose heads agree on the left side agree
 * on the right side. One obligation a pair of clauses with that head, a clause with itself included.
 *
 * The dependency may be assumed of body atoms while it is proved of heads (induction over ticks and
 * stages), so put it among the relation's own dependencies. Two bodies lie in one state only when both
 * heads hold in the same tick, or both in the next: what was sent arrives together with what was sent in
 * another tick by another node, and facts of `r(t+1) :- ..` meet those of `r :+ ..` one tick apart.
 */

import { and, equalAll, implies } from '../build.ts';
import {
  absenceInstances,
  aggregateInstances,
  type Clause,
  columnsOf,
  conditionHypotheses,
  copyClause,
  type Dependency,
  fdInstances,
  merge,
  printDependency,
  showAtoms,
} from '../encode.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';

export interface FunctionalDependencyLemma {
  readonly rule: string;
  /** All clauses whose head is the relation. */
  readonly clauses: readonly Clause[];
  /** Facts of the first tick, as clauses without a body: they never meet what a tick hands to the next. */
  readonly initial?: readonly Clause[];
  readonly dependency: Dependency;
  /** Further facts that the user declared. */
  readonly given?: readonly Hypothesis[];
}

export function functionalDependency(lemma: FunctionalDependencyLemma): readonly Obligation[] {
  const { clauses, initial = [] } = lemma;
  const first = [...initial, ...clauses.filter(({ kind }) => kind === 'now')];
  const meetings = [
    ...initial.flatMap((one, at) => first.slice(at).map((other) => [one, other] as const)),
    ...clauses.flatMap((one, at) => clauses.slice(at).map((other) => [one, other] as const)),
  ];
  return meetings.map(([one, other]) => dependencyOfPair(lemma, one, other));
}

function dependencyOfPair(
  { rule, dependency, given = [] }: FunctionalDependencyLemma,
  first: Clause,
  second: Clause,
): Obligation {
  const left = copyClause(first, '1');
  const right = copyClause(second, '2');
  const together = first.kind === second.kind && first.kind !== 'send';
  const agree = (columns: readonly number[]) =>
    equalAll(columnsOf(left.head, columns), columnsOf(right.head, columns));
  return obligation({
    rule,
    lemma: 'functional dependency',
    kind: 'instance',
    title: `${printDependency(first.head.relation, dependency)} in ${first.name} and ${second.name}`,
    hypotheses: mergeHypotheses([
      ...given,
      ...(together ? dependenciesOfOneState(left, right) : factsOfTwoStates(left, right)),
    ]),
    // That both bodies hold is no hypothesis: clauses that exclude each other would make any proof vacuous.
    goal: implies(
      and([
        ...[
          ...conditionHypotheses([left, right]),
          ...(together ? absencesOf(left, right) : [...absencesOf(left), ...absencesOf(right)]),
        ].map(({ formula }) => formula),
        agree(dependency.from),
      ]),
      agree(dependency.to),
    ),
    show: [
      ...showAtoms([...left.body, left.head], `${first.name}, one derivation: `),
      ...showAtoms([...right.body, right.head], `${second.name}, another derivation: `),
    ],
  });
}

/** What two derivations in one state have to do with each other. */
export function factsOfOneState(left: Clause, right: Clause): readonly Hypothesis[] {
  return [...dependenciesOfOneState(left, right), ...absencesOf(left, right)];
}

function dependenciesOfOneState(left: Clause, right: Clause): readonly Hypothesis[] {
  return [
    ...fdInstances([...left.body, ...right.body]),
    ...(left.name === right.name ? aggregateInstances(left, right) : []),
  ];
}

/** Of clauses in one state: what is there is not absent. */
function absencesOf(...clauses: readonly Clause[]): readonly Hypothesis[] {
  return absenceInstances(
    clauses.flatMap(({ body }) => body),
    clauses.flatMap(({ negated }) => negated),
  );
}

/** Of two states, only the relations that never change are the same, and what holds of facts for ever. */
function factsOfTwoStates(left: Clause, right: Clause): readonly Hypothesis[] {
  const all = [...left.body, ...right.body];
  const constants = all.filter((atom) => atom.relation.constant);
  const lasting = all.map((atom) => ({
    ...atom,
    relation: {
      ...atom.relation,
      dependencies: atom.relation.dependencies.filter((each) => each.ever === true),
    },
  }));
  const each = [left, right].flatMap(({ body }) => fdInstances(body));
  return [...each, ...fdInstances(constants), ...fdInstances(lasting)];
}

/** Hypotheses of one name become one. */
export function mergeHypotheses(hypotheses: readonly Hypothesis[]): readonly Hypothesis[] {
  const texts = new Map(hypotheses.map(({ name, text }) => [name, text]));
  return merge(hypotheses).map(({ name, formula }) => ({
    name,
    formula: and([formula]),
    text: texts.get(name) ?? name,
  }));
}
