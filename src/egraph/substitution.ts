/** What the variables of a match stand for. */
import { defined } from '../base/assert.ts';
import type { ClassId } from './ids.ts';

/**
 * The variables of one match. Asking for a name that the pattern doesn't bind, or binds to another
 * kind of thing, is a bug of the caller and throws; `has` tells. Classes are canonical when the match
 * was found and may be united later: `find` them again after unions.
 */
export type Substitution<P> = {
  readonly has: (name: string) => boolean;
  readonly class: (name: string) => ClassId;
  readonly payload: (name: string) => P;
  readonly rest: (name: string) => readonly ClassId[];
  /** All bindings, in the pattern's order. */
  readonly entries: () => readonly (readonly [name: string, binding: Binding<P>])[];
};

export type Binding<P> =
  | { readonly kind: 'class'; readonly id: ClassId }
  | { readonly kind: 'payload'; readonly value: P }
  | { readonly kind: 'rest'; readonly ids: readonly ClassId[] };

/** A substitution made by hand, for searchers of a host. */
export function substitution<P = never>(bindings: {
  readonly classes?: Readonly<Record<string, ClassId>>;
  readonly payloads?: Readonly<Record<string, P>>;
  readonly rests?: Readonly<Record<string, readonly ClassId[]>>;
}): Substitution<P> {
  const classes = new Map(Object.entries(bindings.classes ?? {}));
  const payloads = new Map(Object.entries(bindings.payloads ?? {}));
  const rests = new Map(Object.entries(bindings.rests ?? {}));
  const entries: readonly (readonly [string, Binding<P>])[] = [
    ...[...classes].map(([name, id]) => [name, { kind: 'class', id }] as const),
    ...[...payloads].map(([name, value]) => [name, { kind: 'payload', value }] as const),
    ...[...rests].map(([name, ids]) => [name, { kind: 'rest', ids }] as const),
  ];
  return {
    has: (name) => classes.has(name) || payloads.has(name) || rests.has(name),
    class: (name) => defined(classes.get(name), unbound(name, 'a class')),
    payload: (name) => defined(payloads.get(name), unbound(name, 'a payload')),
    rest: (name) => defined(rests.get(name), unbound(name, 'a rest')),
    entries: () => entries,
  };
}

export function unbound(name: string, kind: string): string {
  return `\`?${name}\` is not bound to ${kind}`;
}
