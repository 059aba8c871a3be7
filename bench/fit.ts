/**
 * Fits the costs of work to published throughputs: non-negative least squares on the logarithm of the
 * throughput. A plan's throughput is that of its busiest role, so the problem is linear only as long as the
 * same roles are the busiest; each round solves the linear problem of the present ones and goes as far in
 * its direction as the true error falls (Gauss and Newton, with a line search).
 *
 * Units that always occur together can't be told apart by a handful of figures; a small weight on the share
 * that each unit has of a command's time then spreads the cost over them, instead of over whichever comes first.
 */

import { addWork, mapWork, NO_WORK, timeOf, type Work, workTerms } from '../src/extract/cost.ts';

export interface PlanLoad {
  readonly name: string;
  /** Of the protocol's unoptimized program the `base` plan. */
  readonly protocol: string;
  readonly use: 'fit' | 'check';
  readonly machines: number;
  readonly commandsPerSecond: number;
  /** Work per command of the busiest process of each role. */
  readonly roles: readonly { readonly role: string; readonly work: Work }[];
}

/**
 * Weight of a unit's share of the time against an error of the throughput, both squared. From 0.0005 to
 * 0.1 the fitted figures stay within 3 % of the published ones and no other published plan is predicted more
 * than 18 % too fast or 25 % too slow, so nothing hangs on the value.
 */
const evenness = 0.02;

const roundsMax = 200;

/** Costs in microseconds from the plans whose use is `fit`. */
export function fitCosts(plans: readonly PlanLoad[]): Work {
  const fitted = plans.filter((plan) => plan.use === 'fit');
  const typical = typicalShares(fitted);
  let best: Work = NO_WORK;
  let bestError = Number.POSITIVE_INFINITY;
  for (const start of startsOf(fitted)) {
    const found = descend(fitted, typical, start);
    const error = errorOf(fitted, typical, found);
    if (error < bestError - 1e-12) {
      best = found;
      bestError = error;
    }
  }
  return best;
}

export function busiestRole(plan: PlanLoad, costs: Work): { role: string; microseconds: number } {
  return plan.roles
    .map(({ role, work }) => ({ role, microseconds: timeOf(work, costs) }))
    .reduce((most, each) => (each.microseconds > most.microseconds ? each : most));
}

export function predictedThroughput(plan: PlanLoad, costs: Work): number {
  return 1e6 / busiestRole(plan, costs).microseconds;
}

function descend(plans: readonly PlanLoad[], typical: Work, start: Work): Work {
  let costs = start;
  let error = errorOf(plans, typical, costs);
  for (let round = 0; round < roundsMax; round++) {
    const target = solveLinear(plans, typical, costs);
    let step = 1;
    let next = costs;
    let nextError = error;
    for (; step > 1e-6; step /= 2) {
      const tried = between(costs, target, step);
      const triedError = errorOf(plans, typical, tried);
      if (triedError >= nextError) continue;
      next = tried;
      nextError = triedError;
      break;
    }
    if (error - nextError < 1e-13) return costs;
    costs = next;
    error = nextError;
  }
  return costs;
}

/** One start for each unit that could explain everything alone, and one where all have an equal share. */
function startsOf(plans: readonly PlanLoad[]): readonly Work[] {
  const typical = typicalShares(plans);
  const even = mapWork((term) => (typical[term] === 0 ? 0 : 1 / typical[term] / workTerms.length));
  const tilted = workTerms
    .filter((term) => typical[term] > 0)
    .map((term) => addWork(even, { ...NO_WORK, [term]: 0.5 / typical[term] }));
  return [even, ...tilted];
}

/** Mean share of a command's time that one microsecond a unit would be. */
function typicalShares(plans: readonly PlanLoad[]): Work {
  return mapWork((term) => {
    const shares = plans.map((plan) => {
      const most = Math.max(...plan.roles.map(({ work }) => work[term]));
      return (most * plan.commandsPerSecond) / 1e6;
    });
    return shares.reduce((sum, share) => sum + share, 0) / plans.length;
  });
}

function errorOf(plans: readonly PlanLoad[], typical: Work, costs: Work): number {
  const errors = plans.map(
    (plan) => Math.log(plan.commandsPerSecond / predictedThroughput(plan, costs)) ** 2,
  );
  const uneven = workTerms.map((term) => evenness * (typical[term] * costs[term]) ** 2);
  return [...errors, ...uneven].reduce((sum, each) => sum + each, 0);
}

function between(from: Work, to: Work, step: number): Work {
  return mapWork((term) => from[term] + step * (to[term] - from[term]));
}

/**
 * The linear problem in which the busiest roles stay the busiest: relative errors of their times, squared.
 * Coordinate descent; each unit in turn takes its best value that isn't negative.
 */
function solveLinear(plans: readonly PlanLoad[], typical: Work, costs: Work): Work {
  const rows = plans.map((plan) => {
    const { role } = busiestRole(plan, costs);
    const work = plan.roles.find((each) => each.role === role)?.work ?? NO_WORK;
    return mapWork((term) => (work[term] * plan.commandsPerSecond) / 1e6);
  });
  const solution = { ...costs };
  const residuals = rows.map((row) => timeOf(row, solution) - 1);
  for (let sweep = 0; sweep < 3_000; sweep++) {
    for (const term of workTerms) {
      const curve = rows.reduce((sum, row) => sum + row[term] ** 2, evenness * typical[term] ** 2);
      if (curve === 0) continue;
      const slope = rows.reduce(
        (sum, row, at) => sum + row[term] * (residuals[at] ?? 0),
        evenness * typical[term] ** 2 * solution[term],
      );
      const value = Math.max(0, solution[term] - slope / curve);
      const change = value - solution[term];
      for (const [at, row] of rows.entries())
        residuals[at] = (residuals[at] ?? 0) + row[term] * change;
      Object.assign(solution, { [term]: value });
    }
  }
  return solution;
}
