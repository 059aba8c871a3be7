/** What lowering carries along. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import type { Dependency } from '../ir/program.ts';
import type { SurfaceDependency } from './ast.ts';
import { syntaxMessages } from './messages.ts';
import type { NameResolution } from './resolve-expression.ts';
import type { TypeResolution } from './resolve-type.ts';
import type { Scope } from './scope.ts';

export interface Lowering {
  readonly scope: Scope;
  readonly diagnostics: Diagnostic[];
  /** Holds the places of all nodes, parsed and made. */
  readonly names: NameResolution;
  readonly types: TypeResolution;
  /** Where names are declared: `relation leader votes`, `role leader`, `channel ask`, `clause leader.1`. */
  readonly places: Map<string, Span>;
}

/** A key determines all columns; `all` are the names that it determines. */
export function lowerDependencies(
  dependencies: readonly SurfaceDependency[],
  all: readonly string[],
  lowering: Lowering,
): readonly Dependency[] {
  const known = new Set(all);
  return dependencies.map((dependency) => {
    for (const name of [...dependency.from, ...dependency.to]) {
      if (known.has(name.text)) continue;
      lowering.diagnostics.push(
        syntaxMessages.report('IR0208', name.span, { name: name.text, columns: all }),
      );
    }
    return {
      from: dependency.from.map((name) => name.text),
      to: dependency.kind === 'key' ? all : dependency.to.map((name) => name.text),
    };
  });
}

/** Reports a name that is no role. */
export function requireRole(
  name: { readonly text: string; readonly span: Span },
  lowering: Lowering,
): void {
  const { scope } = lowering;
  if (scope.roles.has(name.text) || scope.broken.has(name.text)) return;
  const parameters = { name: name.text, roles: [...scope.roles.keys()] };
  lowering.diagnostics.push(syntaxMessages.report('IR0203', name.span, parameters));
}
