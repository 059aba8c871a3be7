/** Which names of an expression are parameters of the program. */

import type { Span } from '../base/source.ts';
import type { Expression } from '../ir/expression.ts';
import { mapSubexpressions } from '../ir/expression.ts';

export interface NameResolution {
  readonly isParameter: (name: string) => boolean;
  /** Places of nodes; grows by those of the nodes that resolution makes. */
  readonly spans: Map<object, Span>;
}

/** The same node where nothing in it changes, so that its place stays known. */
export function resolveExpression(expression: Expression, resolution: NameResolution): Expression {
  if (expression.kind === 'variable') {
    if (!resolution.isParameter(expression.name)) return expression;
    return placed(expression, { kind: 'parameter', name: expression.name }, resolution);
  }
  let changed = false;
  const resolved = mapSubexpressions(expression, (sub) => {
    const next = resolveExpression(sub, resolution);
    changed ||= next !== sub;
    return next;
  });
  return changed ? placed(expression, resolved, resolution) : expression;
}

export function resolveAll(
  expressions: readonly Expression[],
  resolution: NameResolution,
): readonly Expression[] {
  const resolved = expressions.map((each) => resolveExpression(each, resolution));
  return resolved.some((each, index) => each !== expressions[index]) ? resolved : expressions;
}

/** Gives a new node the place of the one that it stands for. */
export function placed<Node extends object>(
  from: object,
  to: Node,
  resolution: NameResolution,
): Node {
  const span = resolution.spans.get(from);
  if (span !== undefined) resolution.spans.set(to, span);
  return to;
}
