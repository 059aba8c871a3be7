/**
 * Types during inference. The values of a lattice column are what the column holds, so `max<int>` is `int`
 * here, `or` is `bool`, and `lex<T, L>` is a pair.
 */

import type { Program } from '../ir/program.ts';
import { baseRole } from '../ir/schema.ts';
import type { Lattice, Type } from '../ir/type.ts';

export type Term = Hole | Constructed;

/** Not known yet; `{}` can only become a set or a map. */
export interface Hole {
  readonly kind: 'hole';
  readonly isCollection: boolean;
  bound: Term | null;
}

export interface Constructed {
  readonly kind: 'constructed';
  /** `int`, `bool`, `string`, `tuple`, `list`, `set`, `map`, `id ROLE` or `type NAME`. */
  readonly name: string;
  readonly args: readonly Term[];
}

export const INT_TERM: Term = constructed('int');
export const BOOL_TERM: Term = constructed('bool');
export const STRING_TERM: Term = constructed('string');

export function constructed(name: string, args: readonly Term[] = []): Constructed {
  return { kind: 'constructed', name, args };
}

export function hole(isCollection: 'collection' | 'any' = 'any'): Hole {
  return { kind: 'hole', isCollection: isCollection === 'collection', bound: null };
}

/** `role`, or the member that it is a part of. */
export function idTerm(program: Program, role: string): Term {
  return constructed(`id ${baseRole(program, role)}`);
}

/** Names in `unknown` were reported where they stand and fit everything. */
export function termOf(type: Type, program: Program, unknown: ReadonlySet<string>): Term {
  switch (type.kind) {
    case 'int':
    case 'bool':
    case 'string':
      return constructed(type.kind);
    case 'id':
      return idTerm(program, type.role);
    case 'opaque':
      return unknown.has(type.name) ? hole() : constructed(`type ${type.name}`);
    case 'tuple':
      return constructed(
        'tuple',
        type.items.map((item) => termOf(item, program, unknown)),
      );
    case 'list':
      return constructed('list', [termOf(type.item, program, unknown)]);
    case 'lattice':
      return carrier(type.lattice, program, unknown);
  }
}

function carrier(lattice: Lattice, program: Program, unknown: ReadonlySet<string>): Term {
  switch (lattice.kind) {
    case 'max':
    case 'min':
      return termOf(lattice.of, program, unknown);
    case 'or':
      return BOOL_TERM;
    case 'set':
      return constructed('set', [termOf(lattice.of, program, unknown)]);
    case 'map':
      return constructed('map', [
        termOf(lattice.key, program, unknown),
        carrier(lattice.value, program, unknown),
      ]);
    case 'lex':
      return constructed('tuple', [
        termOf(lattice.version, program, unknown),
        carrier(lattice.value, program, unknown),
      ]);
    case 'declared': {
      const declared = program.lattices.find((each) => each.name === lattice.name);
      // A lattice over declared ones is reported with its declaration, and could be over itself.
      const isPlain = declared !== undefined && !mentionsDeclared(declared.element);
      return isPlain ? termOf(declared.element, program, unknown) : hole();
    }
  }
}

/** Whether a type is made from a declared lattice. */
export function mentionsDeclared(type: Type): boolean {
  switch (type.kind) {
    case 'tuple':
      return type.items.some(mentionsDeclared);
    case 'list':
      return mentionsDeclared(type.item);
    case 'lattice':
      return latticeMentionsDeclared(type.lattice);
    default:
      return false;
  }
}

function latticeMentionsDeclared(lattice: Lattice): boolean {
  switch (lattice.kind) {
    case 'max':
    case 'min':
    case 'set':
      return mentionsDeclared(lattice.of);
    case 'or':
      return false;
    case 'map':
      return mentionsDeclared(lattice.key) || latticeMentionsDeclared(lattice.value);
    case 'lex':
      return mentionsDeclared(lattice.version) || latticeMentionsDeclared(lattice.value);
    case 'declared':
      return true;
  }
}

/** What a term stands for, past bound holes. */
export function resolved(term: Term): Term {
  let at = term;
  while (at.kind === 'hole' && at.bound !== null) at = at.bound;
  return at;
}

/** Makes the two equal where that is possible. */
export function unify(a: Term, b: Term): boolean {
  const left = resolved(a);
  const right = resolved(b);
  if (left === right) return true;
  if (left.kind === 'hole') return bind(left, right);
  if (right.kind === 'hole') return bind(right, left);
  if (left.name !== right.name || left.args.length !== right.args.length) return false;
  return left.args.every((arg, index) => unify(arg, right.args[index] ?? arg));
}

function bind(from: Hole, to: Term): boolean {
  if (from.isCollection && to.kind === 'constructed' && to.name !== 'set' && to.name !== 'map') {
    return false;
  }
  if (from.isCollection && to.kind === 'hole' && !to.isCollection) {
    to.bound = from;
    return true;
  }
  if (occurs(from, to)) return false;
  from.bound = to;
  return true;
}

function occurs(needle: Hole, term: Term): boolean {
  const at = resolved(term);
  return at === needle || (at.kind === 'constructed' && at.args.some((arg) => occurs(needle, arg)));
}

/** As a user would write it. */
export function printTerm(term: Term): string {
  const at = resolved(term);
  if (at.kind === 'hole') return at.isCollection ? 'a set or map' : '_';
  const args = at.args.map(printTerm).join(', ');
  if (at.name === 'tuple') return `(${args})`;
  if (at.args.length > 0) return `${at.name}<${args}>`;
  return at.name.replace(/^(id|type) /, '');
}

/** `an int`, `an id of \`leader\``: for sentences. */
export function describeTerm(term: Term): string {
  const at = resolved(term);
  if (at.kind === 'hole') return at.isCollection ? 'a set or a map' : 'a value of unknown type';
  if (at.name.startsWith('id ')) return `an id of \`${at.name.slice(3)}\``;
  return at.name === 'int' ? 'an `int`' : `a \`${printTerm(at)}\``;
}
