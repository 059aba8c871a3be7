/** The steps of a world that a search follows: all of them, or those of what goes first (independence.ts). */
import type { Losing } from './completeness.ts';
import type { First } from './independence.ts';
import type { System } from './system.ts';
import {
  type Policy,
  type Transitions,
  transitionsAt,
  transitionsOf,
  transitionsTaking,
} from './transitions.ts';
import type { WorldState } from './world-state.ts';

export interface Stepping {
  readonly system: System;
  readonly policy: Policy;
  /** Messages that may count as lost without limit. */
  readonly free: Losing['free'];
}

export function stepsOf(
  { system, policy, free }: Stepping,
  world: WorldState,
  first: First | null,
): Transitions {
  const isFree = (input: number): boolean => free(system.input(input), world);
  switch (first?.kind) {
    case undefined:
      return transitionsOf(system, world, policy);
    case 'message': {
      const input = first.message;
      return transitionsTaking(system, world, policy, { input, isFree: isFree(input) });
    }
    case 'processes':
      return transitionsAt(system, world, policy, { processes: first.processes, isFree });
  }
}

/**
 * Whether what goes first leads on: all steps of processes, and the taking of a message (the first of its steps, beside
 * losing it), lead to worlds with higher numbers. Else it could be put before everything else for ever.
 */
export function leadsOn(from: number, first: First, children: readonly number[]): boolean {
  const decisive = first.kind === 'processes' ? children : children.slice(0, 1);
  return decisive.length > 0 && decisive.every((child) => child > from);
}
