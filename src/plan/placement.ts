/** What extraction decides, as plain data: which clauses run together, and on how many processes. */

import type { Clause } from '../ir/clause.ts';
import type { Keys } from '../ir/key.ts';
import type { Channel, Relation } from '../ir/program.ts';

export interface PlacedPart {
  /** The role of the original program whose clauses these are. */
  readonly role: string;
  /** True for the one part of a role that keeps its address: outsiders send to it. */
  readonly home: boolean;
  /** The rule that made the part, or `original`. */
  readonly by: string;
  readonly clauses: readonly Clause[];
  /** Channels of the original that reach this part through a relay. */
  readonly relayed: readonly string[];
  /**
   * Keys by relation and channel; null when the part isn't partitioned. Without columns: no process has less of
   * it when there are more of them, and the first column of a message says which process it is for.
   */
  readonly policy: Keys | null;
  /** Processes of each logical member. */
  readonly instances: number;
}

/** A channel between two parts of one member. */
export interface PlacedForward {
  readonly channel: Channel;
  /** The channel whose facts it relays unchanged, if it is a relay's. */
  readonly relays: string | null;
  /** The parameter that is the number of processes which read it. */
  readonly counts?: string;
}

export interface Placement {
  readonly parts: readonly PlacedPart[];
  readonly forwards: readonly PlacedForward[];
  /** Relations that keep forwarded facts. */
  readonly kept: readonly Relation[];
}
