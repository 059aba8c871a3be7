/** Functions and lattices of the program. */

import { stronglyConnected } from '../base/graph.ts';
import { type Expression, subexpressions } from '../ir/expression.ts';
import type { FunctionDeclaration, LatticeDeclaration } from '../ir/program.ts';
import { requireBound } from './check-safety.ts';
import { type Context, place, spanOf, termOfType } from './context.ts';
import { type Environment, expectType } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { mentionsDeclared } from './term.ts';

export function checkFunctions(context: Context): void {
  const { functions, lattices } = context.program;
  for (const declaration of functions) checkFunction(declaration, context);
  for (const declaration of lattices) checkLattice(declaration, context);
  checkRecursion(functions, context);
}

function checkFunction(declaration: FunctionDeclaration, context: Context): void {
  const { body } = declaration;
  if (body === null) return;
  const parameters = declaration.parameters.map(
    ({ name, type }) => [name, termOfType(context, type)] as const,
  );
  const environment: Environment = { context, variables: new Map(parameters), me: null };
  requireBound(body, new Set(parameters.map(([name]) => name)), 'function', context);
  const type = termOfType(context, declaration.result);
  const of = `the result of \`${declaration.name}\``;
  const declared = place(context, 'function', declaration.name) ?? null;
  expectType(body, { type, of, declared }, environment);
}

function checkLattice(declaration: LatticeDeclaration, context: Context): void {
  const { name, element, parameters, merge } = declaration;
  const declared = place(context, 'lattice', name) ?? null;
  if (mentionsDeclared(element)) {
    context.diagnostics.push(
      syntaxMessages.report('IR0313', spanOf(context, declaration), { name }),
    );
    return;
  }
  const type = termOfType(context, element);
  const variables = new Map(parameters.map((parameter) => [parameter, type]));
  const environment: Environment = { context, variables, me: null };
  requireBound(merge, new Set(parameters), 'function', context);
  expectType(merge, { type, of: `elements of \`${name}\``, declared }, environment);
}

/** A function that calls itself might not end, and the solver would know nothing of it. */
function checkRecursion(functions: readonly FunctionDeclaration[], context: Context): void {
  const byName = new Map(functions.map((each) => [each.name, each]));
  const calls = (name: string): readonly string[] => {
    const body = byName.get(name)?.body ?? null;
    return body === null ? [] : calledIn(body);
  };
  for (const knot of stronglyConnected([...byName.keys()], calls)) {
    if (!knot.cyclic) continue;
    const [first] = knot.nodes;
    if (first === undefined) continue;
    const parameters = { kind: 'function', cycle: [...knot.nodes, first] } as const;
    context.diagnostics.push(
      syntaxMessages.report('IR0215', place(context, 'function', first), parameters),
    );
  }
}

function calledIn(expression: Expression): readonly string[] {
  const inner = subexpressions(expression).flatMap(calledIn);
  return expression.kind === 'call' ? [expression.function, ...inner] : inner;
}
