/**
 * Dependences between the relations of a role within one tick. The program has a meaning when no cycle of
 * them needs a relation to be complete before it is: no negation, aggregate, rank or outgrowable use of a
 * lattice inside of a cycle. What is read of the tick before (`stable r`, `after D since r`) is no dependence.
 */

import { stronglyConnected } from '../base/graph.ts';
import type { Clause } from './clause.ts';
import { latticeMisuse } from './lattice-use.ts';
import { headOperators, literalOperator, operators } from './operator.ts';
import type { Role } from './program.ts';
import type { Column } from './type.ts';

export interface TickDependence {
  /** `to` is derived from `from`. */
  readonly from: string;
  readonly to: string;
  /** How `from` is used; all but `grows` need it complete. */
  readonly use: 'grows' | 'negation' | 'aggregate' | 'index' | 'lattice';
  readonly clause: Clause;
  /** The literal, head argument or atom where it is used. */
  readonly node: object;
  /** Why a lattice isn't used monotonically. */
  readonly reason: string;
}

/** The same-tick dependences of a role, in the order of its clauses. */
export function tickDependences(role: Role): readonly TickDependence[] {
  const columns = new Map(role.relations.map((relation) => [relation.name, relation.columns]));
  return role.clauses.flatMap((clause) =>
    clause.kind === 'now' ? clauseDependences(clause, columns) : [],
  );
}

function clauseDependences(
  clause: Clause,
  columns: ReadonlyMap<string, readonly Column[]>,
): readonly TickDependence[] {
  const to = clause.head.relation;
  const found: TickDependence[] = [];
  const add = (
    from: string,
    use: TickDependence['use'],
    node: object,
    reason: string = '',
  ): void => {
    if (columns.has(from)) found.push({ from, to, use, clause, node, reason });
  };
  // What ends a stratum is said by the registry, here for the whole body and below for a literal.
  const summary = headOperators(clause.head).find((name) => operators[name].blocking);
  for (const literal of clause.body) {
    if (literal.kind !== 'atom' && literal.kind !== 'negated') continue;
    const from = literal.atom.relation;
    if (operators[literalOperator(literal)].blocking) {
      add(from, 'negation', literal);
      continue;
    }
    if (summary !== undefined) {
      add(from, summary === 'index' ? 'index' : 'aggregate', literal);
      continue;
    }
    if (literal.kind !== 'atom') continue;
    const own = columns.get(from) ?? [];
    const misuse = latticeMisuse(clause, literal.atom, own, columns.get(to) ?? []);
    if (misuse === null) add(from, 'grows', literal);
    else add(from, 'lattice', literal, misuse.reason);
  }
  for (const argument of clause.head.args) {
    if (argument.kind !== 'aggregate' || argument.fallback === null) continue;
    add(argument.fallback.over.relation, 'aggregate', argument.fallback.over);
  }
  return found;
}

/** A use that needs its own result to be complete, and the way back from `to` to `from`. */
export interface BrokenCycle {
  readonly dependence: TickDependence;
  /** From `dependence.to` to `dependence.from`; empty where they are the same relation. */
  readonly back: readonly TickDependence[];
}

/** One for each clause and literal at fault, in the order of the clauses. */
export function brokenCycles(dependences: readonly TickDependence[]): readonly BrokenCycle[] {
  const outgoing = new Map<string, TickDependence[]>();
  for (const dependence of dependences) {
    const list = outgoing.get(dependence.from);
    if (list === undefined) outgoing.set(dependence.from, [dependence]);
    else list.push(dependence);
  }
  const nodes = [...new Set(dependences.flatMap(({ from, to }) => [from, to]))];
  const knotOf = new Map<string, number>();
  const knots = stronglyConnected(nodes, (name) => (outgoing.get(name) ?? []).map(({ to }) => to));
  for (const [index, knot] of knots.entries()) {
    for (const name of knot.nodes) knotOf.set(name, index);
  }
  return dependences
    .filter(({ use, from, to }) => use !== 'grows' && knotOf.get(from) === knotOf.get(to))
    .map((dependence) => ({ dependence, back: wayBack(dependence, outgoing) }));
}

/** A shortest way, breadth first. */
function wayBack(
  dependence: TickDependence,
  outgoing: ReadonlyMap<string, readonly TickDependence[]>,
): readonly TickDependence[] {
  const reachedBy = new Map<string, TickDependence | null>([[dependence.to, null]]);
  for (const [name] of reachedBy) {
    if (name === dependence.from) break;
    for (const next of outgoing.get(name) ?? []) {
      if (!reachedBy.has(next.to)) reachedBy.set(next.to, next);
    }
  }
  const way: TickDependence[] = [];
  let step = reachedBy.get(dependence.from) ?? null;
  while (step !== null) {
    way.unshift(step);
    step = reachedBy.get(step.from) ?? null;
  }
  return way;
}
