/** A program with nothing cut, as extraction sees it: what the figures of a plan are compared with. */

import type { ClassId } from '../egraph/ids.ts';
import { Space } from '../rewrite/space.ts';
import type { Forest } from './choose.ts';
import type { CostModel } from './cost.ts';
import { type CommandPath, commandPath } from './critical-path.ts';
import type { Measured } from './part-load.ts';
import { originalForest } from './place.ts';
import { type PlanTable, planTable } from './plan-table.ts';

export interface AsWritten {
  readonly table: PlanTable;
  readonly path: CommandPath | null;
  readonly forest: Forest;
}

export function asWritten(measured: Measured, model: CostModel): AsWritten {
  const base = measured.program;
  const space = new Space(base);
  const roots = base.roles
    .filter((role) => role.clauses.length > 0)
    .map(({ name }): { role: string; plan: ClassId } => ({
      role: name,
      plan: space.addRole(name),
    }));
  const table = planTable({ base, space, roots }, measured, model);
  return { table, path: commandPath(measured), forest: originalForest(table) };
}
