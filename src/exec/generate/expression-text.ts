/** Expressions as the text of JavaScript expressions; what types decide is decided here and not at run time. */
import { assertNever, defined, invariant } from '../../base/assert.ts';
import { isBuiltin } from '../../ir/builtins.ts';
import { type Expression, subexpressions, variablesOf } from '../../ir/expression.ts';
import type { Program, Role } from '../../ir/program.ts';
import type { Type } from '../../ir/type.ts';
import { typeOf } from '../../ir/typing.ts';
import { identifier, literal } from './text.ts';

/** Functions that the module needs, found while its expressions are written. */
export interface FunctionTexts {
  /** Text that calls the function with these arguments. */
  readonly call: (name: string, args: readonly string[]) => string;
  /** The name of a new function with this body, an expression of its parameters. */
  readonly split: (parameters: readonly string[], body: string) => string;
}

export interface ExpressionContext {
  readonly program: Program;
  readonly role: Role;
  readonly functions: FunctionTexts;
}

/** What stands for the variables of a clause at some point of its text, and their types where known. */
export interface Bindings {
  readonly texts: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, Type>;
}

/** Expressions nest as deep as a program likes; deeper ones than this become functions of their own. */
const nestingMax = 40;

export function expressionText(
  expression: Expression,
  bindings: Bindings,
  context: ExpressionContext,
): string {
  return write(expression, { bindings, context, depth: 0 });
}

/** How two values of this type are told apart: as texts of a condition. */
export function equalText(type: Type | null, a: string, b: string): string {
  if (isPrimitive(type)) return `${a} === ${b}`;
  if (!isFlat(type) || !isName(a) || !isName(b)) return `eq(${a}, ${b})`;
  // Most tuples that are equal are one and the same: it goes from relation to relation.
  const items = type.items.map((_, at) => `${a}[${at}] === ${b}[${at}]`);
  return `(${a} === ${b} || (${items.join(' && ')}))`;
}

/** A tuple whose items are told apart as they are. */
export function isFlat(type: Type | null): type is Extract<Type, { readonly kind: 'tuple' }> {
  return type?.kind === 'tuple' && type.items.length > 0 && type.items.every(isPrimitive);
}

/** Text that may stand any number of times: a name, or a field of one. */
export function isName(text: string): boolean {
  return /^[A-Za-z_][\w.]*$/.test(text);
}

/** Equal values of the type are identical. */
export function isPrimitive(type: Type | null): boolean {
  return type !== null && ['int', 'bool', 'string', 'id'].includes(type.kind);
}

/** The type of an expression under the bindings; null when it isn't known. */
export function typeUnder(
  expression: Expression,
  bindings: Bindings,
  context: ExpressionContext,
): Type | null {
  const { program, role } = context;
  return typeOf(expression, { program, role, types: bindings.types });
}

interface Place {
  readonly bindings: Bindings;
  readonly context: ExpressionContext;
  readonly depth: number;
}

function write(expression: Expression, place: Place): string {
  if (place.depth >= nestingMax && subexpressions(expression).length > 0) {
    return writeSplit(expression, place);
  }
  const of = (sub: Expression): string => write(sub, { ...place, depth: place.depth + 1 });
  const { bindings, context } = place;
  switch (expression.kind) {
    case 'variable': {
      const text = bindings.texts.get(expression.name);
      return defined(text, 'orderGoals waits until a variable has a value');
    }
    case 'int':
    case 'bool':
    case 'string':
      return literal(expression.value);
    case 'parameter': {
      const { name } = expression;
      const parameter = context.program.parameters.find((each) => each.name === name);
      return literal(defined(parameter, 'a parameter of the program').value);
    }
    case 'me':
      return 'ME';
    case 'binary':
      return writeBinary(expression, of, place);
    case 'unary':
      return expression.operator === '!'
        ? `(${of(expression.operand)} !== true)`
        : `neg(${of(expression.operand)})`;
    case 'if':
      return `(${of(expression.condition)} === true ? ${of(expression.then)} : ${of(expression.otherwise)})`;
    case 'call':
      return context.functions.call(expression.function, expression.args.map(of));
    case 'tuple':
      return `[${expression.items.map(of).join(', ')}]`;
    case 'component':
      return `item(${of(expression.of)}, ${literal(expression.index)})`;
    case 'set':
      return `makeSet([${expression.items.map(of).join(', ')}])`;
    case 'map':
      return `makeMap([${expression.entries.map((e) => `[${of(e.key)}, ${of(e.value)}]`).join(', ')}])`;
    case 'wildcard':
      invariant(false, 'the checker allows `_` only as an argument of a body atom');
      break;
    default:
      return assertNever(expression);
  }
}

function writeBinary(
  expression: Extract<Expression, { kind: 'binary' }>,
  of: (sub: Expression) => string,
  { bindings, context }: Place,
): string {
  const [a, b] = [of(expression.left), of(expression.right)];
  const type =
    typeUnder(expression.left, bindings, context) ?? typeUnder(expression.right, bindings, context);
  const native = isPrimitive(type);
  switch (expression.operator) {
    case '+':
      return `add(${a}, ${b})`;
    case '-':
      return `sub(${a}, ${b})`;
    case '*':
      return `mul(${a}, ${b})`;
    case '/':
      return `div(${a}, ${b})`;
    case '%':
      return `mod(${a}, ${b})`;
    case '==':
      return `(${equalText(type, a, b)})`;
    case '!=':
      return native ? `(${a} !== ${b})` : `!eq(${a}, ${b})`;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return native
        ? `(${a} ${expression.operator} ${b})`
        : `(cmp(${a}, ${b}) ${expression.operator} 0)`;
    case '&&':
    case '||':
      return `(${a} === true ${expression.operator} ${b} === true)`;
    default:
      return assertNever(expression.operator);
  }
}

/** A function of its own, so that neither the parser nor a frame of the stack has to take the whole expression. */
function writeSplit(expression: Expression, { bindings, context }: Place): string {
  const names = variablesOf(expression);
  const parameters = names.map((name, at) => identifier(name, at));
  const texts = new Map(names.map((name, at) => [name, parameters[at] ?? '']));
  const inner = { texts, types: bindings.types };
  const body = write(expression, { bindings: inner, context, depth: 0 });
  const name = context.functions.split(parameters, body);
  const args = names.map((each) => defined(bindings.texts.get(each), 'a bound variable'));
  return `${name}(${args.join(', ')})`;
}

/**
 * The functions of a module: those with a body become functions of it, built-ins and those that the user bound are
 * values that it is given.
 */
export class FunctionWriter implements FunctionTexts {
  readonly #context: ExpressionContext;
  readonly #names = new Map<string, string>();
  /** Names of functions that are passed in, in the order of their places. */
  readonly given: string[] = [];
  readonly texts: string[] = [];

  constructor(program: Program, role: Role) {
    this.#context = { program, role, functions: this };
  }

  call(name: string, args: readonly string[]): string {
    const known = this.#names.get(name);
    if (known !== undefined) return this.#applied(known, args);
    const declaration = this.#context.program.functions.find((each) => each.name === name);
    if (declaration?.body == null) {
      invariant(declaration !== undefined || isBuiltin(name), 'a function, says the checker');
      const text = `CALL[${this.given.length}]`;
      this.given.push(name);
      this.#names.set(name, text);
      return this.#applied(text, args);
    }
    const text = `f_${identifier(name, this.#names.size)}`;
    this.#names.set(name, text);
    const { parameters, body } = declaration;
    const names = parameters.map((each, at) => identifier(each.name, at));
    const bindings: Bindings = {
      texts: new Map(parameters.map((each, at) => [each.name, names[at] ?? ''])),
      types: new Map(parameters.map((each) => [each.name, each.type])),
    };
    const value = expressionText(body, bindings, this.#context);
    this.texts.push(`function ${text}(${names.join(', ')}) { return ${value}; }`);
    return this.#applied(text, args);
  }

  split(parameters: readonly string[], body: string): string {
    const name = `part_${this.texts.length}`;
    this.texts.push(`function ${name}(${parameters.join(', ')}) { return ${body}; }`);
    return name;
  }

  #applied(text: string, args: readonly string[]): string {
    return text.startsWith('CALL')
      ? `${text}([${args.join(', ')}])`
      : `${text}(${args.join(', ')})`;
  }
}
