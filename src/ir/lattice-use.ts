/**
 * Whether a clause uses the lattice columns of a relation monotonically: as the element grows, what it
 * derives only grows. Then the clause may stand in a cycle within a tick, since the fixpoint is the least
 * one and no order of evaluation shows. Thresholds (`n >= quorum` of a `max<int>`) count as monotone.
 */

import { assertNever } from '../base/assert.ts';
import { builtins, isBuiltin } from './builtins.ts';
import type { Atom, Clause, HeadArgument } from './clause.ts';
import type { Expression } from './expression.ts';
import type { Column, Lattice } from './type.ts';

/** How a value moves while the facts that it comes from grow. */
type Movement = 'still' | 'up' | 'down' | 'any';

/** Variables that hold elements of lattices, with the lattice where it is needed to tell two apart. */
interface Moving {
  readonly movements: Map<string, Movement>;
  readonly lattices: ReadonlyMap<string, Lattice>;
}

/** Why a use isn't monotone, and the node that shows it; null for a monotone use. */
export interface LatticeMisuse {
  readonly column: string;
  readonly reason: string;
}

/**
 * Whether the facts of `atom` (whose columns are given) may grow while the clause is evaluated.
 * `headColumns` are those of the relation that the clause derives.
 */
export function latticeMisuse(
  clause: Clause,
  atom: Atom,
  columns: readonly Column[],
  headColumns: readonly Column[],
): LatticeMisuse | null {
  const movements = new Map<string, Movement>();
  const lattices = new Map<string, Lattice>();
  for (const [index, column] of columns.entries()) {
    const arg = atom.args[index];
    if (column.type.kind !== 'lattice' || arg === undefined || arg.kind === 'wildcard') continue;
    const misuse = (reason: string): LatticeMisuse => ({ column: column.name, reason });
    if (arg.kind !== 'variable') return misuse('it is compared with a value that it may outgrow');
    if (occurrences(clause, arg.name) > 1)
      return misuse(`\`${arg.name}\` joins it with other facts`);
    movements.set(arg.name, movementOf(column.type.lattice));
    lattices.set(arg.name, column.type.lattice);
  }
  if (movements.size === 0) return null;
  return (
    misuseInBody(clause, { movements, lattices }) ??
    misuseInHead(clause, headColumns, { movements, lattices })
  );
}

/** How often a variable stands in the atoms of the body. */
function occurrences(clause: Clause, name: string): number {
  let count = 0;
  const visit = (expression: Expression): void => {
    if (expression.kind === 'variable' && expression.name === name) count += 1;
    if (expression.kind === 'tuple') expression.items.forEach(visit);
  };
  for (const literal of clause.body) {
    if (literal.kind !== 'condition' && literal.kind !== 'bind') literal.atom.args.forEach(visit);
  }
  return count;
}

function movementOf(lattice: Lattice): Movement {
  switch (lattice.kind) {
    case 'max':
    case 'or':
    case 'set':
    case 'map':
      return 'up';
    case 'min':
      return 'down';
    case 'lex':
    case 'declared':
      return 'any';
    default:
      return assertNever(lattice);
  }
}

function misuseInBody(clause: Clause, moving: Moving): LatticeMisuse | null {
  const binds = clause.body.filter((literal) => literal.kind === 'bind');
  // They may use each other in any order; each round settles one more.
  for (const _ of binds) {
    for (const { variable, value } of binds)
      moving.movements.set(variable, movement(value, moving));
  }
  for (const literal of clause.body) {
    if (literal.kind !== 'condition') continue;
    const moves = movement(literal.expression, moving);
    if (moves !== 'still' && moves !== 'up') {
      return { column: '', reason: 'a condition on it can become false again' };
    }
  }
  return null;
}

function misuseInHead(
  clause: Clause,
  columns: readonly Column[],
  moving: Moving,
): LatticeMisuse | null {
  for (const [index, argument] of clause.head.args.entries()) {
    const column = columns[index];
    if (column === undefined || !isMisused(argument, column, moving)) continue;
    return {
      column: column.name,
      reason:
        column.type.kind === 'lattice'
          ? `column \`${column.name}\` of the head does not grow with it`
          : `column \`${column.name}\` of the head is no lattice`,
    };
  }
  return null;
}

function isMisused(argument: HeadArgument, column: Column, moving: Moving): boolean {
  if (argument.kind !== 'plain') return true;
  const { value } = argument;
  const moves = movement(value, moving);
  if (moves === 'still') return false;
  if (column.type.kind !== 'lattice') return true;
  const { lattice } = column.type;
  const source = value.kind === 'variable' ? moving.lattices.get(value.name) : undefined;
  if (source !== undefined && JSON.stringify(source) === JSON.stringify(lattice)) return false;
  return moves !== movementOf(lattice) || moves === 'any';
}

function movement(expression: Expression, moving: Moving): Movement {
  const of = (sub: Expression): Movement => movement(sub, moving);
  switch (expression.kind) {
    case 'variable':
      return moving.movements.get(expression.name) ?? 'still';
    case 'wildcard':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
    case 'me':
      return 'still';
    case 'binary':
      return binaryMovement(expression, of);
    case 'unary':
      return opposite(of(expression.operand));
    case 'if': {
      const branches = together(of(expression.then), of(expression.otherwise));
      return of(expression.condition) === 'still' || branches === 'still' ? branches : 'any';
    }
    case 'call':
      return callMovement(expression, moving);
    case 'component': {
      const { of: whole, index } = expression;
      const lattice = whole.kind === 'variable' ? moving.lattices.get(whole.name) : undefined;
      // The version of a `lex` pair only rises; its value may be replaced by any other.
      if (lattice?.kind === 'lex' && index === 0) return 'up';
      return of(whole) === 'still' ? 'still' : 'any';
    }
    case 'tuple':
    case 'set':
      return expression.items.every((item) => of(item) === 'still') ? 'still' : 'any';
    case 'map': {
      if (expression.entries.some((entry) => of(entry.key) !== 'still')) return 'any';
      return expression.entries.map((entry) => of(entry.value)).reduce(together, 'still');
    }
    default:
      return assertNever(expression);
  }
}

function binaryMovement(
  expression: Extract<Expression, { readonly kind: 'binary' }>,
  of: (sub: Expression) => Movement,
): Movement {
  const { operator } = expression;
  const left = of(expression.left);
  const right = of(expression.right);
  if (left === 'still' && right === 'still') return 'still';
  switch (operator) {
    case '+':
    case '&&':
    case '||':
      return together(left, right);
    case '-':
    case '>':
    case '>=':
      return together(left, opposite(right));
    case '<':
    case '<=':
      return together(opposite(left), right);
    case '*':
      return scaled(expression.left, left, expression.right, right);
    case '/': {
      const by = expression.right;
      return by.kind === 'int' && by.value > 0 ? left : 'any';
    }
    case '%':
    case '==':
    case '!=':
      return 'any';
    default:
      return assertNever(operator);
  }
}

function scaled(
  left: Expression,
  leftMoves: Movement,
  right: Expression,
  rightMoves: Movement,
): Movement {
  const [factor, moves] = left.kind === 'int' ? [left, rightMoves] : [right, leftMoves];
  if (factor.kind !== 'int') return 'any';
  return factor.value < 0 ? opposite(moves) : moves;
}

function callMovement(
  call: Extract<Expression, { readonly kind: 'call' }>,
  moving: Moving,
): Movement {
  const moves = call.args.map((arg) => movement(arg, moving));
  if (moves.every((each) => each === 'still')) return 'still';
  if (!isBuiltin(call.function)) return 'any';
  // `min` and `max` of collections follow the order of values, not inclusion.
  const isOrdered = call.function === 'min' || call.function === 'max';
  if (isOrdered && call.args.some((arg) => isCollection(arg, moving))) return 'any';
  const [signature] = builtins[call.function].signatures;
  return moves.reduce<Movement>((whole, each, index) => {
    const name = signature?.parameters[index]?.name ?? '';
    const grows = each === 'still' || signature?.growsIn.includes(name) === true;
    return grows ? together(whole, each) : 'any';
  }, 'still');
}

function isCollection(expression: Expression, moving: Moving): boolean {
  if (expression.kind === 'set' || expression.kind === 'map') return true;
  const lattice = expression.kind === 'variable' ? moving.lattices.get(expression.name) : undefined;
  return lattice?.kind === 'set' || lattice?.kind === 'map';
}

function opposite(moves: Movement): Movement {
  if (moves === 'up') return 'down';
  return moves === 'down' ? 'up' : moves;
}

function together(a: Movement, b: Movement): Movement {
  if (a === 'still') return b;
  if (b === 'still' || a === b) return a;
  return 'any';
}
