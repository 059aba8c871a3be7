/** How clauses that are run as a whole look at relations: which columns they know by then. Asked before any text is written. */
import { defined } from '../../base/assert.ts';
import { type Expression, variablesOf } from '../../ir/expression.ts';
import { bindingOf, isKnown, orderGoals } from '../goal.ts';
import type { ClausePlan } from './clause-plan.ts';

/** A goal over a relation, in the order in which the clause evaluates its goals. */
export interface Reading {
  readonly slot: number;
  readonly isAbsent: boolean;
  readonly args: readonly Expression[];
  /** Columns whose values are known by then, ascending. */
  readonly known: readonly number[];
}

export function readingsIn(
  { goals }: ClausePlan,
  isSmall: (slot: number) => boolean,
): readonly Reading[] {
  const bound = new Set<string>();
  const readings: Reading[] = [];
  for (const at of orderGoals(goals, { bound, first: null, isSmall })) {
    const goal = defined(goals[at], 'a goal');
    switch (goal.kind) {
      case 'match':
      case 'absent': {
        const { slot, args } = goal;
        const known = args.flatMap((arg, column) => (isKnown(arg, bound) ? [column] : []));
        readings.push({ slot, args, known, isAbsent: goal.kind === 'absent' });
        if (goal.kind === 'match') for (const name of args.flatMap(variablesOf)) bound.add(name);
        break;
      }
      case 'bind':
        bound.add(goal.variable);
        break;
      case 'test': {
        const binding = bindingOf(goal, bound);
        if (binding !== null) bound.add(binding.variable);
        break;
      }
    }
  }
  return readings;
}

/**
 * Of the known columns, those that events are looked up by. Constants alone aren't worth an index: there are few events, and the
 * tick has looked at each of them anyway.
 */
export function soughtColumns(
  args: readonly Expression[],
  known: readonly number[],
): readonly number[] {
  const isFixed = known.every(
    (column) => args[column] !== undefined && variablesOf(args[column]).length === 0,
  );
  return isFixed && known.length < args.length ? [] : known;
}
