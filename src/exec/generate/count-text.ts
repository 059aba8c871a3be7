/**
 * Counts whose rows differ from solution to solution: they count solutions. Nothing is remembered of a row then; a group is
 * its plain values and a number.
 */

import type { ClausePlan } from './clause-plan.ts';
import { emit, type GroupKind, groupColumns } from './group-text.ts';
import { type ModuleContext, produce, targetOf } from './module-context.ts';
import { countsSolutions } from './solutions.ts';
import { block, type Lines } from './text.ts';

/** How many rows a group has, and how many it had. */
export function countKind(context: ModuleContext, plan: ClausePlan): GroupKind {
  // Whoever asks finds the group.
  const isKept = targetOf(context, plan).options.groups !== null;
  return {
    fields: 'this.count = 0; this.was = 0;',
    parameters: [],
    take: ['r.count += sg;'],
    tell: isKept
      ? []
      : block('if (r.count !== r.was)', [
          ...block('if (r.was !== 0)', emit(context, plan, '-1', ['r.was'])),
          ...block('if (r.count !== 0)', emit(context, plan, '1', ['r.count'])),
          'r.was = r.count;',
        ]),
    isEmpty: 'r.count === 0',
    size: '1',
  };
}

/** All of an event's tick at once, where there is only one group: the number of solutions. */
export function countAll(
  context: ModuleContext,
  plan: ClausePlan,
  join: (found: Lines) => Lines,
): Lines | null {
  if (groupColumns(plan).length > 0 || !countsSolutions(plan)) return null;
  return [
    'let count = 0;',
    ...join(['count += 1;']),
    ...block('if (count !== 0)', produce(context, plan, ['count'], 'once')),
  ];
}
