/** What the clients of a run saw: sends and receipts in real-time order, and as JSON lines. */
import type { Fact } from '../exec/value.ts';

export interface ClientEvent {
  readonly kind: 'send' | 'recv';
  readonly client: number;
  readonly channel: string;
  /** The member that it was sent to; null for a receipt. */
  readonly to: string | null;
  readonly fact: Fact;
  /** Microseconds of simulated time. Events are in this order; equal times are in order of the list. */
  readonly at: number;
  /** The id of the command that was sent or answered; null for a receipt that answers none. */
  readonly command: number | null;
  /** From 1; above 1 for a retry. */
  readonly attempt: number;
}

export type History = readonly ClientEvent[];

/** One JSON object a line, keys in a fixed order. */
export function printHistory(history: History): string {
  return history
    .map(({ kind, client, channel, to, fact, at, command, attempt }) => {
      const event = { kind, client, channel, to, fact, at, command, attempt };
      return `${JSON.stringify(event)}\n`;
    })
    .join('');
}
