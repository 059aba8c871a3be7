/** Everything that a program must satisfy beyond its grammar and names. */

import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import type { Program } from '../ir/program.ts';
import { checkFunctions } from './check-function.ts';
import { checkInvariant, invariantNames } from './check-invariant.ts';
import { checkChannel, checkRole } from './check-role.ts';
import { checkUnused } from './check-unused.ts';
import { checkWorkload } from './check-workload.ts';
import type { Context } from './context.ts';
import type { Lowering } from './lowering.ts';
import { syntaxMessages } from './messages.ts';
import type { Scope } from './scope.ts';

export interface Checking {
  readonly program: Program;
  readonly scope: Scope;
  readonly lowering: Lowering;
  /** False when something was reported already: then nothing is said about what is missing or unused. */
  readonly isWhole: boolean;
}

export function checkProgram(checking: Checking): readonly Diagnostic[] {
  const { program, scope, lowering, isWhole } = checking;
  const diagnostics: Diagnostic[] = [];
  const context: Context = {
    program,
    channels: new Map(program.channels.map((channel) => [channel.name, channel])),
    functions: new Map(program.functions.map((declaration) => [declaration.name, declaration])),
    scope,
    lowering,
    diagnostics,
  };
  checkFunctions(context);
  for (const role of program.roles) checkRole(role, context);
  for (const channel of program.channels) checkChannel(channel, context);
  const names = invariantNames(context);
  for (const invariant of program.invariants) checkInvariant(invariant, names, context);
  checkWorkload(context);
  if (isWhole && !hasErrors(diagnostics)) {
    checkPresence(program, diagnostics);
    checkUnused(context);
  }
  return diagnostics;
}

function checkPresence(program: Program, diagnostics: Diagnostic[]): void {
  const start = { start: 0, end: 0 };
  if (program.roles.every((role) => role.external)) {
    diagnostics.push(syntaxMessages.report('IR0112', start, { missing: 'role' }));
  } else if (program.roles.every((role) => role.clauses.length === 0)) {
    diagnostics.push(syntaxMessages.report('IR0112', start, { missing: 'clause' }));
  }
}
