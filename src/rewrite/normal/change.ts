/** Changes of a whole program, as program rules propose them and their conditions see them. */

import type { Expression } from '../../ir/expression.ts';
import type { Program } from '../../ir/program.ts';

export type ProgramChange =
  /** Only messages for which the expression over the channel's columns holds are sent. */
  | { readonly kind: 'select'; readonly channel: string; readonly keeps: Expression }
  /** The column, counted from 0, is no longer sent. */
  | { readonly kind: 'project'; readonly channel: string; readonly column: number }
  /** The clause sends what it hasn't sent before; `sent` is the relation that remembers. */
  | {
      readonly kind: 'dedupe';
      readonly channel: string;
      readonly clause: string;
      readonly sent: string;
    }
  /** `name` is derived as `instead` is: who reads it reads `instead`. */
  | {
      readonly kind: 'share';
      readonly role: string;
      readonly name: string;
      readonly instead: string;
    };

export interface ProgramProposal {
  /** The role whose clauses change: for a channel, the one that sends it. */
  readonly at: string;
  readonly change: ProgramChange;
  readonly after: Program;
  readonly summary: string;
}

/** What a run of the program showed; null for what wasn't seen or measured. */
export interface ProgramFacts {
  /** The share of a channel's messages that carry the most frequent value of the column, 0 to 1. */
  readonly heaviest: (channel: string, column: number) => number | null;
  /** How often each message of the channel is sent at least, on average. */
  readonly repeated: (channel: string) => number | null;
}

export const NO_FACTS: ProgramFacts = { heaviest: () => null, repeated: () => null };
