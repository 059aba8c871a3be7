/**
 * A history that the original doesn't have within its bounds is looked for with higher ones, until raising them changes
 * nothing: a level was searched without reaching a bound, or two levels in a row show the same outputs where the
 * history ends. Only then it is a violation.
 */
import type { MarkedEvent } from './history-event.ts';
import type { Ending, Reference, SetId } from './reference.ts';

export type TrailVerdict =
  | { readonly kind: 'matched'; readonly set: SetId }
  | { readonly kind: 'violated' }
  | { readonly kind: 'unknown' };

export function judgeTrail(reference: Reference, events: readonly MarkedEvent[]): TrailVerdict {
  let outlook: string | null = null;
  for (let level = 0; level < reference.levels; level++) {
    const { set, before, at } = replay(reference, level, events);
    if (!reference.isEmpty(set)) return { kind: 'matched', set };
    const exact = reference.isExact(set);
    if (!exact) {
      const witness = reference.witness(level, events, null);
      if (witness.kind === 'yes') return { kind: 'matched', set: witness.set };
      if (witness.kind === 'unknown') return { kind: 'unknown' };
    }
    if (!reference.isBounded(level)) return { kind: 'violated' };
    const now = exact ? `${at} ${reference.outlook(before)}` : null;
    if (now !== null && now === outlook) return { kind: 'violated' };
    outlook = now;
  }
  return { kind: 'unknown' };
}

/** The same for a complete history: is it a complete one of the original? */
export function judgeCompletion(
  reference: Reference,
  events: readonly MarkedEvent[],
  ending: Ending,
): 'matched' | 'violated' | 'unknown' {
  for (let level = 0; level < reference.levels; level++) {
    const { set } = replay(reference, level, events);
    const answer = reference.isExact(set)
      ? reference.completes(set, ending)
      : reference.witness(level, events, ending).kind;
    if (answer === 'yes') return 'matched';
    if (answer === 'unknown') return 'unknown';
    if (!reference.isBounded(level)) return 'violated';
  }
  return 'violated';
}

/** The set after the history, and the last one that wasn't empty with the number of events before it. */
function replay(
  reference: Reference,
  level: number,
  events: readonly MarkedEvent[],
): { readonly set: SetId; readonly before: SetId; readonly at: number } {
  let set = reference.start(level);
  for (const [at, event] of events.entries()) {
    const before = set;
    set = reference.after(set, event);
    if (reference.isEmpty(set)) return { set, before, at };
  }
  return { set, before: set, at: events.length };
}
