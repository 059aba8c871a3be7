/** One role, compiled: what `step` runs. Made by `compile.ts`; shared by all members and parts of the role. */
import type { FactSet, Merging } from './fact-set.ts';
import type { Kernel } from './generate/kernel.ts';
import type { Meter } from './generate/meter.ts';
import type { Fact, Value } from './value.ts';

/** What the closures of a clause see while it is evaluated. */
export interface Frame {
  readonly me: number;
  /** By variable of the clause. */
  readonly variables: Value[];
  /** By slot: the facts of this tick. */
  readonly slots: readonly FactSet[];
  /** In place of the slot's facts where a clause is evaluated for new facts only. */
  readonly delta: FactSet;
  /** Takes what the innermost goal found. */
  readonly emit: (row: Fact) => void;
  /** Facts that may still be looked at: a join of large relations must end before it stops the machine. */
  budget: number;
}

export type Evaluate = (frame: Frame) => Value;

/** Derives rows; the same one may come more than once. */
export type RunClause = (
  slots: readonly FactSet[],
  me: number,
  delta: FactSet,
  emit: (row: Fact) => void,
) => void;

/** `after delayMs since r(..)`: one timer for each fact of the relation, shared by all its literals. */
export interface ExpirySite {
  readonly relation: string;
  readonly delayMs: number;
  /** Slot of the relation. */
  readonly source: number;
  /** Slot of the expired facts. */
  readonly slot: number;
}

export interface InitialCode {
  readonly slot: number;
  readonly durable: boolean;
  readonly fact: (me: number) => Fact;
}

export interface NodeCode {
  readonly role: string;
  readonly slotCount: number;
  /** By slot: the name as the program writes it, for messages and observers. */
  readonly names: readonly string[];
  /** Relations have the first slots, in declaration order. */
  readonly relationCount: number;
  readonly merging: readonly (Merging | null)[];
  readonly channels: ReadonlyMap<string, number>;
  /** Slot and period. */
  readonly timers: ReadonlyMap<string, { readonly slot: number; readonly periodMs: number }>;
  readonly rigid: (me: number) => readonly { readonly slot: number; readonly facts: FactSet }[];
  readonly durable: readonly {
    readonly slot: number;
    readonly stableSlot: number;
    /** Some clause carries it over; otherwise what a tick derives is what is flushed. */
    readonly carried: boolean;
  }[];
  readonly sites: readonly ExpirySite[];
  readonly initial: readonly InitialCode[];
  /** Send clauses without an event: each has a place in `NodeState.held`. */
  readonly heldCount: number;
  /** Ids of the send clauses. */
  readonly sends: readonly string[];
  /** A send clause with an event, which a role that never settles is suspected of. */
  readonly restless: string | null;
  /** Slots that clauses carry over. */
  readonly carried: ReadonlySet<number>;
  /** In program order. */
  readonly clauseIds: readonly string[];
  /** By clause: some literal of the body is an event. */
  readonly isEventClause: readonly boolean[];
  readonly isEvent: readonly boolean[];
  readonly measure: boolean;
  readonly limits: ExecLimits;
  /** Makes the machine of one member. */
  readonly kernel: (me: number, meter: Meter) => Kernel;
  /** The generated JavaScript. */
  readonly text: string;
  /** Clauses `persist r`: by slot and position in the role's clauses. */
  readonly persists: readonly { readonly slot: number; readonly index: number }[];
  /** Slots of stable views that something reads. */
  readonly watched: ReadonlySet<number>;
}

export interface ExecLimits {
  /** Facts that one tick may derive in one relation by recursion. */
  readonly factsPerTickMax: number;
  /** Facts that one relation may carry from tick to tick. */
  readonly factsHeldMax: number;
  /** Facts that the join of one clause may look at in one tick. */
  readonly joinStepsMax: number;
  /** Ticks without input until a node must be settled. */
  readonly settleTicksMax: number;
}

export const defaultExecLimits: ExecLimits = {
  factsPerTickMax: 100_000,
  factsHeldMax: 1_000_000,
  joinStepsMax: 20_000_000,
  settleTicksMax: 1_000,
};
