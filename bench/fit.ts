/**
 * Fits the costs of work to published throughputs. A published figure is rounded, so it says that a throughput lies
 * between two bounds and no more; all costs that meet every bound explain the figures equally well. A plan's
 * throughput is that of its busiest role: each choice of busiest roles makes the bounds linear, and the costs that meet
 * them are the union of a few polytopes.
 *
 * Of these costs the fit takes those nearest to what is known from elsewhere (`known`), as shares of a command's time: a
 * unit of which nothing is known costs no more than the figures ask for, and what units that always occur together
 * cost is spread over them, so nothing stands on one of them alone. `ranges.ts` says how far the other costs are.
 */

import { compareNumbers } from '../src/base/order.ts';
import {
  mapWork,
  NO_WORK,
  timeOf,
  type Work,
  type WorkTerm,
  workTerms,
} from '../src/extract/cost.ts';
import { type Constraint, isFeasible, nearestTo } from './linear-program.ts';

export interface PlanLoad {
  readonly name: string;
  /** Of the protocol's unoptimized program the `base` plan. */
  readonly protocol: string;
  readonly use: 'fit' | 'check';
  readonly machines: number;
  readonly commandsPerSecond: number;
  /** Commands per second: what the rounded figure leaves open; null where only a check needs it. */
  readonly between: readonly [number, number] | null;
  /** Work per command of the busiest process of each role. */
  readonly roles: readonly { readonly role: string; readonly work: Work }[];
}

/** All costs that meet the bounds while certain roles are the busiest; microseconds, in the order of `workTerms`. */
export type Region = readonly Constraint[];

export interface Fit {
  readonly costs: Work;
  readonly regions: readonly Region[];
  /** By how much of themselves the bounds had to be widened before any costs met them. */
  readonly slack: number;
}

/**
 * Microseconds, measured apart from the published figures: on a small MultiPaxos over TCP, processor time was linear
 * in messages, with 0.5 for one that is sent and something between 0 and 2 for one that is received.
 */
const known: Work = { ...NO_WORK, receive: 1, send: 0.5 };

/** Bounds that no costs meet are widened to this precision. */
const slackStep = 1 / 256;

/** Costs in microseconds from the plans whose use is `fit`. */
export function fitCosts(plans: readonly PlanLoad[]): Fit {
  const fitted = plans.filter((plan) => plan.use === 'fit');
  for (let slack = 0; ; slack = slack === 0 ? slackStep : slack * 2) {
    const regions = regionsOf(fitted, slack);
    const costs = nearestToKnown(regions, typicalShares(fitted));
    if (costs !== null) return { costs, regions, slack };
  }
}

export function busiestRole(
  plan: Pick<PlanLoad, 'roles'>,
  costs: Work,
): { role: string; microseconds: number } {
  return plan.roles
    .map(({ role, work }) => ({ role, microseconds: timeOf(work, costs) }))
    .reduce((most, each) => (each.microseconds > most.microseconds ? each : most));
}

export function predictedThroughput(plan: PlanLoad, costs: Work): number {
  return 1e6 / busiestRole(plan, costs).microseconds;
}

export function rowOf(work: Work): readonly number[] {
  return workTerms.map((term) => work[term]);
}

/** One region for each choice of busiest roles that some costs bear out. */
function regionsOf(plans: readonly PlanLoad[], slack: number): readonly Region[] {
  const slowEnough = plans.flatMap((plan) =>
    plan.roles.map(({ work }) => ({ row: rowOf(work), most: timesOf(plan, slack).longest })),
  );
  let regions: readonly Region[] = [slowEnough];
  for (const plan of plans) {
    const most = -timesOf(plan, slack).shortest;
    const busiest = plan.roles.map(({ work }) => ({ row: rowOf(work).map((n) => -n), most }));
    regions = regions
      .flatMap((region) => busiest.map((role) => [...region, role]))
      .filter((region) => isFeasible(workTerms.length, region));
  }
  return regions;
}

/** Microseconds a command. */
function timesOf(plan: PlanLoad, slack: number): { shortest: number; longest: number } {
  const [least, most] = plan.between ?? [plan.commandsPerSecond, plan.commandsPerSecond];
  return { shortest: 1e6 / (most * (1 + slack)), longest: (1e6 / least) * (1 + slack) };
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

/** Null when there are no regions. A unit that no plan has costs what is known of it. */
function nearestToKnown(regions: readonly Region[], typical: Work): Work | null {
  const share = (term: WorkTerm): number => (typical[term] === 0 ? 1 : typical[term]);
  const target = workTerms.map((term) => known[term] * share(term));
  const best = regions
    .map((region) => {
      const scaled = region.map(({ row, most }) => {
        return { row: row.map((n, at) => n / share(workTerms[at] ?? 'wake')), most };
      });
      const shares = nearestTo(target, scaled);
      return { shares, far: shares.reduce((sum, n, at) => sum + (n - (target[at] ?? 0)) ** 2, 0) };
    })
    .sort((a, b) => compareNumbers(a.far, b.far))[0];
  if (best === undefined) return null;
  return mapWork((term) => (best.shares[workTerms.indexOf(term)] ?? 0) / share(term));
}
