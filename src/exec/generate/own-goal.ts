/** Clauses that carry over what they read: `r(x) :+ r(x), ..`. */
import type { Goal } from '../goal.ts';
import type { ClausePlan } from './clause-plan.ts';
import type { JoinWriter } from './join-text.ts';
import { type ModuleContext, supportOf, targetOf } from './module-context.ts';

/**
 * The goal that a clause carries over, where that clause alone counts what is carried: a fact that ceases to hold isn't, whatever
 * the other goals say.
 */
export function carriedGoal(context: ModuleContext, plan: ClausePlan): Goal | null {
  const { clauses } = context.plan;
  const isAlone = clauses.every(
    (other) =>
      other === plan ||
      other.slot !== plan.slot ||
      other.clause.kind !== 'next' ||
      other.strategy === 'event',
  );
  if (context.measure || plan.clause.kind !== 'next' || plan.strategy !== 'delta' || !isAlone)
    return null;
  if (supportOf(context, plan) !== 'k' || plan.head.shape !== 'plain') return null;
  return plan.goals.find((goal) => isOwnGoal(context, plan, goal)) ?? null;
}

/** The head is the fact that the goal reads. */
function isOwnGoal(context: ModuleContext, plan: ClausePlan, goal: Goal): boolean {
  const { row } = plan.head;
  if (goal.kind !== 'match' || plan.clause.kind === 'send') return false;
  if (context.join.tableOf(goal.slot) !== targetOf(context, plan)) return false;
  const isSame = goal.args.every((arg, at) => {
    const value = row[at];
    return arg.kind === 'variable' && value?.kind === 'variable' && arg.name === value.name;
  });
  return isSame && goal.args.length === row.length;
}

/** The record that the head is, where the clause carries over what it reads: it is there, so the table doesn't grow. */
export function ownRecord(
  context: ModuleContext,
  plan: ClausePlan,
  writer: JoinWriter,
): string | null {
  const own = plan.goals.find((goal) => isOwnGoal(context, plan, goal));
  return own?.kind === 'match' ? (writer.records.get(own.args) ?? null) : null;
}
