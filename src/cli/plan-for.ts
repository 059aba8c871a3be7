/** The plan that a command speaks of: the given one, or the one that the optimizer makes of a program. */

import { err, ok, type Result } from '../base/result.ts';
import { noteShipped } from './commands/optimize.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import type { Failure } from './failure.ts';
import { defaultJobFlags, type Finished, readJob, runJob } from './job.ts';
import { type LoadedPlan, loadPlan, readPlanOrProgram } from './read-plan.ts';

export interface PlanFor {
  readonly plan: LoadedPlan;
  /** The search that made it, when it was made just now. */
  readonly finished: Finished | null;
  readonly interrupted: ExitStatus | null;
}

export async function planFor(
  context: Context,
  file: string,
  functions: string | undefined,
): Promise<Result<PlanFor, Failure>> {
  const read = await readPlanOrProgram(file);
  if (read.kind === 'err') return read;
  if (read.value.kind === 'plan')
    return ok({ plan: read.value.plan, finished: null, interrupted: null });
  if (read.value.isShipped) noteShipped(context.terminal, file);
  const job = await readJob({
    ...defaultJobFlags,
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
