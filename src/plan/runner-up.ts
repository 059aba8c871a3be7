/** Why the next best plan isn't the best: the difference that decided, in words. */

import type { CostRequest, PlanRole, Prediction } from './document.ts';

export interface Ranked {
  readonly machines: number;
  readonly predicted: Prediction;
  readonly roles: readonly Omit<PlanRole, 'clauses'>[];
}

/** A phrase: `1 machine more for the same throughput`. */
export function whyLost(chosen: Ranked, other: Ranked, { objective, target }: CostRequest): string {
  const [now, then] = [chosen.predicted, other.predicted];
  const slower = objective === 'latency' ? moreLatency(now, then) : lessThroughput(now, then);
  if (slower !== null) return slower;
  const more = other.machines - chosen.machines;
  if (more <= 0) return `as good, with ${changes(chosen.roles, other.roles)}`;
  const machines = `${more} ${more === 1 ? 'machine' : 'machines'} more`;
  if (target !== undefined) return `${machines} to reach the target`;
  return objective === 'machines' || objective === 'dollars'
    ? machines
    : `${machines} for the same ${objective}`;
}

function lessThroughput(now: Prediction, then: Prediction): string | null {
  return share((now.throughput - then.throughput) / now.throughput, 'less throughput');
}

function moreLatency(
  { latencyMs: now }: Prediction,
  { latencyMs: then }: Prediction,
): string | null {
  return now === undefined || then === undefined ? null : share((then - now) / now, 'more latency');
}

/** Null when there is no such difference, but for errors of rounding. */
function share(difference: number, text: string): string | null {
  if (!Number.isFinite(difference) || difference < 1e-9) return null;
  return difference < 0.01 ? `slightly ${text}` : `${Math.round(difference * 100)}% ${text}`;
}

/** What is otherwise in a plan with the same figures. */
function changes(chosen: Ranked['roles'], other: Ranked['roles']): string {
  const names = (roles: Ranked['roles']): readonly string[] => roles.map((role) => role.name);
  const made = names(other).filter((name) => !names(chosen).includes(name));
  if (made.length > 0) return `${made.join(', ')} in place of other parts`;
  const keyed = other.filter((role) => {
    const same = chosen.find((each) => each.name === role.name);
    return same !== undefined && same.partitionKey.join() !== role.partitionKey.join();
  });
  if (keyed.length === 0) return 'the same roles and clauses spread otherwise over them';
  return keyed.map((role) => `${role.name} spread by ${role.partitionKey.join(', ')}`).join('; ');
}
