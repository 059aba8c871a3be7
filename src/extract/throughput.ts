/**
 * The fastest plan under a machine cap, and the Pareto front of machines against throughput.
 *
 * What a plan costs changes only where some part needs one process more, so the times per command at which
 * that happens are all that matter: between two of them nothing changes. Over them the machines needed fall
 * as the time grows, so bisection finds the exact optimum.
 */

import { compareNumbers, sorted } from '../base/order.ts';
import { atOnce, type Turns } from '../base/turns.ts';
import { cheapestForest, type Forest, processesMax } from './choose.ts';
import { leavesOf, type PlanTable, periodOf } from './plan-table.ts';

/** Answers for each time per command are kept: the front asks for the same ones again. */
export interface Sweep {
  /** Times per command, in picoseconds, at which some part needs another number of processes; ascending. */
  readonly periods: readonly number[];
  /** The cheapest plan at `periods[at]`; null when there is none. */
  readonly at: (index: number) => Forest | null;
}

/** `machinesMax` bounds the processes of a part that are worth looking at. */
export function sweep(table: PlanTable, machinesMax: number): Sweep {
  const found = new Set<number>();
  for (const leaf of leavesOf(table)) {
    const affordable = Math.floor(machinesMax / leaf.machines);
    const most = leaf.spread === null ? 1 : Math.min(affordable, processesMax);
    for (let processes = 1; processes <= most; processes++) found.add(periodOf(leaf, processes));
  }
  const periods = sorted(found, compareNumbers);
  const known = new Map<number, Forest | null>();
  const at = (index: number): Forest | null => {
    const answer = known.get(index);
    if (answer !== undefined) return answer;
    const forest = cheapestForest(table, periods[index] ?? 0);
    known.set(index, forest);
    return forest;
  };
  return { periods, at };
}

/** The plan with the highest throughput, and of those the cheapest; null when none fits under the cap. */
export function fastestWithin(sweep: Sweep, machinesMax: number): Forest | null {
  const fits = (at: number): boolean => {
    const forest = sweep.at(at);
    return forest !== null && forest.machines <= machinesMax;
  };
  let to = sweep.periods.length - 1;
  if (to < 0 || !fits(to)) return null;
  for (let from = 0; from < to; ) {
    const middle = (from + to) >> 1;
    if (fits(middle)) to = middle;
    else from = middle + 1;
  }
  return sweep.at(to);
}

/** Points of a front that are computed: each costs about twenty plans. */
export const frontPointsMax = 48;

/**
 * By machines, up to the cap; each plan is faster than every plan with fewer machines. Where that would be
 * more points than the limit, caps are left out evenly on a logarithmic scale, below what the fastest plan takes:
 * however many machines there are, it uses no more.
 */
export function paretoFront(sweep: Sweep, machinesMax: number): readonly Forest[] {
  return atOnce(frontInTurns(sweep, machinesMax, machinesMax)).points;
}

export interface Front {
  readonly points: readonly Forest[];
  /** False when points are left out because nobody waits for them. */
  readonly complete: boolean;
}

/** A turn is a point. Ended early, those left are the best under `cap` and the one of fewest machines. */
export function* frontInTurns(sweep: Sweep, machinesMax: number, cap: number): Turns<Front> {
  const fastest = fastestWithin(sweep, machinesMax);
  if (fastest === null) return { points: [], complete: true };
  const most = fastest.machines;
  const fewest = sweep.at(sweep.periods.length - 1)?.machines ?? most;
  const isFine = most - fewest <= frontPointsMax;
  const factor = (fewest / most) ** (1 / frontPointsMax);
  const front: Forest[] = [fastest];
  let complete = true;
  for (let last = most; ; ) {
    const fine = isFine ? last - 1 : Math.max(Math.floor(last * factor), fewest);
    const isOver = yield;
    const next = !isOver ? fine : last > cap ? cap : fewest;
    if (next < Math.min(fine, last - 1)) complete = false;
    const forest = fastestWithin(sweep, Math.min(next, last - 1));
    if (forest === null) return { points: front.reverse(), complete };
    front.push(forest);
    last = forest.machines;
  }
}
