/** Predicted beside published, for every published plan. */

import type { Work } from '../src/extract/cost.ts';
import { busiestRole, type PlanLoad } from './fit.ts';

export interface ComparisonRow {
  readonly name: string;
  readonly use: 'fit' | 'check';
  readonly machines: number;
  /** Commands per second. */
  readonly published: number;
  readonly predicted: number;
  /** Against the base program of the same protocol. */
  readonly publishedRatio: number;
  readonly predictedRatio: number;
  readonly bottleneck: string;
}

/** The first plan of a protocol is its base program. */
export function comparison(plans: readonly PlanLoad[], costs: Work): readonly ComparisonRow[] {
  return plans.map((plan) => {
    const base = plans.find((each) => each.protocol === plan.protocol) ?? plan;
    const busiest = busiestRole(plan, costs);
    const predicted = 1e6 / busiest.microseconds;
    return {
      name: plan.name,
      use: plan.use,
      machines: plan.machines,
      published: plan.commandsPerSecond,
      predicted,
      publishedRatio: plan.commandsPerSecond / base.commandsPerSecond,
      predictedRatio: (predicted * busiestRole(base, costs).microseconds) / 1e6,
      bottleneck: busiest.role,
    };
  });
}
