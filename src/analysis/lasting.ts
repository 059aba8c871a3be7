/**
 * What lasts: relations whose facts, once there, are there in every later tick, though some of their columns may
 * have moved on. `low(m)` with a column `max<int>` that is kept lasts and rises; so does `top(max<k>) :- seen(k)` with
 * `seen` kept. A guard that lasts is still true when somebody comes back to what it let go.
 */

import { memoized } from '../base/memoized.ts';
import {
  type Component,
  componentOfRole,
  derivations,
  referencesOf,
  relationOf,
} from './component.ts';
import { type Direction, joinDirections, latticeDirection } from './direction.ts';
import { monotoneRelations } from './monotone-relations.ts';
import { columnTypes, keepingOf } from './shape.ts';

/** By relation of the whole role that lasts: how each of its columns may move. */
export const lastingRelations: (component: Component) => ReadonlyMap<string, readonly Direction[]> =
  memoized((component) => lastingIn(componentOfRole(component.program, component.role.name)));

function lastingIn(component: Component): ReadonlyMap<string, readonly Direction[]> {
  const derived = derivations(component);
  const found = new Map<string, readonly Direction[]>();
  for (const [name, clauses] of derived) {
    if (clauses.some((clause) => keepingOf(clause)?.kind === 'exact')) {
      found.set(name, columnTypes(component, name).map(latticeDirection));
    }
  }
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [name, clauses] of derived) {
      if (found.has(name)) continue;
      const lasts = clauses.every(
        (clause) =>
          clause.kind === 'now' && referencesOf(component, clause).every((each) => found.has(each)),
      );
      const judged = monotoneRelations(component).get(name);
      if (lasts && judged?.finding.kind === 'holds') {
        const merged = columnTypes(component, name).map(latticeDirection);
        found.set(
          name,
          judged.columns.map((column, index) => joinDirections([column, merged[index] ?? 'fixed'])),
        );
      }
    }
  }
  return found;
}

/** Whether the relation survives a restart of its node. */
export function isDurable(component: Component, name: string): boolean {
  return relationOf(component, name)?.durable === true;
}
