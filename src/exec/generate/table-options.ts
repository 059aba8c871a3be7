/** What a table of a generated module is made from, and how its columns are hashed. */
import type { Type } from '../../ir/type.ts';
import { isFlat, isName } from './expression-text.ts';
import type { Lines } from './text.ts';

/** What is carried into the next tick. */
export type Carry =
  /** Nothing: the clauses of each tick say what holds. */
  | 'none'
  /** What `:+` clauses derive. */
  | 'next'
  /** That, and every fact that holds. */
  | 'persist'
  /** What other code says. */
  | 'given';

export interface TableOptions {
  readonly title: string;
  readonly types: readonly (Type | null)[];
  /** Columns whose values tell its facts apart, or nearly: the whole fact is found by their hash. */
  readonly keyColumns: readonly number[];
  /** Holds only what a tick brings, and nothing asks for what it held before: emptied when the tick ends. */
  readonly isEvent: boolean;
  /** Of events: it does no harm when one that comes twice is read twice. */
  readonly mayRepeat: boolean;
  /** What holds of it is derived by a recursive unit. */
  readonly isRecursive: boolean;
  readonly carry: Carry;
  /** Text that runs in `end` when a record `r` flips to being carried or back. */
  readonly onFlip: Lines;
}

/** The hash of a value of this type, as text. */
export function hashOf(type: Type | null, value: string): string {
  if (isFlat(type) && isName(value)) {
    return type.items.reduce(
      (hash, item, at) => `mix(${hash}, ${hashOf(item, `${value}[${at}]`)})`,
      '3',
    );
  }
  switch (type?.kind) {
    case 'int':
    case 'id':
      return `${value} | 0`;
    case 'bool':
      return `${value} ? 1 : 2`;
    case 'string':
      return `hs(${value})`;
    default:
      return `hv(${value})`;
  }
}
