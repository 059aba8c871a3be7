/**
 * What a clause adds when its relations have only grown since the last tick: the cost of a tick then depends on what
 * changed and not on what is stored. Small sets are evaluated afresh, which is cheaper (`incrementalFrom`).
 */
import { defined } from '../base/assert.ts';
import { FactSet } from './fact-set.ts';
import type { CompiledClause, Grouping } from './node-code.ts';
import type { Memo } from './node-state.ts';
import type { Fact, Value } from './value.ts';

/** New facts by slot of a positive literal. */
export type Growth = ReadonlyMap<number, FactSet>;

/** How the relations of a clause grew; null when one of them changed in another way, or that isn't known. */
export function growthOf(
  clause: CompiledClause,
  slots: readonly FactSet[],
  before: Memo,
): Growth | null {
  for (const slot of clause.steady) if (slots[slot] !== before.slots[slot]) return null;
  const growth = new Map<number, FactSet>();
  for (const slot of clause.joined) {
    const now = setAt(slots, slot);
    const added = now.addedSince(setAt(before.slots, slot));
    if (added === null) return null;
    if (added.length > 0) growth.set(slot, FactSet.of(added));
  }
  return growth;
}

/** Rows of the clause that need a new fact; some may have been there before. */
export function newRows(
  clause: CompiledClause,
  slots: readonly FactSet[],
  me: number,
  growth: Growth,
): readonly Fact[] {
  const rows: Fact[] = [];
  for (const variant of clause.deltas) {
    const delta = growth.get(variant.slot);
    if (delta !== undefined) variant.run(slots, me, delta, (row) => rows.push(row));
  }
  return rows;
}

/** The head facts of a clause without aggregate, from those of the last tick; null when they have to be derived again. */
export function grownHeads(
  clause: CompiledClause,
  slots: readonly FactSet[],
  last: { readonly me: number; readonly before: Memo; readonly old: FactSet },
): { readonly all: FactSet; readonly fresh: readonly Fact[] } | null {
  const { me, before, old } = last;
  const growth = clause.plain ? growthOf(clause, slots, before) : null;
  if (growth === null) return null;
  const rows = newRows(clause, slots, me, growth).filter((row) => !old.has(row));
  if (rows.length === 0) return { all: old, fresh: [] };
  const all = old.copy();
  return { all, fresh: rows.filter((row) => all.add(row) !== null) };
}

/**
 * The heads of an aggregate brought up to date: groups with new rows are computed again, the others stay. `rows` is
 * extended by what is new.
 */
export function regroup(
  grouping: Grouping,
  heads: FactSet,
  rows: FactSet,
  added: readonly Fact[],
): FactSet {
  const touched = FactSet.make();
  for (const row of added) {
    if (rows.add(row) !== null) touched.add(project(row, grouping.plainColumns));
  }
  if (touched.size === 0) return heads;
  const groups = touched.values();
  const old = groups.flatMap((group) => matching(heads, grouping.headColumns, group));
  const updated = old.length === 0 ? heads.copy() : heads.without(old);
  for (const group of groups) {
    const head = grouping.head(matching(rows, grouping.plainColumns, group));
    if (head !== null) updated.add(head);
  }
  return updated;
}

function matching(facts: FactSet, columns: readonly number[], values: Fact): readonly Fact[] {
  if (columns.length === 0) return facts.values();
  const wanted = FactSet.of([values]);
  return facts.probe(columns, values).filter((fact) => wanted.has(project(fact, columns)));
}

function project(fact: Fact, columns: readonly number[]): Fact {
  return columns.map((column) => fact[column] as Value);
}

function setAt(sets: readonly FactSet[], at: number): FactSet {
  return defined(sets[at], 'states and code have one layout');
}
