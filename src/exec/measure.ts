/** What each clause and relation derived in a tick that wasn't there in the tick before: the work of an incremental engine. */
import { defined } from '../base/assert.ts';
import { isActive } from './derive.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import type { NodeCode } from './node-code.ts';
import type { NodeState, TickStats } from './node-state.ts';

export interface Measured {
  readonly stats: Omit<TickStats, 'flushed'>;
  readonly heads: readonly FactSet[];
}

/** `slots`: everything that holds in the tick after `state`. */
export function measureTick(code: NodeCode, state: NodeState, slots: readonly FactSet[]): Measured {
  const before = state.memo;
  const derived: number[] = [];
  const heads = code.clauses.map(({ clause, event }) => {
    const unchanged = clause.reads.every((slot) => slots[slot] === before?.slots[slot]);
    const same = !event && unchanged ? before?.heads?.[clause.index] : undefined;
    if (same !== undefined) {
      derived[clause.index] = 0;
      return same;
    }
    const now = FactSet.make();
    if (isActive(clause, slots)) clause.run(slots, state.me, EMPTY, (fact) => now.add(fact));
    const old = event ? EMPTY : (before?.heads?.[clause.index] ?? EMPTY);
    derived[clause.index] = countNew(now, old);
    return now;
  });
  const newFacts = Array.from({ length: code.relationCount }, (_, slot) => {
    const now = defined(slots[slot], 'every slot is filled');
    return countNew(now, code.isEvent[slot] === true ? EMPTY : (before?.slots[slot] ?? EMPTY));
  });
  return { stats: { derived, newFacts }, heads };
}

function countNew(now: FactSet, before: FactSet): number {
  return before.size === 0 ? now.size : now.missingIn(before).length;
}
