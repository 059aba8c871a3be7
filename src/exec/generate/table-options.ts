/** What a table of a generated module is made from, and how its columns are hashed. */
import type { Type } from '../../ir/type.ts';
import { isFlat, isName } from './expression-text.ts';
import type { GroupsOfTable } from './group-table.ts';
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
  /** Of events: messages that clauses only walk over stay the arrays that they came as. */
  readonly isRaw: boolean;
  /** Where its facts are, if it has no records of its own. */
  readonly groups: GroupsOfTable | null;
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

/** As `hashOf`, from the numbers in the value alone; null where it has none. */
function quickHashOf(type: Type | null, value: string): string | null {
  if (isFlat(type) && isName(value)) {
    const parts = type.items.flatMap((item, at) => quickHashOf(item, `${value}[${at}]`) ?? []);
    return parts.length === 0 ? null : parts.reduce((hash, part) => `mix(${hash}, ${part})`, '3');
  }
  return type !== null && ['int', 'id', 'bool'].includes(type.kind) ? hashOf(type, value) : null;
}

/** The hash of several values, and that of their numbers; null where that is no other one, or there are no numbers. */
export interface Hashes {
  readonly full: string;
  readonly quick: string | null;
}

export function hashesOf(types: readonly (Type | null)[], names: readonly string[]): Hashes {
  const each = names.map((name, at) => hashOf(types[at] ?? null, name));
  const numbers = names.flatMap((name, at) => quickHashOf(types[at] ?? null, name) ?? []);
  const mixed = (parts: readonly string[]): string =>
    parts.reduce((hash, part) => `mix(${hash}, ${part})`, '7');
  const [full, quick] = [mixed(each), mixed(numbers)];
  return { full, quick: numbers.length === 0 || quick === full ? null : quick };
}

/**
 * `hash_id(..)`. Strings and the like are hashed only once it shows that the numbers beside them don't tell facts apart:
 * `W_id` says so.
 */
export function hashFunction(id: string, parameters: string, { full, quick }: Hashes): Lines {
  if (quick === null) return [`function hash_${id}(${parameters}) { return ${full}; }`];
  return [
    `let W_${id} = false;`,
    `function full_${id}(${parameters}) { return ${full}; }`,
    `function hash_${id}(${parameters}) { return W_${id} ? full_${id}(${parameters}) : ${quick}; }`,
  ];
}
