/** The same-tick fixpoint: units in order, each one evaluated only when something that it reads has changed. */
import { invariant } from '../base/assert.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import { EvaluationAbort } from './fault.ts';
import type { CompiledClause, NodeCode, Unit } from './node-code.ts';
import type { Memo } from './node-state.ts';

export interface DeriveContext {
  /** Start as what is carried and received; end with everything that holds in the tick. */
  readonly slots: FactSet[];
  readonly me: number;
  readonly before: Memo | null;
  readonly progress: { clause: string | null };
}

export function deriveUnits(code: NodeCode, context: DeriveContext): void {
  for (const unit of code.units) {
    if (context.before !== null && isUnchanged(unit, context.slots, context.before)) {
      for (const slot of unit.slots) context.slots[slot] = setAt(context.before.slots, slot);
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

function isUnchanged(unit: Unit, slots: readonly FactSet[], before: Memo): boolean {
  for (const slot of unit.reads) if (slots[slot] !== before.slots[slot]) return false;
  for (const slot of unit.slots) if (slots[slot] !== before.carried[slot]) return false;
  return true;
}

function deriveOnce(code: NodeCode, unit: Unit, context: DeriveContext): void {
  const { slots, me } = context;
  for (const clause of unit.clauses) {
    if (!isActive(clause, slots)) continue;
    context.progress.clause = clause.id;
    const base = setAt(slots, clause.head);
    let extended: FactSet | null = null;
    clause.run(slots, me, EMPTY, (fact) => {
      if (extended === null && base.has(fact)) return;
      extended ??= extend(code, base, clause.head);
      extended.add(fact);
    });
    if (extended !== null) slots[clause.head] = extended;
  }
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
