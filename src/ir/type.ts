/**
 * Column types. Values are plain data: integers, booleans, strings, logical ids, tuples, lists, and the
 * elements of lattices. Nothing here knows a value's representation; `exec/value.ts` does.
 */

export type Type =
  | { readonly kind: 'int' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  /** A logical id of a member of `role`. Never a physical address (soundness.md, 15). */
  | { readonly kind: 'id'; readonly role: string }
  /** Declared by `type Name`: equality and order are all that is known. */
  | { readonly kind: 'opaque'; readonly name: string }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  /** What `collect` makes: sorted in the canonical value order, without duplicates. */
  | { readonly kind: 'list'; readonly item: Type }
  | { readonly kind: 'lattice'; readonly lattice: Lattice };

/**
 * A lattice-typed column: facts that agree on all other columns are merged into one.
 * Written `max<int>`, `min<int>`, `or`, `set<T>`, `map<K, L>`, `lex<T, L>`, or the name of a declared lattice.
 */
export type Lattice =
  | { readonly kind: 'max'; readonly of: Type }
  | { readonly kind: 'min'; readonly of: Type }
  | { readonly kind: 'or' }
  | { readonly kind: 'set'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Lattice }
  /** The larger first component wins; equal ones merge the second. */
  | { readonly kind: 'lex'; readonly version: Type; readonly value: Lattice }
  /** `lattice Name(a: T, b: T) = expression` in the program. */
  | { readonly kind: 'declared'; readonly name: string };

export interface Column {
  readonly name: string;
  readonly type: Type;
}

export const INT: Type = { kind: 'int' };
export const BOOL: Type = { kind: 'bool' };
export const STRING: Type = { kind: 'string' };

/** The program text of a type. */
export function printType(type: Type): string {
  switch (type.kind) {
    case 'int':
    case 'bool':
    case 'string':
      return type.kind;
    case 'id':
      return type.role;
    case 'opaque':
      return type.name;
    case 'tuple':
      return `(${type.items.map(printType).join(', ')})`;
    case 'list':
      return `list<${printType(type.item)}>`;
    case 'lattice':
      return printLattice(type.lattice);
  }
}

/** The program text of a lattice type. */
export function printLattice(lattice: Lattice): string {
  switch (lattice.kind) {
    case 'max':
    case 'min':
    case 'set':
      return `${lattice.kind}<${printType(lattice.of)}>`;
    case 'or':
      return 'or';
    case 'map':
      return `map<${printType(lattice.key)}, ${printLattice(lattice.value)}>`;
    case 'lex':
      return `lex<${printType(lattice.version)}, ${printLattice(lattice.value)}>`;
    case 'declared':
      return lattice.name;
  }
}
