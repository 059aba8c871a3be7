/**
 * Co-partitioning of a clause under a distribution policy: the facts that meet in one derivation live on
 * one partition. Positive and negated atoms, the head where it stays, and for an aggregate all
 * derivations of one group. The partition function is uninterpreted, so the proof holds for any.
 *
 * A policy that replicates a relation (null) promises that every partition has all its facts; a clause
 * that derives a replicated fact from partitioned ones breaks that promise, and one that derives a
 * partitioned fact, or sends, from replicated ones alone would do so on every partition. Both are
 * refuted by comparing with an arbitrary partition.
 */

import { defined } from '../../base/assert.ts';
import { and, apply, equal, equalAll, implies, variable } from '../build.ts';
import {
  type Atom,
  absenceInstances,
  type Clause,
  conditionHypotheses,
  copyClause,
  fdInstances,
  merge,
  type NegatedAtom,
  type Relation,
  showAtoms,
} from '../encode.ts';
import type { Formula, Term, Variable } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation, type Shown } from '../obligation.ts';
import { functionSymbol, namedSort } from '../sort.ts';
import { substitute, substitution } from '../substitute.ts';
import { factsOfOneState, mergeHypotheses } from './functional-dependency.ts';

/** A key is terms over `columnVariable`s; null replicates. */
export type PartitionKey = readonly Term[] | null;

/** In every fact of a relation, a column has a value that others determine. */
export interface RelationEquation {
  readonly column: number;
  /** Over `columnVariable`s. */
  readonly value: Term;
  /** In the words of the program. */
  readonly text: string;
}

export type EquationsOf = (relation: string) => readonly RelationEquation[];

export interface CoPartitionLemma {
  readonly rule: string;
  readonly clause: Clause;
  /** By relation: every relation of the component. A head that isn't mentioned is an output. */
  readonly keys: ReadonlyMap<string, PartitionKey>;
  readonly given?: readonly Hypothesis[];
  readonly equations?: EquationsOf;
}

/** Stands for a column in a partition key. */
export function columnVariable(of: Relation, index: number): Variable {
  const column = defined(of.columns[index], 'a key names columns of the relation');
  return variable(`#${index}`, column.sort);
}

/** The equations of the facts that these atoms read. */
export function equationInstances(
  atoms: readonly Atom[],
  equations: EquationsOf,
): readonly Hypothesis[] {
  return merge(
    atoms.flatMap((atom) =>
      equations(atom.relation.name).map((equation) => ({
        name: `${atom.relation.name}: ${equation.text}`,
        formula: satisfies(atom, equation),
      })),
    ),
  );
}

export function satisfies({ relation, args }: Atom, { column, value }: RelationEquation): Formula {
  const columns = substitution(args.map((arg, index) => [columnVariable(relation, index), arg]));
  return equal(defined(args[column], 'equations are about columns'), substitute(value, columns));
}

export function coPartition(lemma: CoPartitionLemma): Obligation {
  const { rule, clause, keys, given = [], equations = () => [] } = lemma;
  const first = copyClause(clause, '1');
  const second = copyClause(clause, '2');
  const places = placesOf(first, keys);
  const grouped = clause.aggregates.length > 0;
  return obligation({
    rule,
    lemma: 'co-partition',
    kind: 'instance',
    title: `the facts that meet in ${clause.name} live on one partition`,
    hypotheses: mergeHypotheses([
      ...given,
      ...equationInstances(grouped ? [...first.body, ...second.body] : first.body, equations),
      ...conditionHypotheses(grouped ? [first, second] : [first]),
      ...(grouped
        ? factsOfOneState(first, second)
        : [...fdInstances(first.body), ...absenceInstances(first.body, first.negated)]),
    ]),
    goal: and([
      ...sameAsFirst(places.map((place) => place.term)),
      ...first.aggregates.map((aggregate, index) => {
        const other = defined(second.aggregates[index], 'copies of one clause');
        // A rank counts the facts of its group wherever they are, as every other aggregate does.
        return implies(
          equalAll(aggregate.group, other.group),
          samePlaces(places, placesOf(second, keys)),
        );
      }),
    ]),
    show: [
      ...showAtoms([...first.body, first.head], ''),
      ...(grouped ? showAtoms([...second.body, second.head], 'same group: ') : []),
      ...places.map(({ label, term }) => ({ label: `partition of ${label}`, term })),
    ],
  });
}

const partition = namedSort('Partition');

/** Where the facts of one derivation are, and where it happens first of all. */
function placesOf(clause: Clause, keys: ReadonlyMap<string, PartitionKey>): readonly Shown[] {
  const { head, body, negated, kind } = clause;
  const stays = kind !== 'send' && keys.has(head.relation.name);
  const spreads = stays && keys.get(head.relation.name) === null;
  const positive = body.flatMap((atom) => placeOf(atom, keys));
  const rest = [...negated, ...(stays ? [head] : [])].flatMap((atom) => placeOf(atom, keys));
  // Without a partitioned atom the derivation happens on every partition, so on any two.
  if (positive.length === 0) return [anywhere, ...rest, ...(stays ? [] : [elsewhere])];
  return [...positive, ...rest, ...(spreads ? [anywhere] : [])];
}

const anywhere: Shown = { label: 'any', term: variable('anywhere', partition) };
const elsewhere: Shown = { label: 'another', term: variable('elsewhere', partition) };

function placeOf(
  { relation, args }: NegatedAtom,
  keys: ReadonlyMap<string, PartitionKey>,
): readonly Shown[] {
  const key = keys.get(relation.name);
  if (key === null || key === undefined) return [];
  const columns = substitution(
    args.map((arg, index) => [
      columnVariable(relation, index),
      // Any value at all: the key of what is absent must not depend on it.
      arg ?? variable(`any ${relation.name}.${index}`, columnVariable(relation, index).sort),
    ]),
  );
  const values = key.map((term) => substitute(term, columns));
  const part = functionSymbol(
    'part',
    values.map((value) => value.sort),
    partition,
  );
  return [{ label: relation.name, term: apply(part, values) }];
}

function sameAsFirst(terms: readonly Term[]): readonly Formula[] {
  const [first, ...rest] = terms;
  return first === undefined ? [] : rest.map((term) => equal(first, term));
}

/** Both derivations happen on one partition. */
function samePlaces(places: readonly Shown[], others: readonly Shown[]): Formula {
  return and(sameAsFirst([...places.slice(0, 1), ...others.slice(0, 1)].map(({ term }) => term)));
}
