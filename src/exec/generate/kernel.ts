/** Generated modules as functions: what they are given, and what the machine that they make can do. */
import type { HeadPlan } from '../head.ts';
import type { NodeInput, Outgoing } from '../node-state.ts';
import type { Fact, Value } from '../value.ts';
import type { GroupTable } from './groups.ts';
import type { Meter } from './meter.ts';
import { runtime } from './runtime.ts';

/** What the clauses of one role and the machine of one member have beside their text. */
export interface Given {
  readonly ME: number;
  /** Built-in functions and those that the user bound, in the order of the text. */
  readonly CALL: readonly ((args: readonly Value[]) => Value)[];
  /** By slot with lattice columns: two facts that agree on the others as one. */
  readonly MERGE: Readonly<Record<number, (a: Fact, b: Fact) => Fact>>;
  /** By clause with an aggregate or a rank. */
  readonly HEADS: Readonly<Record<number, HeadPlan>>;
  /** By clause with an aggregate that is kept. */
  readonly GROUPS: Readonly<Record<number, GroupTable>>;
  /** Ids of the clauses. */
  readonly CLAUSES: readonly string[];
  readonly METER: Meter;
}

export interface SlotHandle {
  /** An initial fact. */
  readonly input: (fact: Fact) => void;
  /** A fact that was carried into this tick. */
  readonly load: (fact: Fact) => void;
  /** What held in the last tick. */
  readonly facts: () => readonly Fact[];
  /** What is carried into the next tick. */
  readonly carried: () => readonly Fact[];
  readonly changed: () => boolean;
  /** The last tick in which what is carried changed. */
  readonly flippedAt: () => number;
  readonly added: () => readonly Fact[];
  readonly removed: () => readonly Fact[];
  readonly count: () => number;
  readonly carriedCount: () => number;
}

export interface Kernel {
  readonly begin: () => void;
  /** What comes with the tick. */
  readonly give: (inbox: readonly NodeInput[]) => void;
  /** May throw `EvaluationAbort`; what is carried is untouched then. */
  readonly run: () => void;
  readonly end: () => void;
  readonly wipe: () => void;
  /** The clause that is being evaluated, or -1. */
  readonly at: () => number;
  readonly changed: () => boolean;
  readonly flushed: () => boolean;
  /** An empty tick would change nothing, send nothing, and find the same on disk before and after. */
  readonly idle: () => boolean;
  /** Facts that are remembered, for whatever reason, in all tables. */
  readonly records: () => number;
  /** Ticks so far. */
  readonly now: () => number;
  /** What this tick or the one before put on disk, or took from it, by slot of the durable relation. */
  readonly flips: (tick: number) => readonly {
    readonly slot: number;
    readonly fact: Fact;
    readonly kept: boolean;
  }[];
  readonly sent: () => readonly Outgoing[];
  readonly slots: readonly SlotHandle[];
  readonly held: readonly {
    readonly load: (fact: Fact) => void;
    readonly facts: () => readonly Fact[];
    readonly flippedAt: () => number;
  }[];
  /** 1: the timer runs; 2: it has expired. */
  readonly sites: readonly {
    readonly load: (fact: Fact, phase: 1 | 2) => void;
    readonly facts: (phase: 1 | 2) => readonly Fact[];
    readonly flippedAt: () => number;
    readonly has: (fact: Fact) => boolean;
  }[];
  /** Timers that began in this tick. */
  readonly armed: () => readonly { readonly site: number; readonly fact: Fact }[];
}

export const givenNames: readonly (keyof Given)[] = [
  'ME',
  'CALL',
  'MERGE',
  'HEADS',
  'GROUPS',
  'CLAUSES',
  'METER',
];

/** Compiles a text of `moduleText`. */
export function instantiate(text: string): (given: Given) => Kernel {
  const names = Object.keys(runtime);
  // The text is made of identifiers, JSON and comments that `text.ts` has escaped.
  const module = new Function(...names, text);
  return module(...Object.values(runtime)) as (given: Given) => Kernel;
}
