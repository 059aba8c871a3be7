/**
 * The plan document (`compart/plan@1`): what `optimize --json` prints and every later command reads.
 * It is self-contained: the original program's text, the plan as a program, the figures that were
 * predicted, and the proof that justifies each step. A figure that wasn't computed is absent, never 0.
 */

import type { DeclinedRewrite, ProofRecord, SearchReport } from '../base/search-record.ts';

export const PLAN_SCHEMA = 'compart/plan@1';

/** Of the tool; a test holds it to package.json. */
export const VERSION = '0.1.0';

export interface PlanDocument {
  readonly schema: typeof PLAN_SCHEMA;
  readonly version: string;
  readonly seed: number;
  readonly program: ProgramReference;
  /** The plan as a program of our language. */
  readonly ir: string;
  readonly cost: CostRequest;
  readonly original: Deployment;
  readonly plan: Deployment & { readonly channels: readonly PlanChannel[] };
  /** Absent when no other plan was found. */
  readonly runnerUp?: RunnerUp;
  /** The Pareto front of machines against throughput, by machines. */
  readonly frontier: readonly FrontierPoint[];
  readonly trace: readonly TraceStep[];
  readonly declined: readonly DeclinedRewrite[];
  /** Declared dependencies that the workload itself breaks, and proofs may rest on; absent when it keeps all. */
  readonly brokenDependencies?: readonly BrokenDependency[];
  readonly search: SearchReport;
}

/** A broken dependency in the program's words. */
export interface BrokenDependency {
  readonly relation: string;
  /** `key (id)` or `(id) -> (x, y)`. */
  readonly dependency: string;
  /** The process that had both facts in one tick. */
  readonly node: string;
  readonly facts: readonly [string, string];
}

export interface ProgramReference {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly sha256: string;
  readonly text: string;
}

export type Objective = 'throughput' | 'latency' | 'machines' | 'dollars';

export interface CostRequest {
  readonly objective: Objective;
  readonly model: string;
  /** Absent where the fewest machines that reach the target were asked for, however many. */
  readonly machinesMax?: number;
  /** Commands per second that were asked for. */
  readonly target?: number;
}

export interface Prediction {
  /** Commands per second at which the busiest machine is saturated. */
  readonly throughput: number;
  /** Unloaded, of one command, in milliseconds. */
  readonly latencyMs?: number;
  readonly dollarsPerHour?: number;
  /** The role whose machines saturate first. */
  readonly bottleneck: string;
}

export interface Deployment {
  readonly machines: number;
  readonly roles: readonly PlanRole[];
  readonly predicted: Prediction;
}

export interface PlanRole {
  readonly name: string;
  /** The role of the original program that it is a part of. */
  readonly origin: string;
  /** The rule that made it, or `original`. */
  readonly by: string;
  /** Partitions of each logical member. */
  readonly instances: number;
  /** Logical members. machines = instances * of. */
  readonly of: number;
  readonly partitionKey: readonly string[];
  readonly clauses: readonly string[];
  /** Predicted share of a machine's time at the predicted throughput, 0 to 1. */
  readonly utilization?: number;
}

export interface PlanChannel {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** How the receiving process is chosen: `member`, or `member, id mod 5`. */
  readonly route: string;
  /** True for a channel that a rewrite introduced. */
  readonly introduced: boolean;
}

/** The next best plan under the same cap, as much of it as shows why it isn't the plan. */
export interface RunnerUp {
  readonly machines: number;
  readonly roles: readonly Omit<PlanRole, 'clauses'>[];
  readonly predicted: Prediction;
  /** `1 machine more for the same throughput` */
  readonly lost: string;
}

export interface FrontierPoint {
  readonly machines: number;
  readonly throughput: number;
  readonly latencyMs?: number;
  readonly dollarsPerHour?: number;
}

export interface TraceStep {
  readonly rule: string;
  /** The role it was applied to, as named in the program before the step. */
  readonly at: string;
  readonly summary: string;
  readonly obligations: readonly ProofRecord[];
  readonly before: { readonly throughput: number; readonly machines: number };
  readonly after: { readonly throughput: number; readonly machines: number };
  /** The whole program after the step, in our language. */
  readonly ir: string;
}
