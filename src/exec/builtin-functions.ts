/** The kernels of the built-in functions that `ir/builtins.ts` lists: one of each, on values. */
import { type BuiltinName, isBuiltin } from '../ir/builtins.ts';
import { EvaluationAbort } from './fault.ts';
import { entriesOf, itemsOf } from './lattice.ts';
import { routeHash } from './route.ts';
import { compareValues, equalValues, isTuple, keyOfValue, makeSet, type Value } from './value.ts';

type Kernel = (a: Value, b: Value, c: Value) => Value;

/** How to call a built-in; null for a name that is none. The checker has counted the arguments. */
export function builtinKernel(name: string): ((args: readonly Value[]) => Value) | null {
  if (!isBuiltin(name)) return null;
  const kernel = kernels[name];
  return (args) => kernel(args[0] as Value, args[1] as Value, args[2] as Value);
}

const kernels: Readonly<Record<BuiltinName, Kernel>> = {
  // 48 bits: as many as stay exact beside the arithmetic that a program may do with them.
  hash: (value) => routeHash([value]) * 0x10000 + (routeHash([[value]]) & 0xffff),
  sign: signature,
  verify: (signer, value, given) => equalValues(given, signature(signer, value)),
  size: (of) => sizeOf(of),
  contains: (of, item) => elementsOf(of).some((element) => equalValues(element, item)),
  get: (of, at, otherwise) => lookUp(of, at) ?? otherwise,
  first: (of, otherwise) => listOf(of)[0] ?? otherwise,
  last: (of, otherwise) => listOf(of).at(-1) ?? otherwise,
  union: (a, b) => makeSet([...itemsOf(a), ...itemsOf(b)]),
  concat: (a, b) =>
    typeof a === 'string' && typeof b === 'string' ? a + b : [...listOf(a), ...listOf(b)],
  str: (value) => textOf(value),
  abs: (value) => Math.abs(integerOf(value)),
  min: (a, b) => (compareValues(a, b) <= 0 ? a : b),
  max: (a, b) => (compareValues(a, b) >= 0 ? a : b),
};

/** Injective, so that nobody but the signer can have made it, as long as programs don't build it by hand. */
function signature(signer: Value, value: Value): string {
  return `signed(${keyOfValue(signer)},${keyOfValue(value)})`;
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return keyOfValue(value);
}

function sizeOf(of: Value): number {
  return typeof of === 'string' ? [...of].length : elementsOf(of).length;
}

/** The elements of a list or set, or the keys of a map. */
function elementsOf(of: Value): readonly Value[] {
  if (typeof of === 'object') {
    if (isTuple(of)) return of;
    return of.kind === 'set' ? of.items : of.entries.map(([key]) => key);
  }
  throw new EvaluationAbort('expression', 'a list, set or map was expected');
}

function listOf(of: Value): readonly Value[] {
  if (typeof of === 'object' && isTuple(of)) return of;
  throw new EvaluationAbort('expression', 'a list was expected');
}

function lookUp(of: Value, at: Value): Value | undefined {
  if (typeof of === 'object' && isTuple(of)) return of[integerOf(at)];
  return entriesOf(of).find(([key]) => equalValues(key, at))?.[1];
}

function integerOf(value: Value): number {
  if (typeof value === 'number') return value;
  throw new EvaluationAbort('expression', 'an integer was expected');
}
