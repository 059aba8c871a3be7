/**
 * Columns that may be taken to grow: those that every clause of the relation fills with a count, a sum or
 * an extreme, or with such a column of another relation. A threshold over them (`count >= q`) is then
 * monotonic, and so is the clause that counts, which it isn't into a column that must not change.
 *
 * Nothing rests on this guess. Any labelling is sound when the monotonic lemma is proved under it for
 * every clause that derives a labelled relation, for "each fact has a larger one in the larger state" is
 * then an induction over stages. Messages and relations that no clause here derives keep what they had.
 */

import { folds } from '../ir/operator.ts';
import type { Aggregate, Atom, Clause, Column, NegatedAtom, Relation } from './encode.ts';
import { type Term, termKey } from './formula.ts';

type Growth = Column['growth'];

/** By relation and column; null while nothing speaks for any growth. */
type Labels = ReadonlyMap<string, readonly (Growth | null)[]>;

/** The clauses of one component, with the growth of the relations that they derive filled in. */
export function inferGrowth(clauses: readonly Clause[]): readonly Clause[] {
  const local = clauses.filter(({ kind }) => kind !== 'send');
  let labels: Labels = new Map(
    local.map(({ head }) => [head.relation.name, head.relation.columns.map(() => null)]),
  );
  // Labels only move from nothing over a direction to `fixed`, so this ends.
  for (let changed = true; changed; ) {
    const next = relabel(local, labels);
    changed = JSON.stringify([...next]) !== JSON.stringify([...labels]);
    labels = next;
  }
  return clauses.map((clause) => withLabels(clause, labels));
}

/** One round: what the clauses say of their heads' columns, given the labels of what they read. */
function relabel(clauses: readonly Clause[], labels: Labels): Labels {
  const next = new Map(labels);
  for (const clause of clauses) {
    const { relation, args } = clause.head;
    const known = next.get(relation.name) ?? [];
    const merged = args.map((arg, index) =>
      join(known[index] ?? null, growthOf(arg, clause, labels)),
    );
    next.set(relation.name, merged);
  }
  return next;
}

function growthOf(arg: Term, clause: Clause, labels: Labels): Growth | null {
  // A constant is as large in the larger state, whatever the direction.
  if (arg.kind === 'integer' || arg.kind === 'boolean') return null;
  if (arg.kind !== 'variable') return 'fixed';
  const key = termKey(arg);
  const aggregate = clause.aggregates.find(
    ({ results: [first] }) => first && termKey(first) === key,
  );
  if (aggregate !== undefined) return growthOfAggregate(aggregate);
  const read = clause.body.flatMap(({ relation, args }) =>
    args.flatMap((each, index) =>
      each.kind === 'variable' && termKey(each) === key ? [labelOf(relation, index, labels)] : [],
    ),
  );
  return read.length === 0 ? 'fixed' : read.reduce(join);
}

function growthOfAggregate({ operator }: Aggregate): Growth {
  const { grows } = folds[operator];
  return grows === 'mixed' ? 'fixed' : grows;
}

function labelOf(relation: Relation, index: number, labels: Labels): Growth | null {
  const declared = relation.columns[index]?.growth ?? 'fixed';
  const inferred = labels.get(relation.name);
  return declared !== 'fixed' || inferred === undefined ? declared : (inferred[index] ?? null);
}

/** Columns that are filled in two ways at odds with each other stay as they are. */
function join(one: Growth | null, other: Growth | null): Growth | null {
  if (one === null) return other;
  return other === null || one === other ? one : 'fixed';
}

function withLabels(clause: Clause, labels: Labels): Clause {
  const relabelled = (relation: Relation): Relation => ({
    ...relation,
    columns: relation.columns.map((column, index) => ({
      ...column,
      growth: labelOf(relation, index, labels) ?? 'fixed',
    })),
  });
  const inAtom = ({ relation, args }: Atom): Atom => ({ relation: relabelled(relation), args });
  return {
    ...clause,
    head: clause.kind === 'send' ? clause.head : inAtom(clause.head),
    body: clause.body.map(inAtom),
    negated: clause.negated.map(
      ({ relation, args }): NegatedAtom => ({ relation: relabelled(relation), args }),
    ),
  };
}
