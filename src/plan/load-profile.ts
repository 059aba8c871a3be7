/**
 * What one command costs each role, in units of work: counted by running a program in the simulator, not
 * assumed. Extraction reads it as a value, so it never runs anything itself.
 *
 * All figures are of the busiest process of a role (its busiest member, and of that the busiest part) and
 * are divided by the number of commands that the clients completed.
 */

export interface LoadProfile {
  /** Commands that were completed while it was counted. */
  readonly commands: number;
  readonly roles: readonly RoleLoad[];
}

export interface RoleLoad {
  readonly role: string;
  /** The process that was counted: `leader`, `acceptor:2`, `acceptorShard:2/1`. */
  readonly process: string;
  /** By channel that the role reads. */
  readonly received: Readonly<Record<string, Traffic>>;
  /** By the id of a send clause: what it put on the wire. */
  readonly sent: Readonly<Record<string, Traffic>>;
  /** By the id of a clause, send clauses too: head facts that didn't hold in the tick before. */
  readonly derived: Readonly<Record<string, number>>;
  /** Ticks that had something new to write to disk. */
  readonly syncs: number;
  /** By channel that the role reads, one for each column: how well its values spread facts over processes. */
  readonly keys: Readonly<Record<string, readonly KeySpread[]>>;
}

/** Per command. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** Of one column of one channel, over the whole run; not divided by the commands. */
export interface KeySpread {
  /** Values that occurred. */
  readonly distinct: number;
  /** The share of the messages that carried the most frequent value, 0 to 1. */
  readonly heaviest: number;
}

export const NO_TRAFFIC: Traffic = { messages: 0, bytes: 0 };
