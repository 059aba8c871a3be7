/** The plan that a command speaks of: the given one, or the one that the optimizer makes of a program. */

import { err, ok, type Result } from '../base/result.ts';
import { noteShipped } from './commands/optimize.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import { type Failure, unusable } from './failure.ts';
import { defaultJobFlags, type Finished, type JobFlags, readJob, runJob } from './job.ts';
import { commandMessages } from './messages.ts';
import { type LoadedPlan, loadPlan, readPlanOrProgram } from './read-plan.ts';

export interface PlanFor {
  readonly plan: LoadedPlan;
  /** The search that made it, when it was made just now. */
  readonly finished: Finished | null;
  readonly interrupted: ExitStatus | null;
}

/** How the plan is made of a program; a plan takes `functions` only. */
export type MakingFlags = Pick<JobFlags, 'set' | 'machines' | 'functions'>;

/** The error of a plan for which another number of machines, or other parameters, are asked. */
export async function planFor(
  context: Context,
  file: string,
  { set, machines, functions }: MakingFlags,
): Promise<Result<PlanFor, Failure>> {
  const read = await readPlanOrProgram(file);
  if (read.kind === 'err') return read;
  if (read.value.kind === 'plan') {
    const fixed = fixedInPlan(file, set, machines);
    if (fixed !== null) return err(fixed);
    return ok({ plan: read.value.plan, finished: null, interrupted: null });
  }
  if (read.value.isShipped) noteShipped(context.terminal, file);
  const job = await readJob({
    ...defaultJobFlags,
    set,
    ...(machines === undefined ? {} : { machines }),
    ...(functions === undefined ? {} : { functions }),
  });
  if (job.kind === 'err') return job;
  const finished = await runJob(context, read.value.source, job.value);
  if (finished.kind === 'err') return finished;
  const plan = loadPlan(finished.value.document, file);
  if (plan.kind === 'err') return err(plan.error);
  const { interrupted } = finished.value;
  return ok({ plan: plan.value, finished: finished.value, interrupted });
}

/** What a plan that is made can't be asked for any more. */
export function fixedInPlan(
  file: string,
  set: readonly string[],
  machines?: string,
): Failure | null {
  const [first] = set;
  const [name = ''] = first?.split('=') ?? [];
  if (machines !== undefined) return fixed(file, 'number of machines', `--machines ${machines}`);
  return first === undefined ? null : fixed(file, `\`${name}\``, `--set ${first}`);
}

function fixed(file: string, what: string, flag: string): Failure {
  return unusable(commandMessages.report('CF0018', undefined, { file, what, flag }));
}
