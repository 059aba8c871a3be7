/**
 * Who reads whom. Two components of one role can be placed apart without a new message when neither sees
 * what the other does (theory.md, 1.0 and 1.1).
 *
 * Disjoint references matter as much as unread outputs: with `o@c(x) :~ in(x)` apart from
 * `s(x) :+ in(x); neg@c(x) :~ q(x), !s(x)`, a client that got o(1) can still get neg(1), because the two places
 * take `in(1)` at different times (soundness.md, 4). A timer is such a reference too (soundness.md, 6).
 */

import { sortedStrings } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import { type Component, interfaceOf, type ReadMode, readsOf } from './component.ts';

/** `aggregate`: the reader folds what it reads, so that more facts may take a result away. */
export interface DependenceEdge {
  readonly reader: string;
  readonly read: string;
  readonly mode: ReadMode | 'aggregate';
  readonly clause: Clause;
}

/** One edge for each atom read, from the relation or channel at the head. */
export function dependenceEdges(component: Component): readonly DependenceEdge[] {
  return component.clauses.flatMap((clause) => {
    const folds = clause.head.args.some((arg) => arg.kind !== 'plain');
    return readsOf(component, clause).map((read) => ({
      reader: clause.head.relation,
      read: read.relation,
      mode: folds && read.mode === 'positive' ? ('aggregate' as const) : read.mode,
      clause,
    }));
  });
}

export type Independence =
  | { readonly kind: 'independent' }
  | {
      readonly kind: 'dependent';
      /** Referenced by both. */
      readonly shared: readonly string[];
      /** Derived by one and read by the other (for `independent`: derived by the second). */
      readonly consumed: readonly string[];
    };

/** Whether `first` is independent of `second`; not symmetric: `second` may read what `first` derives. */
export function independent(first: Component, second: Component): Independence {
  return verdict(sharedReferences(first, second), consumedFrom(first, second));
}

/** Independent both ways. */
export function mutuallyIndependent(first: Component, second: Component): Independence {
  const consumed = [...consumedFrom(first, second), ...consumedFrom(second, first)];
  return verdict(sharedReferences(first, second), consumed);
}

function sharedReferences(first: Component, second: Component): readonly string[] {
  const others = new Set(interfaceOf(second).references);
  return interfaceOf(first).references.filter((name) => others.has(name));
}

/** Relations that `reader` references and `maker` derives. Channels sent are other nodes' inputs and don't count. */
function consumedFrom(reader: Component, maker: Component): readonly string[] {
  const derived = new Set(
    maker.clauses.filter((each) => each.kind !== 'send').map((each) => each.head.relation),
  );
  return interfaceOf(reader).references.filter((name) => derived.has(name));
}

function verdict(shared: readonly string[], consumed: readonly string[]): Independence {
  if (shared.length === 0 && consumed.length === 0) return { kind: 'independent' };
  return { kind: 'dependent', shared: sortedStrings(shared), consumed: sortedStrings(consumed) };
}
