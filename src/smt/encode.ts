/**
 * The vocabulary of relational lemmas: relations, atoms and clauses as plain data, and what follows from
 * having several instances of a clause in one state. A *clause instance* stands for one derivation: its
 * variables are constants of the obligation, renamed in every copy.
 */

import { defined, invariant } from '../base/assert.ts';
import type { FoldName } from '../ir/operator.ts';
import { and, equal, equalAll, implies, not, variable } from './build.ts';
import type { Formula, Term, Variable } from './formula.ts';
import type { Hypothesis, Shown } from './obligation.ts';
import { type Sort, sameSort } from './sort.ts';
import { type Substitution, substitute, substitution } from './substitute.ts';

export interface Column {
  readonly name: string;
  readonly sort: Sort;
  /**
   * How the column of a fact may change while the state grows: not at all, or up or down its order, when
   * it holds a lattice value or an aggregate and a larger state replaces the fact.
   */
  readonly growth: 'fixed' | 'up' | 'down';
}

/** Facts that agree on the columns `from` agree on the columns `to`, within one state. */
export interface Dependency {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Among the facts of all nodes and ticks, too. */
  readonly ever?: boolean;
  /** How it is known, as a proof that uses it says. */
  readonly how?: string;
}

export interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly dependencies: readonly Dependency[];
  /** Has the same facts at all times and on all nodes. */
  readonly constant: boolean;
  /** Read as it was in an earlier tick: what is on disk, what timed out. */
  readonly earlier?: boolean;
  /** Read as something that happens: what timed out in this tick. Nothing does in a tick without input. */
  readonly event?: boolean;
}

export interface Atom {
  readonly relation: Relation;
  readonly args: readonly Term[];
}

/** No fact matches; null matches every value. */
export interface NegatedAtom {
  readonly relation: Relation;
  readonly args: readonly (Term | null)[];
}

export interface Condition {
  readonly formula: Formula;
  readonly text: string;
}

export interface Aggregate {
  readonly operator: FoldName;
  /** What is aggregated. */
  readonly of: readonly Term[];
  /** The derivations that agree on these terms are aggregated together. */
  readonly group: readonly Term[];
  /** The variables that hold the result in the head. */
  readonly results: readonly Variable[];
}

export interface Clause {
  readonly name: string;
  /** The head holds in the same tick, in the next one, or at some later time on another node. */
  readonly kind: 'now' | 'next' | 'send';
  /** Every variable of the clause, results of aggregates included; any other one is a parameter. */
  readonly variables: readonly Variable[];
  readonly head: Atom;
  readonly body: readonly Atom[];
  readonly negated: readonly NegatedAtom[];
  /** Variables bound by an equation are replaced by their value before. */
  readonly conditions: readonly Condition[];
  readonly aggregates: readonly Aggregate[];
}

export function relation(
  name: string,
  columns: readonly (readonly [string, Sort] | Column)[],
  options: { readonly dependencies?: readonly Dependency[]; readonly constant?: boolean } = {},
): Relation {
  return {
    name,
    columns: columns.map((column) =>
      'name' in column ? column : { name: column[0], sort: column[1], growth: 'fixed' },
    ),
    dependencies: options.dependencies ?? [],
    constant: options.constant ?? false,
  };
}

export function atom(of: Relation, args: readonly Term[]): Atom {
  invariant(
    args.length === of.columns.length &&
      args.every((arg, i) => sameSort(arg.sort, defined(of.columns[i], 'of one length').sort)),
    `${of.name} takes one argument a column, of its sort`,
  );
  return { relation: of, args };
}

/** The clause with all its variables renamed: another derivation by the same clause. */
export function copyClause(clause: Clause, copy: string): Clause {
  const renamed = (from: Variable): Variable => variable(`${from.name}.${copy}`, from.sort);
  const renaming = substitution(clause.variables.map((from) => [from, renamed(from)]));
  return mapClause(clause, renaming, clause.variables.map(renamed));
}

/** The clause with its variables replaced by terms over `variables`. */
export function mapClause(
  clause: Clause,
  replacements: Substitution,
  variables: readonly Variable[],
): Clause {
  const all = (terms: readonly Term[]): readonly Term[] =>
    terms.map((term) => substitute(term, replacements));
  const mapAtom = ({ relation: of, args }: Atom): Atom => ({ relation: of, args: all(args) });
  return {
    ...clause,
    variables,
    head: mapAtom(clause.head),
    body: clause.body.map(mapAtom),
    negated: clause.negated.map(({ relation: of, args }) => ({
      relation: of,
      args: args.map((arg) => (arg === null ? null : substitute(arg, replacements))),
    })),
    conditions: clause.conditions.map(({ formula, text }) => ({
      formula: substitute(formula, replacements),
      text,
    })),
    aggregates: clause.aggregates.map((aggregate) => ({
      ...aggregate,
      of: all(aggregate.of),
      group: all(aggregate.group),
      results: aggregate.results.map((result) => {
        const image = substitute(result, replacements);
        invariant(image.kind === 'variable', 'results of aggregates are renamed to variables');
        return image;
      }),
    })),
  };
}

/** The columns at `indexes` of an atom. */
export function columnsOf({ args }: Atom, indexes: readonly number[]): readonly Term[] {
  return indexes.map((index) => defined(args[index], 'a dependency names columns of the relation'));
}

/** The dependency in the words of the program: `vote: slot, ballot -> value`. */
export function printDependency(of: Relation, { from, to }: Dependency): string {
  const names = (indexes: readonly number[]): string =>
    indexes.map((index) => of.columns[index]?.name ?? `${index}`).join(', ');
  return `${of.name}: ${from.length === 0 ? '' : `${names(from)} `}-> ${names(to)}`;
}

/**
 * Every instance of a declared dependency among facts of one state: where two atoms of a relation agree
 * on the left side, they agree on the right side. Complete without a quantifier, for nothing but these
 * atoms is known to hold.
 */
export function fdInstances(atoms: readonly Atom[]): readonly Hypothesis[] {
  const instances: Named[] = [];
  for (const [first, second] of pairs(atoms)) {
    if (first.relation.name !== second.relation.name) continue;
    // Facts of two ticks agree on no more than what is the same for ever.
    const apart = first.relation.earlier === true || second.relation.earlier === true;
    for (const dependency of first.relation.dependencies) {
      if (apart && dependency.ever !== true) continue;
      const agree = (indexes: readonly number[]): Formula =>
        equalAll(columnsOf(first, indexes), columnsOf(second, indexes));
      const name = printDependency(first.relation, dependency);
      instances.push({
        name,
        text: dependency.how === undefined ? name : `${name} (${dependency.how})`,
        formula: implies(agree(dependency.from), agree(dependency.to)),
      });
    }
  }
  return merge(instances);
}

/** A fact that is there is none of those that are absent from the same state. */
export function absenceInstances(
  atoms: readonly Atom[],
  negated: readonly NegatedAtom[],
): readonly Hypothesis[] {
  const instances = negated.flatMap((absent) =>
    atoms
      .filter(({ relation: of }) => of.name === absent.relation.name && of.earlier !== true)
      .map((present) => ({
        name: `!${absent.relation.name}`,
        formula: not(matches(present, absent)),
      })),
  );
  return merge(instances);
}

/** An aggregate has one result a group and state; ranks also tell apart what they rank. */
export function aggregateInstances(first: Clause, second: Clause): readonly Hypothesis[] {
  const instances = first.aggregates.flatMap((left, index) => {
    const right = defined(second.aggregates[index], 'copies of one clause');
    const name = `${first.name}: ${left.operator} has one result`;
    const sameResult = equalAll(left.results, right.results);
    if (left.operator !== 'index') {
      return [{ name, formula: implies(equalAll(left.group, right.group), sameResult) }];
    }
    const same = and([equalAll(left.group, right.group), equalAll(left.of, right.of)]);
    const sameRank = and([equalAll(left.group, right.group), sameResult]);
    return [{ name, formula: and([implies(same, sameResult), implies(sameRank, same)]) }];
  });
  return merge(instances);
}

/** What the conditions of the given derivations say. */
export function conditionHypotheses(clauses: readonly Clause[]): readonly Hypothesis[] {
  return merge(
    clauses.flatMap((clause) =>
      clause.conditions.map(({ formula, text }) => ({ name: `${clause.name}: ${text}`, formula })),
    ),
  );
}

/** The terms that show atoms in a counterexample; `printCounterexample` reads the labels. */
export function showAtoms(
  atoms: readonly (Atom | NegatedAtom)[],
  prefix: string,
): readonly Shown[] {
  return atoms.flatMap(({ relation: of, args }, number) =>
    args.flatMap((term, index) =>
      term === null
        ? []
        : [{ label: [prefix, number, of.name, of.columns.length, index].join('\t'), term }],
    ),
  );
}

interface Named {
  readonly name: string;
  readonly formula: Formula;
  /** The name, if nothing more is to be said. */
  readonly text?: string;
}

/** One hypothesis a name: all instances of one fact about the program stand or fall together. */
export function merge(instances: readonly Named[]): readonly Hypothesis[] {
  const byName = new Map<string, { readonly text: string; readonly formulas: Formula[] }>();
  for (const { name, formula, text = name } of instances) {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { text, formulas: [formula] });
    else known.formulas.push(formula);
  }
  return [...byName].map(([name, { text, formulas }]) => ({ name, formula: and(formulas), text }));
}

export function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((first, index) =>
    items.slice(index + 1).map((second) => [first, second] as const),
  );
}

function matches(present: Atom, absent: NegatedAtom): Formula {
  return and(
    absent.args.flatMap((arg, index) =>
      arg === null ? [] : [equal(defined(present.args[index], 'of one length'), arg)],
    ),
  );
}
