/**
 * The vocabulary of costs: what a unit of work takes on one machine, a hop on the network, an hour in
 * money. The data is a JSON file under `cost-models/` that says how each figure came about
 * (`cost-model-file.ts` reads it); the functions that use it are `part-load.ts` and `predict.ts`.
 */

import type { CostClass } from '../ir/operator.ts';

/** In the order of reports. */
export const workTerms = [
  'wake',
  'receive',
  'send',
  'fromClient',
  'toClient',
  'held',
  'byte',
  'fact',
  'aggregate',
  'sync',
] as const;

/**
 * Units of work of one process. What a process does is summed, since it runs one tick at a time.
 *
 * - `wake`: a command in which it takes part, however many of its messages come: waking up, reading the
 *   inbox, scheduling the tick. Messages of one command that arrive close together share it.
 * - `receive`, `send`: a message.
 * - `fromClient`, `toClient`: on top of these, when the other end is a client; connections to clients are
 *   many and each carries little.
 * - `held`: on top of `send`, a message that rests on `stable r`: it is put aside until the flush is over and
 *   handled a second time then.
 * - `byte`: received or sent.
 * - `fact`: a head fact that a clause derives: the operators of its body.
 * - `aggregate`: on top of `fact`, when the head aggregates or numbers: its group is read again.
 * - `sync`: a tick that writes to disk: the record and the call. Waiting for the disk takes no processor.
 */
export type WorkTerm = (typeof workTerms)[number];

/**
 * The term that an operator is charged to on top of the fact that its clause derives; null for those that are part of
 * the fact itself. A class of operators without a line here doesn't compile.
 */
export const chargedTo: Readonly<Record<CostClass, WorkTerm | null>> = {
  free: null,
  fact: null,
  probe: null,
  group: 'aggregate',
  sort: 'aggregate',
  state: null,
  disk: 'sync',
  timer: null,
  message: 'send',
};

/** By term: counts per command, or microseconds of processor time per unit. */
export type Work = Readonly<Record<WorkTerm, number>>;

export interface LatencyCosts {
  /** One message from process to process, or between a client and a process, unloaded. */
  readonly hopMs: number;
  /** Mean of the random part of `hopMs`: what makes the slowest of several answers later than the first. */
  readonly jitterMs: number;
  /** A flush to disk. */
  readonly syncMs: number;
}

export interface CostModel {
  readonly name: string;
  /** The machine that the figures are of. */
  readonly machine: string;
  /** Microseconds. */
  readonly work: Work;
  readonly latency: LatencyCosts;
  readonly dollarsPerMachineHour: number;
  /** By group of figures: where they come from, and how they were measured or fitted. */
  readonly provenance: Readonly<Record<string, string>>;
}

export const NO_WORK: Work = mapWork(() => 0);

export function mapWork(value: (term: WorkTerm) => number): Work {
  const entries = workTerms.map((term) => [term, value(term)] as const);
  return Object.fromEntries(entries) as Record<WorkTerm, number>;
}

export function addWork(a: Work, b: Work): Work {
  return mapWork((term) => a[term] + b[term]);
}

/** Microseconds that the work takes. */
export function timeOf(work: Work, costs: Work): number {
  return workTerms.reduce((sum, term) => sum + work[term] * costs[term], 0);
}
