/** Types of the variables of a checked clause. Errors are the checker's business; here they are bugs. */

import { assertNever } from '../base/assert.ts';
import { builtinResult } from './builtins.ts';
import type { Clause, Literal } from './clause.ts';
import type { Expression } from './expression.ts';
import type { Program, Role } from './program.ts';
import { type VisibleNames, visibleIn } from './schema.ts';
import { BOOL, INT, STRING, type Type } from './type.ts';

/** Every variable that the body binds, with its type, in order of first binding. */
export function variableTypes(
  program: Program,
  role: Role,
  body: Clause['body'],
): ReadonlyMap<string, Type> {
  const visible = visibleIn(program, role);
  const types = new Map<string, Type>();
  for (const literal of body) bindAtom(literal, visible, types);
  // Binds may use each other in any order; each round settles at least one more.
  for (let round = 0; round < body.length; round += 1) {
    for (const literal of body) {
      if (literal.kind !== 'bind' || types.has(literal.variable)) continue;
      const type = typeOf(literal.value, { program, role, types });
      if (type !== null) types.set(literal.variable, type);
    }
  }
  return types;
}

function bindAtom(literal: Literal, visible: VisibleNames, types: Map<string, Type>): void {
  if (literal.kind !== 'atom' && literal.kind !== 'stable' && literal.kind !== 'expired') return;
  const columns = visible.get(literal.atom.relation)?.columns ?? [];
  for (const [index, arg] of literal.atom.args.entries()) {
    const column = columns[index];
    if (arg.kind === 'variable' && column !== undefined && !types.has(arg.name)) {
      types.set(arg.name, column.type);
    }
  }
}

export interface Environment {
  readonly program: Program;
  readonly role: Role;
  readonly types: ReadonlyMap<string, Type>;
}

/** The type of an expression, or null when it uses a variable that has none yet. */
export function typeOf(expression: Expression, environment: Environment): Type | null {
  const { program, role, types } = environment;
  const of = (sub: Expression): Type | null => typeOf(sub, environment);
  switch (expression.kind) {
    case 'variable':
      return types.get(expression.name) ?? null;
    case 'int':
    case 'parameter':
      return INT;
    case 'bool':
      return BOOL;
    case 'string':
      return STRING;
    case 'me':
      return { kind: 'id', role: role.of ?? role.name };
    case 'unary':
      return expression.operator === '!' ? BOOL : INT;
    case 'binary':
      return ['+', '-', '*', '/', '%'].includes(expression.operator) ? INT : BOOL;
    case 'if':
      return of(expression.then) ?? of(expression.otherwise);
    case 'tuple': {
      const items = expression.items.map(of);
      return items.includes(null)
        ? null
        : { kind: 'tuple', items: items.filter((t) => t !== null) };
    }
    case 'component': {
      const whole = of(expression.of);
      return whole?.kind === 'tuple' ? (whole.items[expression.index] ?? null) : null;
    }
    case 'set': {
      const item = expression.items[0] === undefined ? null : of(expression.items[0]);
      return item === null ? null : { kind: 'lattice', lattice: { kind: 'set', of: item } };
    }
    case 'call': {
      const declared = program.functions.find((each) => each.name === expression.function);
      if (declared !== undefined) return declared.result;
      const args = expression.args.map(of);
      return args.includes(null)
        ? null
        : builtinResult(
            expression.function,
            args.filter((t) => t !== null),
          );
    }
    case 'map':
    case 'wildcard':
      return null;
    default:
      return assertNever(expression);
  }
}
