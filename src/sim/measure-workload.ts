/** What a command of the declared workload costs, counted in a simulated run that is long enough for the program. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Program } from '../ir/program.ts';
import type { LoadProfile } from '../plan/load-profile.ts';
import { planMessages } from '../plan/messages.ts';
import { defaultLoadOptions, describeLoadFault, measureLoad } from './load-profile.ts';

interface MeasureOptions {
  readonly seed: number;
  readonly functions: ExternalFunctions;
}

/** The errors: no workload, a fault of the program, a run in which no command was answered. */
export function measureWorkload(
  program: Program,
  { seed, functions }: MeasureOptions,
): Result<LoadProfile, readonly Diagnostic[]> {
  const { name, workload } = program;
  if (workload === null) return err([planMessages.report('PL0001', undefined, { program: name })]);
  const profile = measureLoad(program, {
    ...defaultLoadOptions,
    ...runLength(program),
    seed,
    functions,
  });
  if (profile.kind === 'err') {
    const fault = describeLoadFault(profile.error);
    return err([planMessages.report('PL0002', undefined, { program: name, fault })]);
  }
  const { commands, answered } = profile.value;
  if (answered > 0) return profile;
  return err([planMessages.report('PL0003', undefined, { program: name, commands, answered })]);
}

/** The first error of any of them. */
export function measureEach(
  programs: readonly Program[],
  options: MeasureOptions,
): Result<readonly { program: Program; profile: LoadProfile }[], readonly Diagnostic[]> {
  const found: { program: Program; profile: LoadProfile }[] = [];
  for (const program of programs) {
    const profile = measureWorkload(program, options);
    if (profile.kind === 'err') return profile;
    found.push({ program, profile: profile.value });
  }
  return ok(found);
}

/** Long programs are run for fewer commands: a command of theirs touches more clauses. */
function runLength({ roles }: Program): { readonly commands: number; readonly warmup: number } {
  const clauses = roles.reduce((sum, role) => sum + role.clauses.length, 0);
  const share = Math.min(1, 200 / clauses);
  return {
    commands: Math.ceil(defaultLoadOptions.commands * share),
    warmup: Math.ceil(defaultLoadOptions.warmup * share),
  };
}
