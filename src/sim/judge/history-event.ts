/** What clients send and see, one after the other: the events of a history. */
import type { CrashMark } from './crash-marks.ts';

export type HistoryEvent =
  | { readonly kind: 'send'; readonly send: number }
  /** `count` is how often it was sent so far, which matters for bags only. */
  | { readonly kind: 'output'; readonly output: number; readonly count: number };

/** Where crashes are marked (crash-marks.ts). */
export type MarkedEvent = HistoryEvent | CrashMark;

export function keyOfEvent(event: MarkedEvent): string {
  switch (event.kind) {
    case 'send':
      return `s${event.send}`;
    case 'output':
      return `o${event.output}x${event.count}`;
    case 'crash':
      return 'c';
  }
}
