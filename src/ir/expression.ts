/** Expressions: what may stand in an argument of an atom, on a side of a comparison, or in a function's body. */

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||';

export type Expression =
  | { readonly kind: 'variable'; readonly name: string }
  /** `_`: a column that isn't needed; each one stands for itself. Only as an argument of a body atom. */
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  /** A parameter of the program (`param f = 1`). */
  | { readonly kind: 'parameter'; readonly name: string }
  /** The own logical id. Parts of one member share it. */
  | { readonly kind: 'me' }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'call'; readonly function: string; readonly args: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  /** `e.0`: a component of a tuple (or of an element of a `lex` lattice), counted from 0. */
  | { readonly kind: 'component'; readonly of: Expression; readonly index: number }
  /** `{a, b}`: an element of a `set` lattice; `{}` is its bottom. */
  | { readonly kind: 'set'; readonly items: readonly Expression[] }
  /** `{k: v}`: an element of a `map` lattice. */
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
    };

export const WILDCARD: Expression = { kind: 'wildcard' };
export const ME: Expression = { kind: 'me' };

export function variable(name: string): Expression {
  return { kind: 'variable', name };
}

export function int(value: number): Expression {
  return { kind: 'int', value };
}

/** The direct subexpressions, in source order. */
export function subexpressions(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'binary':
      return [expression.left, expression.right];
    case 'unary':
      return [expression.operand];
    case 'if':
      return [expression.condition, expression.then, expression.otherwise];
    case 'call':
      return expression.args;
    case 'tuple':
    case 'set':
      return expression.items;
    case 'component':
      return [expression.of];
    case 'map':
      return expression.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'variable':
    case 'wildcard':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
    case 'me':
      return [];
  }
}

/** The same expression with every direct subexpression replaced. */
export function mapSubexpressions(
  expression: Expression,
  change: (sub: Expression) => Expression,
): Expression {
  switch (expression.kind) {
    case 'binary':
      return { ...expression, left: change(expression.left), right: change(expression.right) };
    case 'unary':
      return { ...expression, operand: change(expression.operand) };
    case 'if':
      return {
        ...expression,
        condition: change(expression.condition),
        then: change(expression.then),
        otherwise: change(expression.otherwise),
      };
    case 'call':
      return { ...expression, args: expression.args.map(change) };
    case 'tuple':
    case 'set':
      return { ...expression, items: expression.items.map(change) };
    case 'component':
      return { ...expression, of: change(expression.of) };
    case 'map':
      return {
        ...expression,
        entries: expression.entries.map((e) => ({ key: change(e.key), value: change(e.value) })),
      };
    default:
      return expression;
  }
}

/** The names of the variables of an expression, each once, in order of first occurrence. */
export function variablesOf(expression: Expression): readonly string[] {
  const seen = new Set<string>();
  const visit = (e: Expression): void => {
    if (e.kind === 'variable') seen.add(e.name);
    else for (const sub of subexpressions(e)) visit(sub);
  };
  visit(expression);
  return [...seen];
}

/** The expression with variables replaced; variables that the map doesn't name stay. */
export function substitute(
  expression: Expression,
  replacement: ReadonlyMap<string, Expression>,
): Expression {
  if (expression.kind === 'variable') return replacement.get(expression.name) ?? expression;
  return mapSubexpressions(expression, (sub) => substitute(sub, replacement));
}
