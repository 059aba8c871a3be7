/** Which aggregates keep their groups from tick to tick, and how. */

import type { ClausePlan } from './clause-plan.ts';
import { countKind } from './count-text.ts';
import { extremumKind, isExtremum } from './extremum-text.ts';
import type { GroupKind } from './group-text.ts';
import type { ModuleContext } from './module-context.ts';
import { countsSolutions } from './solutions.ts';

/** An aggregate that is brought up to date, group by group. */
export function keepsGroups({ head, strategy }: ClausePlan): boolean {
  return head.shape === 'aggregate' && strategy === 'delta';
}

/** Its groups are records of the module; those of other aggregates are a `GroupTable`. */
export function hasRecords(plan: ClausePlan): boolean {
  return keepsGroups(plan) && (countsSolutions(plan) || isExtremum(plan));
}

export function groupKind(context: ModuleContext, plan: ClausePlan): GroupKind | null {
  if (!hasRecords(plan)) return null;
  return countsSolutions(plan) ? countKind(context, plan) : extremumKind(context, plan);
}
