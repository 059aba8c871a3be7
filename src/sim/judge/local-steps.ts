/** What processes take and do in a search: their inputs, their steps, and how their states came about. Everything has a number. */
import type { Fact } from '../../exec/value.ts';
import type { Channel } from '../../ir/program.ts';

export type InputInfo =
  | {
      readonly kind: 'message';
      readonly process: number;
      readonly channel: Channel;
      readonly fact: Fact;
      /** Number of its stream, for an ordered channel: one sender, one receiver; else -1. */
      readonly stream: number;
      /** The logical member that sent it; -1 for a client. */
      readonly from: number;
      /** The process or client that sent it, by name. */
      readonly sender: string;
      /** Between two parts of one member: gone when the member starts anew. */
      readonly internal: boolean;
      /** May be taken as soon as it is sent (eager-channels.ts). */
      readonly eager: boolean;
    }
  | { readonly kind: 'timer'; readonly process: number; readonly timer: string }
  | {
      readonly kind: 'expiry';
      readonly process: number;
      readonly site: number;
      readonly fact: Fact;
    };

/** What a process sends in one step, by number. */
export interface Emission {
  /** Unordered channels, sorted. */
  readonly flight: readonly number[];
  /** Ordered channels, in the order of sending. */
  readonly queued: readonly number[];
  /** To clients, sorted. */
  readonly outputs: readonly number[];
}

export interface LocalStep extends Emission {
  readonly next: number;
}

/** What one process does: the ticks from a local state with a batch; null for all until it is settled. */
export interface LocalRun {
  readonly process: number;
  readonly local: number;
  readonly batch: readonly number[];
  readonly ticks: number | null;
}

/** How a local state was first met. */
export type Derivation =
  | { readonly kind: 'fresh' }
  /** All ticks until it is settled. */
  | { readonly kind: 'settled'; readonly from: number; readonly batch: readonly number[] }
  | { readonly kind: 'tick'; readonly from: number; readonly batch: readonly number[] }
  | { readonly kind: 'doomed'; readonly from: number; readonly flush: 'kept' | 'lost' }
  | { readonly kind: 'restarted'; readonly from: number };
