/**
 * Counterexamples as values. The solver's names for elements of uninterpreted sorts are replaced by
 * short ones (`key0`, `key1`), so that a caller can print facts of the user's program.
 */

import type { Obligation } from './obligation.ts';
import { parseSExpressions, type SExpression } from './s-expression.ts';

export type Value =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: number }
  /** An element of an uninterpreted sort: `slot0`. */
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'construct'; readonly tag: string; readonly fields: readonly Value[] };

export interface ShownValue {
  readonly label: string;
  readonly value: Value;
}

/** The answer to `valuesQuery`, or null when it isn't one. */
export function parseValues(obligation: Obligation, text: string): readonly ShownValue[] | null {
  if (obligation.show.length === 0) return [];
  const pairs = parseSExpressions(text)?.[0];
  if (!isList(pairs) || pairs.length !== obligation.show.length) return null;
  const elements = new Map<string, string>();
  const shown: ShownValue[] = [];
  for (const [index, { label }] of obligation.show.entries()) {
    const pair = pairs[index];
    const value = isList(pair) ? readValue(pair[1], elements) : null;
    if (value === null) return null;
    shown.push({ label, value });
  }
  return shown;
}

/** The value as text of the user's program, as far as it has one. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'boolean':
    case 'integer':
      return `${value.value}`;
    case 'element':
      return value.name;
    case 'construct': {
      const fields = value.fields.map(printValue).join(', ');
      if (value.tag.startsWith('tuple(')) return `(${fields})`;
      return value.fields.length === 0 ? value.tag : `${value.tag}(${fields})`;
    }
  }
}

function readValue(read: SExpression | undefined, elements: Map<string, string>): Value | null {
  if (read === undefined) return null;
  if (typeof read === 'string') return readAtom(read, elements);
  const [head, ...rest] = read;
  if (head === '-' && rest.length === 1) return negate(readValue(rest[0], elements));
  // `(as x S)`: a value qualified by its sort.
  if (head === 'as') return readValue(rest[0], elements);
  if (typeof head !== 'string' || !head.startsWith('c.')) return null;
  const fields = rest.map((part) => readValue(part, elements));
  const known = fields.filter((field) => field !== null);
  return known.length === fields.length
    ? { kind: 'construct', tag: head.slice(2), fields: known }
    : null;
}

function readAtom(text: string, elements: Map<string, string>): Value | null {
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  if (/^\d+$/.test(text)) return { kind: 'integer', value: Number(text) };
  if (text.startsWith('c.')) return { kind: 'construct', tag: text.slice(2), fields: [] };
  const element = /^s\.(.+)!val!\d+$/.exec(text);
  return element?.[1] === undefined
    ? null
    : { kind: 'element', name: shorten(text, element[1], elements) };
}

/** Elements are numbered by sort in the order in which they are shown. */
function shorten(text: string, sort: string, elements: Map<string, string>): string {
  const known = elements.get(text);
  if (known !== undefined) return known;
  const base = sort.charAt(0).toLowerCase() + sort.slice(1);
  const count = [...elements.keys()].filter((key) => key.startsWith(`s.${sort}!val!`)).length;
  const name = `${base}${count}`;
  elements.set(text, name);
  return name;
}

function negate(value: Value | null): Value | null {
  return value?.kind === 'integer' ? { kind: 'integer', value: -value.value } : null;
}

function isList(read: SExpression | undefined): read is readonly SExpression[] {
  return read !== undefined && typeof read !== 'string';
}
