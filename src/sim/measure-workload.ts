/** What a command of the declared workload costs, counted in a simulated run that is long enough for the program. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { err, ok, type Result } from '../base/result.ts';
import { inTurns } from '../base/turns.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Program } from '../ir/program.ts';
import { planMessages } from '../plan/messages.ts';
import {
  defaultLoadOptions,
  describeLoadFault,
  type MeasuredLoad,
  measureInTurns,
} from './load-profile.ts';
import { nominalLoad } from './nominal-load.ts';

interface MeasureOptions {
  readonly seed: number;
  readonly functions: ExternalFunctions;
  /** When it fires, one command is enough. */
  readonly signal?: AbortSignal;
}

/** Clauses of a program that is measured: its roles become code of about 16 kB of memory a clause. */
export const measuredClausesMax = 40_000;

/**
 * A program that is too long to be run costs what `nominalLoad` says, and all commands count as left out. The errors: no
 * workload, a fault of the program, a run in which no command was answered.
 */
export async function measureWorkload(
  program: Program,
  { seed, functions, signal }: MeasureOptions,
): Promise<Result<MeasuredLoad, readonly Diagnostic[]>> {
  const { name, roles, workload } = program;
  if (workload === null) return err([planMessages.report('PL0001', undefined, { program: name })]);
  const clauses = roles.reduce((sum, role) => sum + role.clauses.length, 0);
  const options = { ...defaultLoadOptions, seed, functions };
  if (clauses > measuredClausesMax) return ok(nominalLoad(program, options.commands));
  const profile = await inTurns(measureInTurns(program, options), signal);
  if (profile.kind === 'err') {
    const fault = describeLoadFault(profile.error);
    return err([planMessages.report('PL0002', undefined, { program: name, fault })]);
  }
  const { commands, answered } = profile.value;
  if (answered > 0) return profile;
  return err([planMessages.report('PL0003', undefined, { program: name, commands, answered })]);
}

/** The first error of any of them. */
export async function measureEach(
  programs: readonly Program[],
  options: MeasureOptions,
): Promise<Result<readonly { program: Program; profile: MeasuredLoad }[], readonly Diagnostic[]>> {
  const found: { program: Program; profile: MeasuredLoad }[] = [];
  for (const program of programs) {
    const profile = await measureWorkload(program, options);
    if (profile.kind === 'err') return profile;
    found.push({ program, profile: profile.value });
  }
  return ok(found);
}
