/**
 * Crashes as events of a history, for histories that are put together from parts (composition.ts).
 *
 * One crash hits the facts of every cell at one moment, so parts of a history fit together only if they agree on it:
 * the original must crash where the plan's member starts anew, or stops, at that point of the history and at no other,
 * and it must do so at rest, between two steps; where a process hung in the midst of a step before, the original takes
 * that step whole or not at all. This is stricter than the judge's definition, by which the original may crash whenever
 * it likes; what fails here is searched without cells.
 */
import type { Transition } from './transitions.ts';
import type { WorldState } from './world-state.ts';

export interface CrashMark {
  readonly kind: 'crash';
}

/** The member starts anew in this step of a run, or stops. */
export function isMarked({ move }: Transition): boolean {
  return move.kind === 'crash' || (move.kind === 'take' && move.crash?.how === 'stop');
}

/** The step is the crash of a member at rest. */
export function isCrashAtRest(before: WorldState, { move, next }: Transition): boolean {
  return move.kind === 'crash' && next.used.crashes > before.used.crashes;
}

/** A step of a run in which nothing crashes. */
export function isPlain(before: WorldState, { move, next }: Transition): boolean {
  return move.kind !== 'crash' && next.used.crashes === before.used.crashes;
}
