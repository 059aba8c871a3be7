/** What all checks share: the program, where its parts stand, and what has been found. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import type { Channel, FunctionDeclaration, Program } from '../ir/program.ts';
import type { Type } from '../ir/type.ts';
import type { Lowering } from './lowering.ts';
import type { Scope } from './scope.ts';
import { type Term, termOf } from './term.ts';

export interface Context {
  readonly program: Program;
  /** The channels and functions of the program by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly scope: Scope;
  readonly lowering: Lowering;
  readonly diagnostics: Diagnostic[];
}

/** Where a node stands. */
export function spanOf(context: Context, node: object): Span | undefined {
  return context.lowering.names.spans.get(node);
}

/** Where a name is declared: `place(c, 'relation', 'leader', 'votes')`. */
export function place(context: Context, ...key: readonly string[]): Span | undefined {
  return context.lowering.places.get(key.join(' '));
}

/** Where a relation, static relation or timer of a role is declared. */
export function localPlace(context: Context, role: string, name: string): Span | undefined {
  return (
    place(context, 'relation', role, name) ??
    place(context, 'static', role, name) ??
    place(context, 'timer', role, name)
  );
}

export function termOfType(context: Context, type: Type): Term {
  return termOf(type, context.program, context.lowering.types.unknown);
}
