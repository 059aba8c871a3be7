/** What each clause derived in a tick that wasn't there in the tick before: the work of an incremental engine. */
import { defined } from '../base/assert.ts';
import { isActive } from './derive.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import { grownHeads } from './incremental.ts';
import type { MeasuredClause, NodeCode } from './node-code.ts';
import type { Memo, NodeState } from './node-state.ts';

export interface Measured {
  /** By clause: head facts that weren't there in the last tick (all, for event clauses). */
  readonly derived: readonly number[];
  /** By clause without an event: its head facts. */
  readonly heads: readonly FactSet[];
}

export interface Outcome {
  /** Everything that holds in the tick after `state`. */
  readonly slots: readonly FactSet[];
  /** What send clauses without an event would send, as in `NodeState`. */
  readonly held: readonly FactSet[];
}

export function measureTick(code: NodeCode, state: NodeState, outcome: Outcome): Measured {
  const before = state.memo;
  const { slots } = outcome;
  const derived = new Array<number>(code.clauses.length).fill(0);
  const heads = before?.heads?.slice() ?? new Array<FactSet>(code.clauses.length).fill(EMPTY);
  for (const measured of code.clauses) {
    const { clause, event } = measured;
    if (event) {
      if (isActive(clause, slots)) derived[clause.index] = eventHeads(measured, state, slots);
      continue;
    }
    if (before !== null && isUnchanged(clause.reads, slots, before)) continue;
    const old = defined(heads[clause.index], 'heads are by clause');
    const now = headsOf(code, measured, state, { ...outcome, old });
    heads[clause.index] = now;
    derived[clause.index] = old.size === 0 ? now.size : now.missingIn(old).length;
  }
  return { derived, heads };
}

function eventHeads(
  { clause, result }: MeasuredClause,
  { me }: NodeState,
  slots: readonly FactSet[],
): number {
  if (result?.kind === 'slot') return defined(slots[result.at], 'every slot is filled').size;
  const now = FactSet.make();
  clause.run(slots, me, EMPTY, (fact) => now.add(fact));
  return now.size;
}

function headsOf(
  code: NodeCode,
  { clause, result }: MeasuredClause,
  { me, memo }: NodeState,
  { slots, held, old }: Outcome & { readonly old: FactSet },
): FactSet {
  if (result !== null) {
    const sets = result.kind === 'slot' ? slots : held;
    return defined(sets[result.at], 'states and code have one layout');
  }
  if (memo !== null && old.size >= code.limits.incrementalFrom) {
    const grown = grownHeads(clause, slots, { me, before: memo, old });
    if (grown !== null) return grown.all;
  }
  const now = FactSet.make();
  if (isActive(clause, slots)) clause.run(slots, me, EMPTY, (fact) => now.add(fact));
  return now;
}

function isUnchanged(reads: readonly number[], slots: readonly FactSet[], before: Memo): boolean {
  for (const slot of reads) if (slots[slot] !== before.slots[slot]) return false;
  return true;
}
