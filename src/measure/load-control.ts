/** What a bench and its load generator, which is a process of its own, tell each other. Times are of the generator's clock. */
import type { Program } from '../ir/program.ts';
import type { Address } from '../runtime/stream.ts';
import type { LoadReading } from './load-reading.ts';

export type Load =
  /** Each client asks again when it is answered; after so many commands in all it ends by itself, or never. */
  | { readonly kind: 'closed'; readonly clients: number; readonly commands: number | null }
  /** Poisson arrivals that are fixed before the first of them; a command waits when all clients are busy. */
  | {
      readonly kind: 'open';
      readonly clients: number;
      readonly perSecond: number;
      readonly seconds: number;
    }
  /** Reads every key of the store once. */
  | { readonly kind: 'audit' };

export interface StartLoad {
  readonly kind: 'start';
  readonly program: Program;
  readonly functionsFile: string | null;
  readonly plan: string;
  /** Logical clients that the deployment knows. */
  readonly clientsMax: number;
  /** The first so many of them are this generator's. */
  readonly clients: number;
  readonly addresses: readonly (Address | null)[];
  readonly seed: number;
  /** Names the generator to the nodes: another one with the same clients is refused. */
  readonly token: string;
  /** Each request in a write of its own. */
  readonly single: boolean;
  readonly patience: Patience;
  /** Gets the history as JSON lines; null for none. */
  readonly historyFile: string | null;
}

export interface Patience {
  /** After so long without an answer the same request is sent again, to the next member; null: never. */
  readonly retryMs: number | null;
  /** After so long a request is given up: nobody knows what became of it. */
  readonly timeoutMs: number;
}

export type ToLoad = StartLoad | LoadOrder | { readonly kind: 'leave' };

/** To a generator that has started. */
export type LoadOrder =
  | { readonly kind: 'addresses'; readonly addresses: readonly (Address | null)[] }
  | { readonly kind: 'patience'; readonly patience: Patience }
  /** Which member of a role is asked first. */
  | { readonly kind: 'aim'; readonly member: number }
  | { readonly kind: 'load'; readonly load: Load }
  /** Wants a reading; the next one begins here. */
  | { readonly kind: 'read' }
  /** No new commands. Answered by `quiet`. */
  | { readonly kind: 'pause' };

export type FromLoad =
  /** Every node that has to do with clients is connected. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'reading'; readonly reading: LoadReading }
  /** For who looks on, a few times a second. */
  | { readonly kind: 'progress'; readonly answered: number; readonly retried: number }
  /** Nothing is open any more, and the history is on disk. */
  | { readonly kind: 'quiet' }
  | { readonly kind: 'failed'; readonly message: string };
