/** Shapes of single clauses that the analyses look for. */

import { canonicalJson } from '../base/order.ts';
import type { Atom, Clause, Literal } from '../ir/clause.ts';
import { headOperators, operators } from '../ir/operator.ts';
import type { Type } from '../ir/type.ts';
import { type Component, namesOf, type Read, readsOf } from './component.ts';

/**
 * How a `:+` clause keeps a relation: `exact` keeps every fact, `guarded` keeps those for which `guards` hold.
 * Either way the next tick has no fact of the relation that this tick lacks.
 */
export type Keeping =
  | { readonly kind: 'exact'; readonly relation: string }
  | { readonly kind: 'guarded'; readonly relation: string; readonly guards: readonly Literal[] };

/** `r(x, ..) :+ r(x, ..), guards`; null for a clause that derives anything else. */
export function keepingOf(clause: Clause): Keeping | null {
  if (clause.kind !== 'next') return null;
  const relation = clause.head.relation;
  const at = clause.body.findIndex((literal) => isKept(clause, literal));
  if (at < 0) return null;
  const guards = clause.body.filter((_, index) => index !== at);
  const names = clause.head.args.map((arg) =>
    arg.kind === 'plain' && arg.value.kind === 'variable' ? arg.value.name : '',
  );
  const everyFact = !names.includes('') && new Set(names).size === names.length;
  if (guards.length === 0 && everyFact) return { kind: 'exact', relation };
  return { kind: 'guarded', relation, guards };
}

function isKept(clause: Clause, literal: Literal): boolean {
  return (
    literal.kind === 'atom' &&
    literal.atom.relation === clause.head.relation &&
    repeatsHead(clause, literal.atom)
  );
}

/** An atom with the arguments of the clause's head, column by column. */
export function repeatsHead(clause: Clause, { args }: Atom): boolean {
  return (
    args.length === clause.head.args.length &&
    clause.head.args.every((arg, column) => {
      const same = arg.kind === 'plain' && canonicalJson(arg.value) === canonicalJson(args[column]);
      return same && args[column]?.kind !== 'wildcard';
    })
  );
}

/** A head that folds: an aggregate or an index. */
export function isFolding(clause: Clause): boolean {
  return headOperators(clause.head).some((name) => operators[name].blocking);
}

/** The atoms that can be read only in a tick in which a fact of theirs holds. */
export function isPositive(read: Read): boolean {
  return read.mode === 'positive' || read.mode === 'expired';
}

/**
 * The reads of which at least one must have a fact for the clause to have a row. An aggregate with a default has
 * a row for every fact of its `over` atom, whatever the body gives.
 */
export function requiredReads(component: Component, clause: Clause): readonly Read[] {
  const reads = readsOf(component, clause);
  const hasDefault = clause.head.args.some(
    (arg) => arg.kind === 'aggregate' && arg.fallback !== null,
  );
  return hasDefault ? reads.filter((read) => read.mode === 'over') : reads.filter(isPositive);
}

/** The types of a relation's or channel's columns; empty for an unknown name. */
export function columnTypes(component: Component, name: string): readonly Type[] {
  const visible = namesOf(component).get(name);
  if (visible !== undefined) return visible.columns.map((column) => column.type);
  const channel = component.program.channels.find((each) => each.name === name);
  return (channel?.columns ?? []).map((column) => column.type);
}

export function hasLattice(component: Component, name: string): boolean {
  return columnTypes(component, name).some((type) => type.kind === 'lattice');
}
