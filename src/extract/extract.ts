/** The plan for what was asked, and the front around it. */

import type { Turns } from '../base/turns.ts';
import type { Objective } from '../plan/document.ts';
import { asWritten } from './as-written.ts';
import { cheapestForest, type Forest, secondForest } from './choose.ts';
import type { CostModel } from './cost.ts';
import { type CommandPath, commandPath } from './critical-path.ts';
import { quickestInTurns } from './fastest-command.ts';
import type { Measured } from './part-load.ts';
import { originalForest, placeForest } from './place.ts';
import type { SearchedSpace } from './plan-space.ts';
import { type PlanTable, planTable } from './plan-table.ts';
import { predictPlacement } from './predict.ts';
import { fastestWithin, frontInTurns, type Sweep, sweep } from './throughput.ts';

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
  /** False where the fewest machines that reach a target are asked for, however many those are. */
  readonly isCapped: boolean;
  /** The original when nothing better was found. */
  readonly forest: Forest;
  /** By machines, up to twice the cap; each plan is faster than every one with fewer machines. */
  readonly front: readonly Forest[];
  /** Points of the front were left out because nobody waited for them. */
  readonly pointsLeftOut: boolean;
  /** Somebody asked for what there is so far. */
  readonly interrupted: boolean;
  /** The chain of messages of a command in the original. */
  readonly path: CommandPath | null;
  /** False when no plan under the cap reaches the target. */
  readonly reached: boolean;
  /** The fewest machines that reach the target, where some plan does; null without a target. */
  readonly machinesNeeded: number | null;
  /** The next best plan under the cap, another one in at least one part; null when there is none. */
  readonly runnerUp: Forest | null;
  /**
   * Exact over the searched space: the dynamic program always is (`choose.ts` says why), the enumeration for
   * latency when no limit cut it off.
   */
  readonly optimal: boolean;
}

const FRONT_FACTOR = 2;
const DEFAULT_CAP_FACTOR = 3;
const PICOSECONDS = 1e12;

/** Ended early, it is the same plan with fewer points around it. `given`: the program as its author wrote it, before program rules changed it; its throughput is what is kept. */
export function* extractPlan(
  searched: SearchedSpace,
  measured: Measured,
  given: Measured,
  request: ExtractRequest,
): Turns<Extracted> {
  const table = planTable(searched, measured, request.model);
  const original = originalForest(table);
  const machinesMax = request.machinesMax ?? DEFAULT_CAP_FACTOR * original.machines;
  const swept = sweep(table, FRONT_FACTOR * machinesMax);
  const { points, complete } = yield* frontInTurns(swept, FRONT_FACTOR * machinesMax, machinesMax);
  const path = commandPath(measured);
  const { period } = asWritten(given, request.model).forest;
  const question = { table, request, machinesMax, path, period, swept, front: points };
  const { ranked, optimal, machinesNeeded } = yield* answer(question);
  const isOver = yield;
  const [best, second] = ranked;
  return {
    table,
    request,
    machinesMax,
    isCapped: isCapped(request),
    front: points,
    pointsLeftOut: !complete,
    interrupted: isOver,
    path,
    forest: best ?? original,
    reached: best !== undefined,
    machinesNeeded,
    runnerUp: second ?? null,
    optimal,
  };
}

/** `latency` obeys a cap whatever it is asked to reach; otherwise a target replaces the cap that nobody set. */
function isCapped({ objective, machinesMax, target }: ExtractRequest): boolean {
  return machinesMax !== null || target === null || objective === 'latency';
}

interface Question {
  readonly table: PlanTable;
  readonly request: ExtractRequest;
  readonly machinesMax: number;
  readonly path: CommandPath | null;
  /** Time per command of the program as given, in picoseconds. */
  readonly period: number;
  readonly swept: Sweep;
  readonly front: readonly Forest[];
}

interface Answer {
  /** Under the cap and up to the target, best first; empty when there is no such plan. */
  readonly ranked: readonly Forest[];
  readonly machinesNeeded: number | null;
  readonly optimal: boolean;
}

function* answer(question: Question): Turns<Answer> {
  const { request, machinesMax, swept, table } = question;
  const { objective, target } = request;
  if (objective === 'latency') return yield* quickest(question);
  if (objective === 'throughput' && target === null) {
    const fastest = fastestWithin(swept, machinesMax);
    if (fastest === null) return { ranked: [], machinesNeeded: null, optimal: true };
    return {
      ranked: cheapestAt(table, fastest.period, machinesMax),
      machinesNeeded: null,
      optimal: true,
    };
  }
  // A machine-hour has one price, so the fewest machines cost the fewest dollars.
  const period = target === null ? question.period : PICOSECONDS / target;
  const cap = isCapped(request) ? machinesMax : Number.POSITIVE_INFINITY;
  const machinesNeeded = target === null ? null : (cheapestForest(table, period)?.machines ?? null);
  return { ranked: cheapestAt(table, period, cap), machinesNeeded, optimal: true };
}

/** The cheapest plan at a time per command, and the second cheapest. */
function cheapestAt(table: PlanTable, period: number, cap: number): readonly Forest[] {
  return [cheapestForest(table, period), secondForest(table, period)]
    .filter((forest) => forest !== null)
    .filter((forest) => forest.machines <= cap);
}

function* quickest({ table, request, machinesMax, path, front }: Question): Turns<Answer> {
  const { base } = table.searched;
  const period = request.target === null ? Number.POSITIVE_INFINITY : PICOSECONDS / request.target;
  const latencyOf = (forest: Forest): number => {
    const { prediction } = predictPlacement(base, placeForest(table, forest), path, table.model);
    return prediction.latencyMs ?? 0;
  };
  const { ranked, complete } = yield* quickestInTurns(table, {
    cap: machinesMax,
    period,
    latencyOf,
    known: front,
  });
  const machinesNeeded =
    request.target === null ? null : (cheapestForest(table, period)?.machines ?? null);
  return { ranked, machinesNeeded, optimal: complete };
}
