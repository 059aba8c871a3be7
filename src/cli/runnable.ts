/** What `sim` and `run` take: a program under its settings, or a plan as a program, with every function it needs. */

import { err, ok, type Result } from '../base/result.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Program } from '../ir/program.ts';
import { noteShipped } from './commands/optimize.ts';
import type { Context } from './context.ts';
import { missingFunctions } from './external-functions.ts';
import { type Failure, showDiagnostics } from './failure.ts';
import { loadBounded } from './job.ts';
import { fixedInPlan } from './plan-for.ts';
import { readPlanOrProgram } from './read-plan.ts';

export interface RunnableOptions {
  readonly set: Readonly<Record<string, number>>;
  readonly functions: ExternalFunctions;
}

/** Says on stderr which file was taken, and shows the program's warnings. */
export async function readRunnable(
  { terminal }: Context,
  file: string,
  { set, functions }: RunnableOptions,
): Promise<Result<Program, Failure>> {
  const read = await readPlanOrProgram(file);
  if (read.kind === 'err') return read;
  if (read.value.kind === 'plan') {
    const asked = Object.entries(set).map(([name, value]) => `${name}=${value}`);
    const fixed = fixedInPlan(file, asked);
    return fixed === null ? complete(read.value.plan.program, functions) : err(fixed);
  }
  const { source, isShipped } = read.value;
  if (isShipped) noteShipped(terminal, file);
  const loaded = loadBounded(source, set);
  if (loaded.kind === 'err') return loaded;
  showDiagnostics(terminal.err, loaded.value.warnings, source);
  return complete(loaded.value.program, functions);
}

function complete(program: Program, functions: ExternalFunctions): Result<Program, Failure> {
  const missing = missingFunctions(program, functions);
  return missing === null ? ok(program) : err(missing);
}
