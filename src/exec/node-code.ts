/** One role, compiled: what `step` runs. Made by `compile.ts`; shared by all members and parts of the role. */
import type { FactSet, Merging } from './fact-set.ts';
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

/** Takes a head fact. The destination of a send clause is its first column, before the channel's own. */
export type Emit = (fact: Fact) => void;

/** Derives the head facts of one clause; the same one may come more than once. */
export type RunClause = (slots: readonly FactSet[], me: number, delta: FactSet, emit: Emit) => void;

export interface CompiledClause {
  readonly id: string;
  /** Position in the role's clauses. */
  readonly index: number;
  /** The head's slot; -1 for a send clause. */
  readonly head: number;
  /** Slots that must not be empty for a head fact to exist. */
  readonly positive: readonly number[];
  /** Every slot that the body or a `default` reads. */
  readonly reads: readonly number[];
  /** Slots of the positive literals: more facts there give more rows. */
  readonly joined: readonly number[];
  /** Slots of negated literals and defaults: more facts there may give fewer. */
  readonly steady: readonly number[];
  readonly run: RunClause;
  /** The head has no aggregate and no index: a row of the body is a head fact. */
  readonly plain: boolean;
  /** One for each positive literal: the rows that need one of the new facts of that literal's slot. */
  readonly deltas: readonly { readonly slot: number; readonly run: RunClause }[];
  /** For an aggregate without a default; null for other heads. */
  readonly grouping: Grouping | null;
}

/** Keeps an aggregate up to date group by group. */
export interface Grouping {
  readonly rows: RunClause;
  /** Columns of a row, and of a head fact, that name its group. */
  readonly plainColumns: readonly number[];
  readonly headColumns: readonly number[];
  readonly head: (group: readonly Fact[]) => Fact | null;
}

/** Relations that are derived together: one, or several that depend on each other in a tick. */
export interface Unit {
  readonly slots: readonly number[];
  readonly clauses: readonly CompiledClause[];
  readonly reads: readonly number[];
  readonly recursive: boolean;
}

export interface SendClause {
  readonly clause: CompiledClause;
  readonly channel: string;
  /** Place in `NodeState.held`; null when an event literal makes it send in every tick. */
  readonly held: number | null;
}

/** A clause as it is measured. */
export interface MeasuredClause {
  readonly clause: CompiledClause;
  /** As for send clauses. */
  readonly event: boolean;
  /** Where exactly its head facts are after a tick: in a slot, or in `NodeState.held`; null when it must be run. */
  readonly result: { readonly kind: 'slot' | 'held'; readonly at: number } | null;
}

/** Everything that fills one relation in the next tick. */
export interface NextRelation {
  readonly slot: number;
  readonly clauses: readonly CompiledClause[];
  /** `persist r`: every fact stays. */
  readonly persists: boolean;
  readonly reads: readonly number[];
}

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
  readonly units: readonly Unit[];
  readonly sends: readonly SendClause[];
  readonly heldCount: number;
  readonly next: readonly NextRelation[];
  /** Every clause in program order. */
  readonly clauses: readonly MeasuredClause[];
  /** In program order. */
  readonly clauseIds: readonly string[];
  readonly isEvent: readonly boolean[];
  readonly measure: boolean;
  readonly limits: ExecLimits;
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
  /** From this many facts on it pays to look for what is new instead of deriving everything again. */
  readonly incrementalFrom: number;
}

export const defaultExecLimits: ExecLimits = {
  factsPerTickMax: 100_000,
  factsHeldMax: 1_000_000,
  joinStepsMax: 20_000_000,
  settleTicksMax: 1_000,
  incrementalFrom: 24,
};
