/** What the compiler decides about one clause before it writes. */
import type { Clause } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Goal } from '../goal.ts';
import type { HeadPlan } from '../head.ts';

/**
 * - `event`: some literal is an event, so the clause holds nothing over from the last tick: run from its events;
 * - `delta`: run for each fact that began or ceased to hold, adding and taking back derivations;
 * - `again`: run as a whole when anything that it reads has changed;
 * - `view`: never run: those who negate its head say what its body says (views.ts), and it is run for who asks from outside.
 */
export type Strategy = 'event' | 'delta' | 'again' | 'view';

export interface ClausePlan {
  readonly clause: Clause;
  /** Position in the role's clauses. */
  readonly index: number;
  readonly goals: readonly Goal[];
  readonly head: HeadPlan;
  readonly strategy: Strategy;
  /** Slot of the head; -1 for a send clause. */
  readonly slot: number;
  /** Every slot that the body or a `default` reads. */
  readonly reads: readonly number[];
  /** For each `default`, the slot and the arguments of its `over`. */
  readonly overs: readonly { readonly slot: number; readonly args: readonly Expression[] }[];
}

export function readsOf(goals: readonly Goal[], overs: ClausePlan['overs']): readonly number[] {
  const read = goals.flatMap((goal) =>
    goal.kind === 'match' || goal.kind === 'absent' ? [goal.slot] : [],
  );
  return [...new Set([...read, ...overs.map(({ slot }) => slot)])];
}
