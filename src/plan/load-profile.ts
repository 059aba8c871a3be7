/**
 * What one command of the declared workload costs a program, counted in a run and not assumed: made by
 * `sim/load-profile.ts`, read by the cost models as a value. Every figure is per command, in the steady
 * state and without faults, each message in a tick of its own.
 */

/** How many facts or messages, and their bytes together. */
export interface Flow {
  readonly count: number;
  readonly bytes: number;
}

export interface ProcessLoad {
  /** `leader`, `acceptor:2`, `acceptorShard:2/1`. */
  readonly name: string;
  readonly role: string;
  readonly member: number;
  readonly part: number;
  /** Messages by channel. A channel without traffic is absent. */
  readonly received: Readonly<Record<string, Flow>>;
  readonly sent: Readonly<Record<string, Flow>>;
  /** Head facts that a clause derived and that weren't there in the tick before, by clause id. */
  readonly derived: Readonly<Record<string, number>>;
  /** Facts of a relation that became true, by relation. */
  readonly facts: Readonly<Record<string, Flow>>;
  /** Ticks that had an input or changed something. */
  readonly ticks: number;
  /** Ticks that ended with new facts of a durable relation to write. */
  readonly flushes: number;
  /** Timers and expiries that fired, at the nominal rate of commands. */
  readonly timers: number;
}

/** The chain of messages that a command waited for, from the client back to the client. */
export interface CriticalPath {
  /** Messages, the client's own two included. */
  readonly hops: number;
  /** Flushes that had to be over before the next message of the chain could leave. */
  readonly flushes: number;
  /** Channels in the order of the chain. */
  readonly channels: readonly string[];
  /** Processes that handled it, by name; one less than the channels. */
  readonly processes: readonly string[];
}

/** The values of one column of a channel over the whole run: how well they spread facts over processes. */
export interface KeySpread {
  /** Values that occurred. */
  readonly distinct: number;
  /** Those that first occurred in the second half of the messages: about half when values are always new. */
  readonly late: number;
  /** The share of the messages that carried the most frequent value, 0 to 1. */
  readonly heaviest: number;
}

export interface LoadProfile {
  /** Commands that were measured. */
  readonly commands: number;
  /** Those that were answered; less than `commands` when the program stalls without faults. */
  readonly answered: number;
  /** Commands per second that set the rate of timers against the rate of commands. */
  readonly nominalRate: number;
  readonly processes: readonly ProcessLoad[];
  /** The longest of the measured commands' chains that at least half of them reach; null if none was answered. */
  readonly path: CriticalPath | null;
  /** By channel, one for each column; a channel without traffic is absent. */
  readonly keys: Readonly<Record<string, readonly KeySpread[]>>;
}
