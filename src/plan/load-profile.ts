/**
 * What one command costs each role, in units of work: counted by running a program in the simulator, not
 * assumed. Extraction reads it as a value, so it never runs anything itself.
 */

export interface LoadProfile {
  /** Commands that were issued while it was counted. */
  readonly commands: number;
  /** Those that were answered; less than `commands` when the program stalls without faults. */
  readonly answered: number;
  readonly roles: readonly RoleLoad[];
  /** By channel, one for each column, over all its messages: how well its values spread facts over processes. */
  readonly keys: Readonly<Record<string, readonly KeySpread[]>>;
  /** The longest of the commands' chains that at least half of them reach; null if none was answered. */
  readonly path: CriticalPath | null;
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

/**
 * The busiest process of a role: of its busiest member the busiest part. All figures are divided by the
 * number of commands.
 */
export interface RoleLoad {
  readonly role: string;
  /** The process that was counted: `leader`, `acceptor:2`, `acceptorShard:2/1`. */
  readonly process: string;
  /** By channel that the role reads. */
  readonly received: Readonly<Record<string, Traffic>>;
  /** By the id of a send clause: what it put on the wire. */
  readonly sent: Readonly<Record<string, Traffic>>;
  /** By the id of any other clause: head facts that didn't hold in the tick before. */
  readonly derived: Readonly<Record<string, number>>;
  /** Ticks that had something new to write to disk. */
  readonly syncs: number;
}

/** Per command. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** The values of one column over the whole run. */
export interface KeySpread {
  /** Values that occurred. */
  readonly distinct: number;
  /** Those of them that first occurred in the second half of the messages: near half when values are always new. */
  readonly late: number;
  /** The share of the messages that carried the most frequent value, 0 to 1. */
  readonly heaviest: number;
}
