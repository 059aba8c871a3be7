/**
 * Monotonicity of a clause: in a larger state the same derivation succeeds, with the same head or a
 * larger one. Relations may only gain facts, and columns that hold lattice values or aggregates may only
 * grow. Sound and incomplete: the larger state must derive by the same bindings.
 *
 * Proved: `count >= q`, `max >= t`. Refuted: `count = q`, negation, `b = max` (argmax), a raw count in a
 * column that must not change.
 */

import { defined, invariant } from '../../base/assert.ts';
import { folds } from '../../ir/operator.ts';
import {
  and,
  apply,
  atLeast,
  atMost,
  equal,
  equalAll,
  implies,
  integer,
  not,
  truth,
  variable,
} from '../build.ts';
import {
  type Aggregate,
  type Atom,
  type Clause,
  type Column,
  mapClause,
  type NegatedAtom,
  type Relation,
  showAtoms,
} from '../encode.ts';
import { type Formula, freeVariables, type Term, termKey, type Variable } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import { boolSort, functionSymbol } from '../sort.ts';
import { substitution } from '../substitute.ts';

export interface MonotonicLemma {
  readonly rule: string;
  readonly clause: Clause;
  readonly given?: readonly Hypothesis[];
}

export function monotonic({ rule, clause: written, given = [] }: MonotonicLemma): Obligation {
  const { clause, growing } = separate(written);
  const larger = mapClause(
    clause,
    substitution(growing.map((from) => [from, variable(`${from.name} later`, from.sort)])),
    clause.variables,
  );
  return obligation({
    rule,
    lemma: 'monotonic',
    kind: 'instance',
    title: `${clause.name} derives no less from more`,
    hypotheses: [
      ...given,
      ...clause.body.map((atom, index) => ({
        name: `${atom.relation.name} keeps its facts (${index})`,
        formula: keeps(atom, index, larger),
        text: `${atom.relation.name} only gains facts`,
      })),
      ...clause.negated.map((atom, index) => ({
        name: `!${atom.relation.name} (${index})`,
        formula: implies(excluded(atom, index, 'now'), excluded(atom, index, 'later')),
        text: `${atom.relation.name} only gains facts`,
      })),
      ...clause.aggregates.map((aggregate, index) => ({
        name: `${aggregate.operator} (${index})`,
        formula: aggregateGrows(
          aggregate,
          defined(larger.aggregates[index], 'both states run the same clause'),
        ),
        text: `a ${aggregate.operator} of more facts`,
      })),
    ],
    goal: implies(holds(clause, 'now'), and([holds(larger, 'later'), headGrows(clause, larger)])),
    show: [
      ...showAtoms([...clause.body, clause.head], 'now: '),
      ...showAtoms([...larger.body, larger.head], 'later: '),
    ],
  });
}

type State = 'now' | 'later';

/**
 * Gives every growing column of the body a variable of its own, equated with what was written there: each
 * such column grows by itself, so `p(x), q(x)` that held for equal counts need not hold for larger ones.
 * What stands at a column that stays, stays.
 */
function separate(clause: Clause): {
  readonly clause: Clause;
  readonly growing: readonly Variable[];
} {
  const taken = new Set(
    clause.body.flatMap(({ relation, args }) =>
      args
        .filter((_, i) => !growsAt(relation, i))
        .flatMap((arg) => freeVariables(arg).map(termKey)),
    ),
  );
  const growing: Variable[] = clause.aggregates.flatMap(({ results }) => [...results]);
  const conditions = [...clause.conditions];
  const body = clause.body.map(({ relation, args }, number) => ({
    relation,
    args: args.map((arg, index) => {
      if (!growsAt(relation, index)) return arg;
      const isOwn =
        arg.kind === 'variable' && !taken.has(termKey(arg)) && isVariableOf(clause, arg);
      const own = isOwn ? arg : variable(`${relation.name} (${number}.${index})`, arg.sort);
      taken.add(termKey(own));
      growing.push(own);
      if (!isOwn) conditions.push({ formula: equal(own, arg), text: 'the value of its column' });
      return own;
    }),
  }));
  const variables = new Map([...clause.variables, ...growing].map((one) => [termKey(one), one]));
  return { clause: { ...clause, body, conditions, variables: [...variables.values()] }, growing };
}

function growsAt({ constant, columns }: Relation, index: number): boolean {
  return !constant && columns[index]?.growth !== 'fixed';
}

function isVariableOf({ variables }: Clause, term: Variable): boolean {
  return variables.some((own) => termKey(own) === termKey(term));
}

/** The fact is in the larger state as well, with its growing columns grown. */
function keeps(atom: Atom, index: number, larger: Clause): Formula {
  const later = larger.body[index];
  invariant(later !== undefined, 'both states run the same clause');
  if (atom.relation.constant) return truth;
  const columns = atom.relation.columns.map(({ growth }, i) =>
    grows(growth, atom.args[i], later.args[i]),
  );
  return and([
    implies(isPresent(atom, index, 'now'), isPresent(later, index, 'later')),
    ...columns,
  ]);
}

function holds({ body, negated, conditions }: Clause, state: State): Formula {
  return and([
    ...body.map((atom, index) => isPresent(atom, index, state)),
    ...negated.map((atom, index) => not(excluded(atom, index, state))),
    ...conditions.map(({ formula }) => formula),
  ]);
}

function isPresent(atom: Atom, index: number, state: State): Formula {
  return atom.relation.constant
    ? constantFact(atom)
    : variable(`${atom.relation.name} (${index}) ${state}`, boolSort);
}

/** That there *is* a fact which the negated atom excludes. */
function excluded(atom: NegatedAtom, index: number, state: State): Formula {
  return atom.relation.constant
    ? constantFact(atom)
    : variable(`!${atom.relation.name} (${index}) ${state}`, boolSort);
}

/** A fact of a relation that is the same in both states: a predicate over the columns that matter. */
function constantFact({ relation, args }: NegatedAtom): Formula {
  const known = args.filter((arg) => arg !== null);
  const pattern = args.map((arg) => (arg === null ? '_' : '.')).join('');
  const symbol = functionSymbol(
    known.length === args.length ? relation.name : `${relation.name}/${pattern}`,
    known.map((arg) => arg.sort),
    boolSort,
  );
  return apply(symbol, known);
}

/**
 * What is known of the results over more facts; nothing of those that may change either way. Of several
 * columns, ordered lexicographically, only the first is known to grow.
 */
function aggregateGrows(aggregate: Aggregate, larger: Aggregate): Formula {
  const fold = folds[aggregate.operator];
  const [result] = aggregate.results;
  if (fold.grows === 'mixed' || result === undefined) return truth;
  return implies(aggregatesMore(aggregate, larger), grows(fold.grows, result, larger.results[0]));
}

/** The larger state aggregates at least the same values, in the same group; a sum needs natural numbers. */
function aggregatesMore(aggregate: Aggregate, larger: Aggregate): Formula {
  const fold = folds[aggregate.operator];
  const moves = fold.values === 'move' && fold.grows !== 'mixed';
  const ordered = moves ? aggregate.of.slice(0, 1) : aggregate.of;
  const values = ordered.map((value, index) =>
    grows(moves ? fold.grows : 'fixed', value, larger.of[index]),
  );
  const natural = fold.natural ? aggregate.of.map(isNatural) : [];
  return and([equalAll(aggregate.group, larger.group), ...values, ...natural]);
}

function isNatural(value: Term): Formula {
  return atLeast(value, integer(0));
}

function headGrows({ head }: Clause, larger: Clause): Formula {
  return and(
    head.relation.columns.map((column, index) =>
      grows(column.growth, head.args[index], larger.head.args[index]),
    ),
  );
}

function grows(growth: Column['growth'], now: Term | undefined, later: Term | undefined): Formula {
  invariant(now !== undefined && later !== undefined, 'both states run the same clause');
  if (growth === 'fixed') return equal(now, later);
  const [lower, upper] = growth === 'up' ? [now, later] : [later, now];
  if (lower.sort.kind === 'int') return atMost(lower, upper);
  if (lower.sort.kind === 'bool') return implies(lower, upper);
  // The order of a lattice of which nothing else is known.
  return apply(functionSymbol('below', [lower.sort, upper.sort], boolSort), [lower, upper]);
}
