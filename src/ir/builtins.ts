/**
 * The one list of built-in functions: read by the checker (types), the analyses (dependencies,
 * monotonicity), the kernels of `exec` (one implementation each), the solver's encoder (uninterpreted,
 * known by their dependencies) and the reference in docs/language.md.
 */

import { assertNever } from '../base/assert.ts';
import type { Dependency } from './program.ts';
import { BOOL, INT, type Lattice, STRING, type Type } from './type.ts';

/** Types of arguments and results; `T`, `K` and `V` stand for any type, the same one throughout. */
export type Shape =
  | 'int'
  | 'bool'
  | 'string'
  | 'T'
  | 'K'
  | 'V'
  | { readonly list: Shape }
  | { readonly set: Shape }
  | { readonly map: readonly [Shape, Shape] };

export interface Signature {
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  readonly result: Shape;
  /**
   * The parameters in which the result grows, in the order of the lattice that their column has
   * (integers upwards, sets and maps by inclusion, `false` before `true`); other ones must not change.
   */
  readonly growsIn: readonly string[];
}

export interface Builtin {
  /** More than one where the name means the same for several types; told apart by the arguments. */
  readonly signatures: readonly Signature[];
  /** Beside "all arguments determine the result", which holds of every function. */
  readonly dependencies: readonly Dependency[];
  /** What it costs: `crypto` functions have a term of their own in the cost model. */
  readonly cost: 'plain' | 'crypto';
  /** One sentence for the reference, in terms of the parameter names. */
  readonly doc: string;
}

export const builtinNames = [
  'hash',
  'sign',
  'verify',
  'size',
  'contains',
  'get',
  'first',
  'last',
  'union',
  'concat',
  'str',
  'abs',
  'min',
  'max',
] as const;

export type BuiltinName = (typeof builtinNames)[number];

export const builtins: Readonly<Record<BuiltinName, Builtin>> = {
  hash: {
    signatures: [signature({ value: 'T' }, 'int')],
    dependencies: [],
    cost: 'crypto',
    doc: 'A digest of `value`, an integer from 0 to 2^48 - 1, the same in every run; different values may share one.',
  },
  sign: {
    signatures: [signature({ signer: 'K', value: 'T' }, 'string')],
    dependencies: [{ from: ['result'], to: ['signer', 'value'] }],
    cost: 'crypto',
    doc: 'The signature of `signer` (usually `me`) under `value`; signatures of different signers or values differ.',
  },
  verify: {
    signatures: [signature({ signer: 'K', value: 'T', signature: 'string' }, 'bool')],
    dependencies: [],
    cost: 'crypto',
    doc: 'True if `signature` is `sign(signer, value)`.',
  },
  size: {
    signatures: [
      signature({ of: { set: 'T' } }, 'int', ['of']),
      signature({ of: { map: ['K', 'V'] } }, 'int', ['of']),
      signature({ of: { list: 'T' } }, 'int'),
      signature({ of: 'string' }, 'int'),
    ],
    dependencies: [],
    cost: 'plain',
    doc: 'The number of elements of a set or list, of keys of a map, or of characters of a string.',
  },
  contains: {
    signatures: [
      signature({ of: { set: 'T' }, item: 'T' }, 'bool', ['of']),
      signature({ of: { map: ['T', 'V'] }, item: 'T' }, 'bool', ['of']),
      signature({ of: { list: 'T' }, item: 'T' }, 'bool'),
    ],
    dependencies: [],
    cost: 'plain',
    doc: 'True if `item` is an element of a set or list, or a key of a map.',
  },
  get: {
    signatures: [
      signature({ of: { map: ['K', 'V'] }, at: 'K', otherwise: 'V' }, 'V', ['of']),
      signature({ of: { list: 'T' }, at: 'int', otherwise: 'T' }, 'T'),
    ],
    dependencies: [],
    cost: 'plain',
    doc: 'The value of key `at` of a map, or the element at place `at` (from 0) of a list; `otherwise` where there is none.',
  },
  first: {
    signatures: [signature({ of: { list: 'T' }, otherwise: 'T' }, 'T')],
    dependencies: [],
    cost: 'plain',
    doc: 'The first element of a list, or `otherwise` if it is empty.',
  },
  last: {
    signatures: [signature({ of: { list: 'T' }, otherwise: 'T' }, 'T')],
    dependencies: [],
    cost: 'plain',
    doc: 'The last element of a list, or `otherwise` if it is empty.',
  },
  union: {
    signatures: [signature({ a: { set: 'T' }, b: { set: 'T' } }, { set: 'T' }, ['a', 'b'])],
    dependencies: [],
    cost: 'plain',
    doc: 'The set of the elements of `a` and of `b`.',
  },
  concat: {
    signatures: [
      signature({ a: 'string', b: 'string' }, 'string'),
      signature({ a: { list: 'T' }, b: { list: 'T' } }, { list: 'T' }),
    ],
    dependencies: [],
    cost: 'plain',
    doc: 'The text or list `a` followed by `b`.',
  },
  str: {
    signatures: [signature({ value: 'T' }, 'string')],
    dependencies: [{ from: ['result'], to: ['value'] }],
    cost: 'plain',
    doc: '`value` as text; different values of one type have different texts, and a string is its own.',
  },
  abs: {
    signatures: [signature({ value: 'int' }, 'int')],
    dependencies: [],
    cost: 'plain',
    doc: 'The absolute value.',
  },
  min: {
    signatures: [signature({ a: 'T', b: 'T' }, 'T', ['a', 'b'])],
    dependencies: [],
    cost: 'plain',
    doc: 'The smaller of `a` and `b` in the order of `<`. (The aggregate is written `min<..>`.)',
  },
  max: {
    signatures: [signature({ a: 'T', b: 'T' }, 'T', ['a', 'b'])],
    dependencies: [],
    cost: 'plain',
    doc: 'The larger of `a` and `b` in the order of `<`. (The aggregate is written `max<..>`.)',
  },
};

export function isBuiltin(name: string): name is BuiltinName {
  return Object.hasOwn(builtins, name);
}

/** The program text of a shape. */
export function printShape(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return `list<${printShape(shape.list)}>`;
  if ('set' in shape) return `set<${printShape(shape.set)}>`;
  return `map<${shape.map.map(printShape).join(', ')}>`;
}

/** `contains(of: set<T>, item: T): bool`. */
export function printSignature(name: string, signature: Signature): string {
  const parameters = signature.parameters.map((p) => `${p.name}: ${printShape(p.shape)}`);
  return `${name}(${parameters.join(', ')}): ${printShape(signature.result)}`;
}

/** May stand as a literal of its own; a value such as `get(m, k)` is compared instead, though it may be a truth value. */
export function isCondition(name: BuiltinName): boolean {
  return builtins[name].signatures.some(({ result }) => result === 'bool');
}

/** The result of a call whose arguments have these types; null when no signature takes them. */
export function builtinResult(name: string, args: readonly Type[]): Type | null {
  if (!isBuiltin(name)) return null;
  for (const { parameters, result } of builtins[name].signatures) {
    const bound = new Map<string, Type>();
    const fits =
      parameters.length === args.length &&
      parameters.every(({ shape }, index) => {
        const arg = args[index];
        return arg !== undefined && accepts(shape, arg, bound);
      });
    if (fits) return instantiate(result, bound);
  }
  return null;
}

/** Binds the type variables of a shape; the first binding of each stands. */
function accepts(shape: Shape, type: Type, bound: Map<string, Type>): boolean {
  if (typeof shape === 'string') {
    if (shape === 'T' || shape === 'K' || shape === 'V') {
      if (!bound.has(shape)) bound.set(shape, type);
      return true;
    }
    return carrierKind(type) === shape;
  }
  if ('list' in shape) return type.kind === 'list' && accepts(shape.list, type.item, bound);
  if (type.kind !== 'lattice') return false;
  const { lattice } = type;
  if ('set' in shape) return lattice.kind === 'set' && accepts(shape.set, lattice.of, bound);
  return (
    lattice.kind === 'map' &&
    accepts(shape.map[0], lattice.key, bound) &&
    accepts(shape.map[1], latticeType(lattice.value), bound)
  );
}

function latticeType(lattice: Lattice): Type {
  return { kind: 'lattice', lattice };
}

/** The type of the values of a column: those of a `max<int>` column are integers. */
function carrierKind(type: Type): string {
  if (type.kind !== 'lattice') return type.kind;
  if (type.lattice.kind === 'max' || type.lattice.kind === 'min')
    return carrierKind(type.lattice.of);
  return type.lattice.kind === 'or' ? 'bool' : type.lattice.kind;
}

function instantiate(shape: Shape, bound: ReadonlyMap<string, Type>): Type | null {
  if (typeof shape === 'string') {
    switch (shape) {
      case 'int':
        return INT;
      case 'bool':
        return BOOL;
      case 'string':
        return STRING;
      case 'T':
      case 'K':
      case 'V':
        return bound.get(shape) ?? null;
      default:
        return assertNever(shape);
    }
  }
  if ('list' in shape) {
    const item = instantiate(shape.list, bound);
    return item && { kind: 'list', item };
  }
  if ('set' in shape) {
    const of = instantiate(shape.set, bound);
    return of && { kind: 'lattice', lattice: { kind: 'set', of } };
  }
  return null;
}

function signature(
  parameters: Readonly<Record<string, Shape>>,
  result: Shape,
  growsIn: readonly string[] = [],
): Signature {
  const list = Object.entries(parameters).map(([name, shape]) => ({ name, shape }));
  return { parameters: list, result, growsIn };
}
