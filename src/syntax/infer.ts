/** Types of expressions: what each is, and reports of what does not fit. */

import type { Span } from '../base/source.ts';
import { nearestName } from '../base/suggest.ts';
import {
  builtinNames,
  builtins,
  isBuiltin,
  printSignature,
  type Shape,
  type Signature,
} from '../ir/builtins.ts';
import type { BinaryOperator, Expression } from '../ir/expression.ts';
import { printExpression } from '../ir/print-expression.ts';
import { type Context, place, spanOf, termOfType } from './context.ts';
import { syntaxMessages } from './messages.ts';
import {
  BOOL_TERM,
  constructed,
  describeTerm,
  hole,
  INT_TERM,
  resolved,
  STRING_TERM,
  type Term,
  unify,
} from './term.ts';

export interface Environment {
  readonly context: Context;
  /** Types of variables; a variable that is new gets one when it is first seen. */
  readonly variables: Map<string, Term>;
  /** The type of `me`; null where it has no meaning. */
  readonly me: Term | null;
}

/** Why a type is expected: completes "expected .., because ..". */
export interface Expectation {
  readonly type: Term;
  /** `column \`slot\` of \`p2b\``, `the condition of \`if\``. */
  readonly of: string;
  readonly declared: Span | null;
}

/** Infers, and reports where the type is another one than expected. */
export function expectType(
  expression: Expression,
  expected: Expectation,
  environment: Environment,
): void {
  const found = infer(expression, environment);
  if (unify(found, expected.type)) return;
  const { context } = environment;
  context.diagnostics.push(
    syntaxMessages.report('IR0301', spanOf(context, expression), {
      text: printExpression(expression),
      found: describeTerm(found),
      expected: describeTerm(expected.type),
      of: expected.of,
      declared: expected.declared,
    }),
  );
}

export function infer(expression: Expression, environment: Environment): Term {
  const { context } = environment;
  switch (expression.kind) {
    case 'variable':
      return variableTerm(expression.name, environment);
    case 'int':
    case 'parameter':
      return INT_TERM;
    case 'bool':
      return BOOL_TERM;
    case 'string':
      return STRING_TERM;
    case 'wildcard':
      context.diagnostics.push(syntaxMessages.report('IR0305', spanOf(context, expression), {}));
      return hole();
    case 'me':
      if (environment.me !== null) return environment.me;
      context.diagnostics.push(syntaxMessages.report('IR0306', spanOf(context, expression), {}));
      return hole();
    case 'binary':
      return inferBinary(expression, environment);
    case 'unary': {
      const type = expression.operator === '!' ? BOOL_TERM : INT_TERM;
      const of = `the operand of \`${expression.operator}\``;
      expectType(expression.operand, { type, of, declared: null }, environment);
      return type;
    }
    case 'if': {
      const of = 'the condition of `if`';
      expectType(expression.condition, { type: BOOL_TERM, of, declared: null }, environment);
      const type = infer(expression.then, environment);
      const same = { type, of: 'the other branch of `if`', declared: null };
      expectType(expression.otherwise, same, environment);
      return type;
    }
    case 'call':
      return inferCall(expression, environment);
    case 'tuple':
      return constructed(
        'tuple',
        expression.items.map((item) => infer(item, environment)),
      );
    case 'component':
      return inferComponent(expression, environment);
    case 'set': {
      if (expression.items.length === 0) return hole('collection');
      const type = hole();
      const same = { type, of: 'the other elements of the set', declared: null };
      for (const item of expression.items) expectType(item, same, environment);
      return constructed('set', [type]);
    }
    case 'map': {
      const key = hole();
      const value = hole();
      for (const entry of expression.entries) {
        expectType(entry.key, { type: key, of: 'the other keys', declared: null }, environment);
        expectType(
          entry.value,
          { type: value, of: 'the other values', declared: null },
          environment,
        );
      }
      return constructed('map', [key, value]);
    }
  }
}

export function variableTerm(name: string, environment: Environment): Term {
  const known = environment.variables.get(name);
  if (known !== undefined) return known;
  const fresh = hole();
  environment.variables.set(name, fresh);
  return fresh;
}

const integerOperators: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%']);
const unordered: ReadonlySet<string> = new Set(['bool', 'list', 'set', 'map']);

function inferBinary(
  expression: Extract<Expression, { readonly kind: 'binary' }>,
  environment: Environment,
): Term {
  const { operator, left, right } = expression;
  const of = `an operand of \`${operator}\``;
  if (integerOperators.has(operator) || operator === '&&' || operator === '||') {
    const type = integerOperators.has(operator) ? INT_TERM : BOOL_TERM;
    expectType(left, { type, of, declared: null }, environment);
    expectType(right, { type, of, declared: null }, environment);
    return type;
  }
  const type = infer(left, environment);
  const other = `the other side of \`${operator}\``;
  expectType(right, { type, of: other, declared: null }, environment);
  const compared = resolved(type);
  if (operator !== '==' && operator !== '!=' && compared.kind === 'constructed') {
    if (unordered.has(compared.name)) {
      const { context } = environment;
      const parameters = { operator, found: describeTerm(compared) };
      context.diagnostics.push(
        syntaxMessages.report('IR0303', spanOf(context, expression), parameters),
      );
    }
  }
  return BOOL_TERM;
}

function inferComponent(
  expression: Extract<Expression, { readonly kind: 'component' }>,
  environment: Environment,
): Term {
  const { context } = environment;
  const whole = resolved(infer(expression.of, environment));
  const found = whole.kind === 'constructed' && whole.name === 'tuple' ? whole.args : [];
  const component = found[expression.index];
  if (component !== undefined) return component;
  const parameters = { index: expression.index, found: describeTerm(whole) };
  context.diagnostics.push(
    syntaxMessages.report('IR0310', spanOf(context, expression), parameters),
  );
  return hole();
}

function inferCall(
  expression: Extract<Expression, { readonly kind: 'call' }>,
  environment: Environment,
): Term {
  const { context } = environment;
  const name = expression.function;
  const declared = context.functions.get(name);
  if (declared !== undefined) {
    const { parameters } = declared;
    if (parameters.length !== expression.args.length) {
      reportArity(
        expression,
        parameters.map((p) => p.name),
        environment,
      );
    }
    for (const [index, arg] of expression.args.entries()) {
      const parameter = parameters[index];
      if (parameter === undefined) continue;
      const type = termOfType(context, parameter.type);
      const of = `parameter \`${parameter.name}\` of \`${name}\``;
      const at = place(context, 'function', name) ?? null;
      expectType(arg, { type, of, declared: at }, environment);
    }
    return termOfType(context, declared.result);
  }
  if (isBuiltin(name)) return inferBuiltin(expression, builtins[name].signatures, environment);
  for (const arg of expression.args) infer(arg, environment);
  reportUnknownFunction(expression, environment);
  return hole();
}

function reportUnknownFunction(
  expression: Extract<Expression, { readonly kind: 'call' }>,
  environment: Environment,
): void {
  const { context } = environment;
  const { scope } = context;
  const name = expression.function;
  if (scope.broken.has(name)) return;
  const span = spanOf(context, expression);
  const isRelation =
    scope.channels.has(name) ||
    scope.roles.has(name) ||
    [...scope.locals.values()].some((locals) => locals.has(name));
  if (isRelation) {
    context.diagnostics.push(syntaxMessages.report('IR0314', span, { name }));
    return;
  }
  const nearest = nearestName(name, [...scope.functions.keys(), ...builtinNames]) ?? null;
  context.diagnostics.push(syntaxMessages.report('IR0204', span, { name, nearest }));
}

function reportArity(
  expression: Extract<Expression, { readonly kind: 'call' }>,
  parameters: readonly string[],
  environment: Environment,
): void {
  const { context } = environment;
  const name = expression.function;
  context.diagnostics.push(
    syntaxMessages.report('IR0304', spanOf(context, expression), {
      name,
      parameters,
      given: expression.args.length,
      declared: place(context, 'function', name) ?? null,
    }),
  );
}

function inferBuiltin(
  expression: Extract<Expression, { readonly kind: 'call' }>,
  signatures: readonly Signature[],
  environment: Environment,
): Term {
  const { context } = environment;
  const types = expression.args.map((arg) => infer(arg, environment));
  const [first] = signatures;
  const arities = new Set(signatures.map((each) => each.parameters.length));
  if (first !== undefined && !arities.has(types.length)) {
    reportArity(
      expression,
      first.parameters.map((p) => p.name),
      environment,
    );
    return first.result === 'int' || first.result === 'bool' ? constructed(first.result) : hole();
  }
  for (const signature of signatures) {
    const fits = signature.parameters.every(({ shape }, index) => {
      const type = types[index];
      return type !== undefined && couldBe(shape, type);
    });
    if (!fits) continue;
    const variables = new Map<string, Term>();
    const isTyped = signature.parameters.every(({ shape }, index) => {
      const type = types[index];
      return type !== undefined && unify(termOfShape(shape, variables), type);
    });
    if (isTyped) return termOfShape(signature.result, variables);
  }
  const name = expression.function;
  context.diagnostics.push(
    syntaxMessages.report('IR0317', spanOf(context, expression), {
      name,
      found: types.map(describeTerm),
      signatures: signatures.map((each) => printSignature(name, each)),
    }),
  );
  return hole();
}

/** By the outermost constructor alone. */
function couldBe(shape: Shape, type: Term): boolean {
  const at = resolved(type);
  if (shape === 'T' || shape === 'K' || shape === 'V') return true;
  const name = typeof shape === 'string' ? shape : (Object.keys(shape)[0] ?? '');
  if (at.kind === 'constructed') return at.name === name;
  return !at.isCollection || name === 'set' || name === 'map';
}

function termOfShape(shape: Shape, variables: Map<string, Term>): Term {
  if (typeof shape !== 'string') {
    if ('list' in shape) return constructed('list', [termOfShape(shape.list, variables)]);
    if ('set' in shape) return constructed('set', [termOfShape(shape.set, variables)]);
    return constructed(
      'map',
      shape.map.map((part) => termOfShape(part, variables)),
    );
  }
  if (shape === 'int' || shape === 'bool' || shape === 'string') return constructed(shape);
  const known = variables.get(shape);
  if (known !== undefined) return known;
  const fresh = hole();
  variables.set(shape, fresh);
  return fresh;
}
