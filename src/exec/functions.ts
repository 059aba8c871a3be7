/** What a call in an expression runs: a built-in, a function with a body, or one that the user bound. */
import { defined, invariant } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import { builtinKernel } from './builtin-functions.ts';
import { type Apply, compileExpression, type ExpressionScope } from './expression.ts';
import { EMPTY } from './fact-set.ts';
import { EvaluationAbort } from './fault.ts';
import { variableTable } from './join.ts';
import { isTuple, makeMap, makeSet, type Value } from './value.ts';

/** Functions of `--functions FILE.mjs`, by name. What they return is checked at every call. */
export type ExternalFunctions = Readonly<Record<string, (...args: Value[]) => unknown>>;

export function functionTable(
  program: Program,
  external: ExternalFunctions,
): (name: string) => Apply {
  const compiled = new Map<string, Apply>();
  const resolve = (name: string): Apply => {
    const declaration = program.functions.find((each) => each.name === name);
    if (declaration === undefined) {
      return defined(builtinKernel(name), `\`${name}\` is a function, says the checker`);
    }
    const { body } = declaration;
    if (body === null) return bound(name, external[name]);
    const table = variableTable();
    for (const parameter of declaration.parameters) table.at(parameter.name);
    // The body is compiled at the first call, so that functions may stand in any order.
    let evaluate: ReturnType<typeof compileExpression> | null = null;
    return (args) => {
      evaluate ??= compileExpression(body, scopeOf(program, table.at, lookUp));
      return evaluate({
        me: 0,
        variables: [...args],
        slots: [],
        delta: EMPTY,
        emit: ignore,
        budget: 0,
      });
    };
  };
  const lookUp = (name: string): Apply => {
    const found = compiled.get(name);
    if (found !== undefined) return found;
    const made = resolve(name);
    compiled.set(name, made);
    return made;
  };
  return lookUp;
}

export function scopeOf(
  program: Program,
  variable: (name: string) => number,
  call: (name: string) => Apply,
): ExpressionScope {
  return {
    variable,
    call,
    parameter: (name) =>
      defined(
        program.parameters.find((each) => each.name === name),
        `\`${name}\` is a parameter, says the checker`,
      ).value,
  };
}

function bound(name: string, implementation: ExternalFunctions[string] | undefined): Apply {
  return (args) => {
    if (implementation === undefined) {
      throw new EvaluationAbort('function', `the external function \`${name}\` isn't bound`);
    }
    let result: unknown;
    try {
      result = implementation(...args);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new EvaluationAbort('function', `\`${name}\` failed: ${reason}`);
    }
    const value = asValue(result);
    if (value !== null) return value;
    throw new EvaluationAbort('function', `\`${name}\` returned what is no value of the language`);
  };
}

/** Plain JavaScript data as a value; null when it is none. Sets and maps of JavaScript are taken too. */
export function asValue(data: unknown): Value | null {
  if (typeof data === 'boolean' || typeof data === 'string') return data;
  if (typeof data === 'number') return Number.isSafeInteger(data) ? data + 0 : null;
  if (Array.isArray(data)) return allValues(data);
  if (data instanceof Set) {
    const items = allValues([...data]);
    return items === null ? null : makeSet(items);
  }
  if (data instanceof Map) {
    const keys = allValues([...data.keys()]);
    const values = allValues([...data.values()]);
    if (keys === null || values === null) return null;
    return makeMap(keys.map((key, at) => [key, values[at] as Value]));
  }
  if (typeof data !== 'object' || data === null) return null;
  if ('items' in data && Array.isArray(data.items)) {
    const items = allValues(data.items);
    return items === null ? null : makeSet(items);
  }
  if (!('entries' in data) || !Array.isArray(data.entries)) return null;
  const pairs = allValues(data.entries);
  if (pairs === null) return null;
  const entries = pairs.filter((pair) => typeof pair === 'object' && isTuple(pair));
  return makeMap(entries.map((pair) => [pair[0] as Value, pair[1] as Value]));
}

function allValues(data: readonly unknown[]): readonly Value[] | null {
  const values = data.map(asValue);
  return values.every((value) => value !== null) ? values : null;
}

function ignore(): void {
  invariant(false, 'the frame of a function emits nothing');
}
