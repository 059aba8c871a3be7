/** What clients see of the steps of a search. */
import { type CrashMark, isMarked } from './crash-marks.ts';
import type { HistoryEvent, MarkedEvent } from './history-event.ts';
import type { Transition } from './transitions.ts';
import type { WorldState } from './world-state.ts';

/** What clients see of a run, in order; within one step commands are taken before outputs are sent. */
export function eventsOf(
  start: WorldState,
  transitions: readonly Transition[],
): readonly HistoryEvent[] {
  const steps = transitions.map((each, at) => [transitions[at - 1]?.next ?? start, each] as const);
  return [...newOutputs([], start.emitted), ...steps.flatMap((step) => stepEvents(...step))];
}

export function markedEventsOf(
  start: WorldState,
  transitions: readonly Transition[],
): readonly MarkedEvent[] {
  const steps = transitions.map((each, at) => [transitions[at - 1]?.next ?? start, each] as const);
  return [...newOutputs([], start.emitted), ...steps.flatMap((step) => markedStepEvents(...step))];
}

export function stepEvents(
  before: WorldState,
  { sends, next }: Transition,
): readonly HistoryEvent[] {
  const sent = sends.map((send) => ({ kind: 'send', send }) as const);
  return [...sent, ...newOutputs(before.emitted, next.emitted)];
}

/** A member that stops in the midst of a step has sent by then what it sends in it; one that starts anew sends after. */
export function markedStepEvents(
  before: WorldState,
  transition: Transition,
): readonly MarkedEvent[] {
  const events = stepEvents(before, transition);
  if (!isMarked(transition)) return events;
  const mark: CrashMark = { kind: 'crash' };
  return transition.move.kind === 'crash' ? [mark, ...events] : [...events, mark];
}

/** Both ascending; the second has all of the first. */
export function newOutputs(
  before: readonly number[],
  after: readonly number[],
): readonly Extract<HistoryEvent, { readonly kind: 'output' }>[] {
  const left = [...before];
  const counts = new Map<number, number>();
  const events: Extract<HistoryEvent, { readonly kind: 'output' }>[] = [];
  for (const output of after) {
    const count = (counts.get(output) ?? 0) + 1;
    counts.set(output, count);
    const known = left.indexOf(output);
    if (known >= 0) left.splice(known, 1);
    else events.push({ kind: 'output', output, count });
  }
  return events;
}

/** Blocks of sends and outputs by turns; within a block the order says nothing. */
export function withEvent(history: string, event: MarkedEvent): string {
  switch (event.kind) {
    case 'send':
      return withItem(history, 's', event.send);
    case 'output':
      return withItem(history, 'o', event.output);
    case 'crash':
      return `${history};c`;
  }
}

function withItem(history: string, kind: 's' | 'o', item: number): string {
  const blocks = history === '' ? [] : history.split(';');
  const last = blocks.at(-1);
  if (last === undefined || !last.startsWith(kind)) return [...blocks, `${kind}${item}`].join(';');
  const items = [...last.slice(1).split(',').map(Number), item].sort((a, b) => a - b);
  return [...blocks.slice(0, -1), `${kind}${items.join(',')}`].join(';');
}
