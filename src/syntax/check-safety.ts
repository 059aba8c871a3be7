/** Range restriction: every variable of a clause has finitely many values, given by facts. */

import type { Clause, Literal } from '../ir/clause.ts';
import { type Expression, subexpressions, variablesOf } from '../ir/expression.ts';
import { type Context, spanOf } from './context.ts';
import { syntaxMessages } from './messages.ts';
import { boundBy, computedIn } from './pattern.ts';

export type Use =
  | 'head'
  | 'negated'
  | 'condition'
  | 'argument'
  | 'delay'
  | 'fact'
  | 'route'
  | 'function'
  | 'conclusion';

export function checkSafety(clause: Clause, context: Context): void {
  const bound = boundVariables(clause.body, context);
  const requireIn = (expression: Expression, use: Use): void =>
    requireBound(expression, bound, use, context);
  for (const literal of clause.body) checkLiteral(literal, requireIn);
  const { head } = clause;
  if (head.destination !== null) requireIn(head.destination, 'head');
  for (const argument of head.args) {
    if (argument.kind === 'plain') requireIn(argument.value, 'head');
    else for (const of of argument.of) requireIn(of, 'head');
  }
}

/** Variables that positive atoms give values to, and those that `x = ..` computes from them. */
export function boundVariables(body: readonly Literal[], context: Context): Set<string> {
  const bound = new Set(body.flatMap(givenBy));
  const open = newBinds(body, bound, context);
  for (let settled = true; settled; ) {
    settled = false;
    for (const literal of open) {
      if (!variablesOf(literal.value).every((name) => bound.has(name))) continue;
      bound.add(literal.variable);
      open.delete(literal);
      settled = true;
    }
  }
  // What is still open is reported where it is used in the value; what it defines isn't reported again.
  for (const literal of open) requireBound(literal.value, bound, 'condition', context);
  for (const literal of open) bound.add(literal.variable);
  return bound;
}

/** Variables that the facts of a positive literal give values to. */
function givenBy(literal: Literal): readonly string[] {
  if (literal.kind !== 'atom' && literal.kind !== 'stable' && literal.kind !== 'expired') return [];
  const { args, at } = literal.atom;
  const names = args.flatMap(boundBy);
  return at?.kind === 'variable' ? [...names, at.name] : names;
}

type Bind = Extract<Literal, { readonly kind: 'bind' }>;

/** The `x = ..` of a body, without those whose variable has a value already. */
function newBinds(
  body: readonly Literal[],
  bound: ReadonlySet<string>,
  context: Context,
): Set<Bind> {
  const binds = new Map<string, Bind>();
  for (const literal of body) {
    if (literal.kind !== 'bind') continue;
    if (!bound.has(literal.variable) && !binds.has(literal.variable)) {
      binds.set(literal.variable, literal);
      continue;
    }
    context.diagnostics.push(
      syntaxMessages.report('IR0211', spanOf(context, literal), { name: literal.variable }),
    );
  }
  return new Set(binds.values());
}

function checkLiteral(
  literal: Literal,
  requireIn: (expression: Expression, use: Use) => void,
): void {
  switch (literal.kind) {
    case 'negated':
      for (const arg of literal.atom.args) requireIn(arg, 'negated');
      break;
    case 'condition':
      requireIn(literal.expression, 'condition');
      break;
    case 'expired':
      requireIn(literal.delayMs, 'delay');
      for (const arg of literal.atom.args.flatMap(computedIn)) requireIn(arg, 'argument');
      break;
    case 'atom':
    case 'stable':
      for (const arg of literal.atom.args.flatMap(computedIn)) requireIn(arg, 'argument');
      break;
    case 'bind':
      break;
  }
}

/** Reports each variable without a value where it is first used, and counts it as bound from there on. */
export function requireBound(
  expression: Expression,
  bound: Set<string>,
  use: Use,
  context: Context,
): void {
  if (expression.kind === 'variable') {
    if (bound.has(expression.name)) return;
    bound.add(expression.name);
    const parameters = { name: expression.name, use };
    context.diagnostics.push(
      syntaxMessages.report('IR0210', spanOf(context, expression), parameters),
    );
    return;
  }
  for (const sub of subexpressions(expression)) requireBound(sub, bound, use, context);
}
