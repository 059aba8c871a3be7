/**
 * What is to be done when a process of a member has ended. A logical member is the fault domain: a part whose state is
 * all on disk starts again alone; any other one, and one that doesn't come back, takes its whole member down, so that
 * no part remembers what another has forgotten, and so that others see a member that is gone (docs/adr/0001).
 */
import type { FailureKind } from './control.ts';

export interface RestartOptions {
  /** First pause before a restart, in milliseconds, and the longest; each one doubles until a process stays up. */
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
  /** Restarts of a part alone, one after the other, before its member goes down. */
  readonly aloneMax: number;
  /** A process that was up for so long has recovered. */
  readonly healthyMs: number;
}

export const defaultRestartOptions: RestartOptions = {
  pauseMs: 100,
  pauseMaxMs: 5_000,
  aloneMax: 3,
  healthyMs: 5_000,
};

export interface Ended {
  /** Null when the process was killed or left without a word. */
  readonly failure: FailureKind | null;
  /** All that it keeps is on disk, or nothing is. */
  readonly restartsAlone: boolean;
  /** Its member has no other process. */
  readonly isWholeMember: boolean;
  /** Restarts since it was last healthy, of the process and of its member. */
  readonly aloneSoFar: number;
  readonly memberSoFar: number;
}

export type Verdict =
  | { readonly kind: 'restart-part'; readonly pauseMs: number }
  /** All parts stop, and start again as the member's next incarnation. */
  | { readonly kind: 'restart-member'; readonly pauseMs: number }
  /** All parts stop, for ever: the same would happen again, or more harm would be done. */
  | { readonly kind: 'give-up' };

export function verdictOn(ended: Ended, options: RestartOptions): Verdict {
  const { failure } = ended;
  if (failure === 'program' || failure === 'disk' || failure === 'log') return { kind: 'give-up' };
  const alone = ended.restartsAlone && !ended.isWholeMember;
  if (alone && ended.aloneSoFar < options.aloneMax) {
    return { kind: 'restart-part', pauseMs: pause(ended.aloneSoFar, options) };
  }
  return { kind: 'restart-member', pauseMs: pause(ended.memberSoFar, options) };
}

function pause(soFar: number, { pauseMs, pauseMaxMs }: RestartOptions): number {
  return Math.min(pauseMaxMs, pauseMs * 2 ** Math.min(soFar, 20));
}
