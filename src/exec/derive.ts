/** The same-tick fixpoint: units in order, each one evaluated only when something that it reads has changed. */
import { invariant } from '../base/assert.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import { EvaluationAbort } from './fault.ts';
import { growthOf, newRows, regroup } from './incremental.ts';
import type { CompiledClause, Grouping, NodeCode, Unit } from './node-code.ts';
import type { Memo } from './node-state.ts';
import { type Fact, keyOfFact, type Value } from './value.ts';

export interface DeriveContext {
  /** Start as what is carried and received; end with everything that holds in the tick. */
  readonly slots: FactSet[];
  readonly me: number;
  readonly before: Memo | null;
  readonly progress: { clause: string | null };
  /** Rows of aggregates to remember, by clause. */
  readonly rows: Map<number, FactSet>;
}

export function deriveUnits(code: NodeCode, context: DeriveContext): void {
  for (const unit of code.units) {
    if (context.before !== null && isUnchanged(unit, context.slots, context.before)) {
      for (const slot of unit.slots) context.slots[slot] = setAt(context.before.slots, slot);
      keepRows(unit, context, context.before);
      continue;
    }
    if (unit.recursive) deriveRecursive(code, unit, context);
    else deriveOnce(code, unit, context);
    if (context.before === null) continue;
    for (const slot of unit.slots) {
      const old = setAt(context.before.slots, slot);
      if (old.equals(setAt(context.slots, slot))) context.slots[slot] = old;
    }
  }
  context.progress.clause = null;
}

function keepRows(unit: Unit, context: DeriveContext, before: Memo): void {
  for (const { index } of unit.clauses) {
    const rows = before.rows.get(index);
    if (rows !== undefined) context.rows.set(index, rows);
  }
}

function isUnchanged(unit: Unit, slots: readonly FactSet[], before: Memo): boolean {
  for (const slot of unit.reads) if (slots[slot] !== before.slots[slot]) return false;
  for (const slot of unit.slots) if (slots[slot] !== before.carried[slot]) return false;
  return true;
}

function deriveOnce(code: NodeCode, unit: Unit, context: DeriveContext): void {
  const { slots, me } = context;
  for (const clause of unit.clauses) {
    context.progress.clause = clause.id;
    if (deriveGrown(code, unit, clause, context)) continue;
    if (!isActive(clause, slots)) continue;
    const found: Fact[] = [];
    if (clause.grouping === null) clause.run(slots, me, EMPTY, (fact) => found.push(fact));
    else found.push(...deriveGroups(code, clause, clause.grouping, context));
    addFacts(code, slots, clause.head, found);
  }
}

/** Adds only what new facts add, where everything that the clause derived before is there already. */
function deriveGrown(
  code: NodeCode,
  unit: Unit,
  clause: CompiledClause,
  context: DeriveContext,
): boolean {
  const { slots, me, before } = context;
  if (before === null) return false;
  const there = setAt(before.slots, clause.head);
  if (there.size < code.limits.incrementalFrom) return false;
  const base = setAt(slots, clause.head);
  // Alone and from nothing: what held was derived by this clause. Else it must have been carried over whole.
  const alone =
    unit.clauses.length === 1 && base.size === 0 && setAt(before.carried, clause.head).size === 0;
  if (!alone && base.addedSince(there) === null) return false;
  if (!clause.plain && (!alone || clause.grouping === null)) return false;
  const growth = growthOf(clause, slots, before);
  if (growth === null) return false;
  const rows = newRows(clause, slots, me, growth);
  if (clause.grouping !== null) {
    const old = before.rows.get(clause.index);
    if (old === undefined || code.merging[clause.head] != null) return false;
    const all = old.copy();
    slots[clause.head] = regroup(clause.grouping, there, all, rows);
    context.rows.set(clause.index, all);
    return true;
  }
  const start = alone ? there : base;
  const fresh = rows.filter((row) => !start.has(row));
  if (fresh.length === 0) {
    slots[clause.head] = start;
    return true;
  }
  const grown = start.copy();
  for (const row of fresh) grown.add(row);
  slots[clause.head] = grown;
  return true;
}

function deriveGroups(
  code: NodeCode,
  clause: CompiledClause,
  grouping: Grouping,
  context: DeriveContext,
): readonly Fact[] {
  const rows = FactSet.make();
  grouping.rows(context.slots, context.me, EMPTY, (row) => rows.add(row));
  if (rows.size >= code.limits.incrementalFrom) context.rows.set(clause.index, rows);
  const groups = new Map<string, Fact[]>();
  for (const row of rows.values()) {
    const key = keyOfFact(grouping.plainColumns.map((column) => row[column] as Value));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return Array.from(groups.values(), (group) => grouping.head(group)).filter(
    (head) => head !== null,
  );
}

/** Adds to a copy of what is in the slot, if anything is new. */
function addFacts(code: NodeCode, slots: FactSet[], slot: number, facts: readonly Fact[]): void {
  const base = setAt(slots, slot);
  const fresh = facts.filter((fact) => !base.has(fact));
  if (fresh.length === 0) return;
  const extended = extend(code, base, slot);
  for (const fact of fresh) extended.add(fact);
  slots[slot] = extended;
}

/** Semi-naive: after the first round a clause runs only for the facts that are new in one of its literals. */
function deriveRecursive(code: NodeCode, unit: Unit, context: DeriveContext): void {
  const { slots, me, progress } = context;
  for (const slot of unit.slots) slots[slot] = extend(code, setAt(slots, slot), slot);
  let pending = emptySets(code, unit);
  for (const clause of unit.clauses) {
    if (!isActive(clause, slots)) continue;
    progress.clause = clause.id;
    const found = pending.get(clause.head);
    clause.run(slots, me, EMPTY, (fact) => found?.add(fact));
  }
  let total = 0;
  for (;;) {
    const deltas = addAll(pending, slots, emptySets(code, unit));
    let fresh = 0;
    for (const facts of deltas.values()) fresh += facts.size;
    if (fresh === 0) return;
    total += fresh;
    if (total > code.limits.factsPerTickMax) {
      throw new EvaluationAbort(
        'tick-diverges',
        `one tick derives more than ${code.limits.factsPerTickMax} facts`,
      );
    }
    pending = emptySets(code, unit);
    for (const clause of unit.clauses) {
      progress.clause = clause.id;
      const found = pending.get(clause.head);
      for (const variant of clause.deltas) {
        const delta = deltas.get(variant.slot);
        if (delta === undefined || delta.size === 0) continue;
        variant.run(slots, me, delta, (fact) => found?.add(fact));
      }
    }
  }
}

/** Adds what was found to the slots; the facts that changed something, by slot. */
function addAll(
  pending: ReadonlyMap<number, FactSet>,
  slots: readonly FactSet[],
  deltas: Map<number, FactSet>,
): Map<number, FactSet> {
  for (const [slot, facts] of pending) {
    const all = setAt(slots, slot);
    const delta = deltas.get(slot);
    for (const fact of facts.values()) {
      const added = all.add(fact);
      if (added !== null) delta?.add(added);
    }
  }
  return deltas;
}

function emptySets(code: NodeCode, unit: Unit): Map<number, FactSet> {
  return new Map(unit.slots.map((slot) => [slot, FactSet.make(code.merging[slot] ?? null)]));
}

function extend(code: NodeCode, base: FactSet, slot: number): FactSet {
  return base.size === 0 ? FactSet.make(code.merging[slot] ?? null) : base.copy();
}

/** Every relation that the clause needs has a fact. */
export function isActive(clause: CompiledClause, slots: readonly FactSet[]): boolean {
  for (const slot of clause.positive) if (setAt(slots, slot).size === 0) return false;
  return true;
}

function setAt(sets: readonly FactSet[], at: number): FactSet {
  const set = sets[at];
  invariant(set !== undefined, 'states and code have one layout');
  return set;
}
