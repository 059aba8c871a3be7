import type { Diagnostic } from '../base/diagnostic.ts';
import type { Program } from '../ir/program.ts';
import type { Ast } from './ast.ts';
import type { Lowering } from './lowering.ts';
import type { Scope } from './scope.ts';

export interface Checking {
  readonly program: Program;
  readonly ast: Ast;
  readonly scope: Scope;
  readonly lowering: Lowering;
  /** False when something was reported already: then nothing is said about what is missing or unused. */
  readonly isWhole: boolean;
}

export function checkProgram(_checking: Checking): readonly Diagnostic[] {
  return [];
}
