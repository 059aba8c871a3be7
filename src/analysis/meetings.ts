/**
 * Which facts meet: for each clause, the atoms whose facts have to be on one process, and which of their columns
 * are equal in every instance. What a distribution by key has to respect (theory.md, 1.4).
 */

import type { Atom, Clause } from '../ir/clause.ts';
import type { ClauseTerms } from './clause-terms.ts';
import { type Component, interfaceOf, readsOf } from './component.ts';
import { type Congruence, columnsOf, type Term, withColumns } from './congruence.ts';
import { type Dependencies, equationsOf, termsOf } from './dependencies.ts';
import { columnTypes } from './shape.ts';

/** An atom of the body, or the head of a clause that stays on the process. */
export interface Place {
  readonly relation: string;
  /** Per column: what it equals, as a number of the clause; null where no key can be. */
  readonly values: readonly (number | null)[];
}

export interface Meeting {
  readonly clause: Clause;
  readonly places: readonly Place[];
  /** The values that are the same throughout a group of an aggregate; null for a clause without one. */
  readonly group: ReadonlySet<number> | null;
}

/** A clause with the terms in the columns of its places; null where no key can be. */
export interface MeetingTerms {
  readonly clause: Clause;
  readonly terms: ClauseTerms;
  readonly places: readonly TermPlace[];
}

export interface TermPlace {
  readonly relation: string;
  readonly columns: readonly (Term | null)[];
}

export function meetingsOf(component: Component, dependencies: Dependencies): readonly Meeting[] {
  return meetingTerms(component, dependencies).map((each) => meetingOf(each, new Map()));
}

/** Values of a place are those of the functions of its relation, if there are any, then those of its columns. */
export function meetingOf(
  { clause, terms, places }: MeetingTerms,
  functions: ReadonlyMap<string, readonly Term[]>,
): Meeting {
  const { congruence } = terms;
  const valued = places.map(({ relation, columns }): Place => {
    const computed = (functions.get(relation) ?? []).map((each) => placed(each, columns));
    const values = [...computed, ...columns].map((term) =>
      term === null ? null : classOf(congruence, term),
    );
    return { relation, values };
  });
  return { clause, places: valued, group: groupOf(clause, terms) };
}

/** A function of columns, of the terms that they hold; null if one of them can't be part of a key. */
export function placed(of: Term, columns: readonly (Term | null)[]): Term | null {
  const used = columnsOf(of).map((index) => columns[index] ?? null);
  if (used.includes(null)) return null;
  return withColumns(of, (index) => columns[index] ?? of);
}

export function meetingTerms(
  component: Component,
  dependencies: Dependencies,
): readonly MeetingTerms[] {
  const kept = new Set(interfaceOf(component).references);
  return component.clauses.map((clause) => {
    // What holds in one tick only can't say where facts of other ticks go.
    const terms = termsOf(dependencies, component, clause, 'ever');
    const places = readsOf(component, clause).map((read) =>
      bodyPlace(component, dependencies, terms, read.atom),
    );
    if (clause.kind !== 'send' && kept.has(clause.head.relation)) {
      places.push(headPlace(component, clause, terms));
    }
    return { clause, terms, places };
  });
}

function bodyPlace(
  component: Component,
  dependencies: Dependencies,
  terms: ClauseTerms,
  atom: Atom,
): TermPlace {
  const constants = constantColumns(component, dependencies, atom.relation);
  const types = columnTypes(component, atom.relation);
  const columns = terms.arguments(atom).map((term, index) => {
    const type = types[index];
    const isKeyless = type === undefined || type.kind === 'lattice' || type.kind === 'bool';
    return isKeyless || constants.has(index) ? null : term;
  });
  return { relation: atom.relation, columns };
}

/** Columns that have one value in all facts: every fact would go to one process. */
function constantColumns(
  component: Component,
  dependencies: Dependencies,
  relation: string,
): ReadonlySet<number> {
  const equations = equationsOf(dependencies, component.role.name, relation, 'ever');
  const constant = equations.filter(({ term }) => term.kind === 'apply' && term.args.length === 0);
  return new Set(constant.map((equation) => equation.column));
}

function headPlace(component: Component, clause: Clause, terms: ClauseTerms): TermPlace {
  const types = columnTypes(component, clause.head.relation);
  const columns = terms.head.map(({ kind, term }, index) =>
    kind === 'plain' && types[index]?.kind !== 'lattice' ? term : null,
  );
  return { relation: clause.head.relation, columns };
}

function classOf(congruence: Congruence, term: Term): number {
  return congruence.find(congruence.add(term));
}

/** The plain arguments of a folding head, and what pure functions make of them. */
function groupOf(clause: Clause, terms: ClauseTerms): ReadonlySet<number> | null {
  if (clause.head.args.every((arg) => arg.kind === 'plain')) return null;
  const plain = terms.head.filter((each) => each.kind === 'plain');
  const group = new Set(plain.map(({ term }) => classOf(terms.congruence, term)));
  for (let size = -1; size !== group.size; ) {
    size = group.size;
    for (const { symbol, args, result } of terms.congruence.applications()) {
      const isKnown = args.length > 0 && args.every((arg) => group.has(arg));
      if (symbol.life === 'ever' && isKnown) group.add(result);
    }
  }
  return group;
}
