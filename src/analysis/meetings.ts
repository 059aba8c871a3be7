/**
 * Which facts meet: for each clause, the atoms whose facts have to be on one process, and which of their columns
 * are equal in every instance. What a distribution by key has to respect (theory.md, 1.4).
 */

import type { Atom, Clause } from '../ir/clause.ts';
import type { ClauseTerms } from './clause-terms.ts';
import { type Component, interfaceOf, readsOf } from './component.ts';
import type { Congruence } from './congruence.ts';
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

export function meetingsOf(component: Component, dependencies: Dependencies): readonly Meeting[] {
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
    return { clause, places, group: groupOf(clause, terms) };
  });
}

function bodyPlace(
  component: Component,
  dependencies: Dependencies,
  terms: ClauseTerms,
  atom: Atom,
): Place {
  const constants = constantColumns(component, dependencies, atom.relation);
  const types = columnTypes(component, atom.relation);
  const values = terms.arguments(atom).map((term, index) => {
    const type = types[index];
    const isKeyless = type === undefined || type.kind === 'lattice' || type.kind === 'bool';
    return isKeyless || constants.has(index) ? null : classOf(terms.congruence, term);
  });
  return { relation: atom.relation, values };
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

function headPlace(component: Component, clause: Clause, terms: ClauseTerms): Place {
  const types = columnTypes(component, clause.head.relation);
  const values = terms.head.map(({ kind, term }, index) =>
    kind === 'plain' && types[index]?.kind !== 'lattice' ? classOf(terms.congruence, term) : null,
  );
  return { relation: clause.head.relation, values };
}

function classOf(congruence: Congruence, term: Parameters<Congruence['add']>[0]): number {
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
