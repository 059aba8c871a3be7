/**
 * What one process holds between two ticks, what it is given, and what it gives back. All of it is immutable:
 * a step makes a new state that shares what didn't change, so a model checker can keep millions.
 */
import type { FactSet } from './fact-set.ts';
import type { RuntimeFault } from './fault.ts';
import type { Fact } from './value.ts';

export interface NodeState {
  /** The member's number: `me`. */
  readonly me: number;
  /** By relation of the role, in declaration order: what holds at the start of the next tick. */
  readonly carried: readonly FactSet[];
  /** By durable relation: what is on disk, hence `stable` in the next tick. */
  readonly disk: readonly FactSet[];
  /** By durable relation: what was on disk one tick earlier; null before the first flush. */
  readonly diskBefore: readonly FactSet[] | null;
  /** By send clause without an event: what it would send in the last tick, and so doesn't send again. */
  readonly held: readonly FactSet[];
  /** By `after D since r`: facts whose timer runs. Any of them may expire in the next tick. */
  readonly armed: readonly FactSet[];
  /** By `after D since r`: facts that have expired and still hold. */
  readonly expired: readonly FactSet[];
  /** `fresh` and `restarted` before their first tick, in which initial facts hold. */
  readonly phase: 'fresh' | 'restarted' | 'running';
  /** An empty tick would change and send nothing. */
  readonly settled: boolean;
}

export type NodeInput =
  | { readonly kind: 'message'; readonly channel: string; readonly fact: Fact }
  | { readonly kind: 'timer'; readonly timer: string }
  /** The fact `fact` of `armed[site]` expires. */
  | { readonly kind: 'expiry'; readonly site: number; readonly fact: Fact };

export interface Outgoing {
  readonly channel: string;
  /** Logical id of the addressed member. */
  readonly destination: number;
  readonly fact: Fact;
  /** Id of the send clause; of several that send the same, the first. */
  readonly clause: string;
}

export interface TickStats {
  /** By clause, in the role's order: head facts that weren't there in the last tick (all, for event clauses). */
  readonly derived: readonly number[];
  /** Some durable relation has new facts to write. */
  readonly flushed: boolean;
}

export interface Stepped {
  readonly kind: 'stepped';
  readonly state: NodeState;
  /** Each message once, in a fixed order. */
  readonly outbox: readonly Outgoing[];
  /** Null unless the code was compiled to measure. */
  readonly stats: TickStats | null;
}

export type StepResult = Stepped | { readonly kind: 'fault'; readonly fault: RuntimeFault };
