/** The plan for what was asked, and the front around it. */

import type { Objective } from '../plan/document.ts';
import type { CriticalPath } from '../plan/load-profile.ts';
import { cheapestForest, type Forest } from './choose.ts';
import type { CostModel } from './cost.ts';
import type { Measured } from './part-load.ts';
import { originalForest, placeForest } from './place.ts';
import type { SearchedSpace } from './plan-space.ts';
import { type PlanTable, planTable } from './plan-table.ts';
import { predictPlacement } from './predict.ts';
import { fastestWithin, paretoFront, type Sweep, sweep } from './throughput.ts';

export interface ExtractRequest {
  readonly objective: Objective;
  readonly model: CostModel;
  /** Null: three times the machines of the original. */
  readonly machinesMax: number | null;
  /** Commands per second; null: as many as possible, or those of the original where cost is minimized. */
  readonly target: number | null;
}

export interface Extracted {
  readonly table: PlanTable;
  readonly request: ExtractRequest;
  readonly machinesMax: number;
  /** The original when nothing better was found. */
  readonly forest: Forest;
  /** By machines, up to twice the cap; each plan is faster than every one with fewer machines. */
  readonly front: readonly Forest[];
  /** The chain of messages of a command in the original. */
  readonly path: CriticalPath | null;
  readonly reached: boolean;
  /** The dynamic program is exact over the searched space (`choose.ts` says why). */
  readonly optimal: boolean;
}

const FRONT_FACTOR = 2;
const DEFAULT_CAP_FACTOR = 3;
const PICOSECONDS = 1e12;

export function extractPlan(
  searched: SearchedSpace,
  measured: Measured,
  request: ExtractRequest,
): Extracted {
  const table = planTable(searched, measured, request.model);
  const original = originalForest(table);
  const machinesMax = request.machinesMax ?? DEFAULT_CAP_FACTOR * original.machines;
  const swept = sweep(table, FRONT_FACTOR * machinesMax);
  const front = paretoFront(swept, FRONT_FACTOR * machinesMax);
  const { path } = measured.profile;
  const found = { table, request, machinesMax, front, path, original, swept };
  const forest = bestFor(found);
  return {
    ...found,
    forest: forest ?? original,
    reached: forest !== null,
    optimal: true,
  };
}

interface Question {
  readonly table: PlanTable;
  readonly request: ExtractRequest;
  readonly machinesMax: number;
  readonly front: readonly Forest[];
  readonly path: CriticalPath | null;
  readonly original: Forest;
  readonly swept: Sweep;
}

/** Null when no plan under the cap reaches the target. */
function bestFor(question: Question): Forest | null {
  const { request, machinesMax, original, swept, table } = question;
  const { objective, target } = request;
  if (objective === 'latency') return quickest(question);
  if (objective === 'throughput' && target === null) {
    const fastest = fastestWithin(swept, machinesMax);
    if (fastest === null) return original.machines <= machinesMax ? original : null;
    return fastest.period < original.period ? fastest : original;
  }
  // A machine-hour has one price, so the fewest machines cost the fewest dollars.
  const period = target === null ? original.period : PICOSECONDS / target;
  const cheapest = cheapestForest(table, period);
  if (cheapest === null) return null;
  return cheapest.machines <= machinesMax || request.machinesMax === null ? cheapest : null;
}

/** Of the original and the front under the cap, that whose commands wait least; the original on a tie. */
function quickest(question: Question): Forest | null {
  const { table, original, front, machinesMax, path, request } = question;
  const { base } = table.searched;
  const period = request.target === null ? null : PICOSECONDS / request.target;
  const candidates = [original, ...front].filter(
    (each) => each.machines <= machinesMax && (period === null || each.period <= period),
  );
  let best: { readonly forest: Forest; readonly latencyMs: number } | null = null;
  for (const forest of candidates) {
    const { prediction } = predictPlacement(base, placeForest(table, forest), path, table.model);
    const latencyMs = prediction.latencyMs ?? Number.POSITIVE_INFINITY;
    if (best === null || latencyMs < best.latencyMs) best = { forest, latencyMs };
  }
  return best?.forest ?? null;
}
