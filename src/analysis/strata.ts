/**
 * Strata of one tick: a relation that is negated or folded is complete before its reader starts. A cycle over `:-`
 * clauses that leads through a negation or an aggregate has no meaning; one over ticks or messages has.
 */

import { stronglyConnected } from '../base/graph.ts';
import { type Component, derivations, operatorOf, readsOf } from './component.ts';
import { isFolding } from './shape.ts';

export type Strata =
  | {
      readonly kind: 'stratified';
      /** Relations derived in the tick, lowest stratum first; each stratum in clause order. */
      readonly strata: readonly (readonly string[])[];
    }
  | {
      readonly kind: 'cyclic';
      readonly relations: readonly string[];
      /** The clause that reads one of them as if it were complete. */
      readonly clause: string;
    };

interface Edge {
  readonly read: string;
  readonly complete: boolean;
  readonly clause: string;
}

export function strata(component: Component): Strata {
  const edges = new Map<string, readonly Edge[]>();
  for (const [name, clauses] of derivations(component)) {
    const now = clauses.filter((clause) => clause.kind === 'now');
    if (now.length === 0) continue;
    const list = now.flatMap((clause) =>
      readsOf(component, clause).map((read) => ({
        read: read.relation,
        complete: operatorOf(read).blocking || isFolding(clause),
        clause: clause.id,
      })),
    );
    edges.set(name, list);
  }
  const knots = stronglyConnected([...edges.keys()], (name) =>
    (edges.get(name) ?? []).map((edge) => edge.read),
  );
  const levels = new Map<string, number>();
  for (const { nodes } of knots) {
    const members = new Set(nodes);
    const outgoing = nodes.flatMap((name) => edges.get(name) ?? []);
    const bad = outgoing.find((edge) => edge.complete && members.has(edge.read));
    if (bad !== undefined) return { kind: 'cyclic', relations: nodes, clause: bad.clause };
    const level = outgoing.reduce(
      (highest, { read, complete }) =>
        Math.max(highest, (levels.get(read) ?? 0) + (complete ? 1 : 0)),
      0,
    );
    for (const name of nodes) levels.set(name, level);
  }
  const grouped: string[][] = [];
  for (const name of edges.keys()) {
    const level = levels.get(name) ?? 0;
    while (grouped.length <= level) grouped.push([]);
    grouped[level]?.push(name);
  }
  return { kind: 'stratified', strata: grouped };
}
