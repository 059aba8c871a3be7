/** What is known of the solutions of a body without looking at facts. */
import type { Expression } from '../../ir/expression.ts';
import type { ClausePlan } from './clause-plan.ts';

/** No solution of the body has the row of another one: every column that it reads is in the row. */
export function solutionsDiffer({ head, goals }: ClausePlan): boolean {
  const named = new Set(head.row.flatMap((each) => (each.kind === 'variable' ? [each.name] : [])));
  const isSaid = (arg: Expression): boolean =>
    arg.kind === 'variable' ? named.has(arg.name) : isConstant(arg);
  return goals.every((goal) => goal.kind !== 'match' || goal.args.every(isSaid));
}

/** The head has one aggregate, a count, and no solution of the body has the row of another one. */
export function countsSolutions(plan: ClausePlan): boolean {
  const aggregates = plan.head.parts.filter((part) => part.kind !== 'plain');
  const [count] = aggregates;
  if (aggregates.length !== 1 || count?.kind !== 'aggregate') return false;
  return count.aggregate === 'count' && plan.overs.length === 0 && solutionsDiffer(plan);
}

function isConstant({ kind }: Expression): boolean {
  return ['int', 'bool', 'string', 'parameter', 'me'].includes(kind);
}
