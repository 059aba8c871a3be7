/**
 * Heads with aggregates and ranks. The body of such a clause yields raw rows: the plain arguments, then the
 * expressions of each aggregate; the set of distinct rows decides everything (docs/language.md, Meaning).
 */
import { assertNever, defined } from '../base/assert.ts';
import type { AggregateName } from '../ir/clause.ts';
import { EvaluationAbort } from './fault.ts';
import { compareFacts, distinctSorted, type Fact, keyOfFact, type Value } from './value.ts';

/** Where an argument of the head finds its values in a raw row. */
export type HeadPart =
  | { readonly kind: 'plain'; readonly at: number }
  | {
      readonly kind: 'aggregate';
      readonly aggregate: AggregateName;
      readonly at: number;
      readonly width: number;
    }
  | { readonly kind: 'index'; readonly at: number; readonly width: number };

/** A group without rows: its plain values, and the values of its aggregates by head argument. */
export interface DefaultGroup {
  readonly plain: Fact;
  readonly values: readonly (Value | null)[];
}

/** The head facts. With `groups`, exactly those groups have one. */
export function aggregateRows(
  parts: readonly HeadPart[],
  rows: Iterable<Fact>,
  groups: readonly DefaultGroup[] | null,
): readonly Fact[] {
  const byGroup = new Map<string, Fact[]>();
  for (const row of rows) {
    const key = keyOfFact(plainOf(parts, row));
    const group = byGroup.get(key);
    if (group === undefined) byGroup.set(key, [row]);
    else group.push(row);
  }
  if (groups === null) {
    return Array.from(byGroup.values(), (group) => headOf(parts, group));
  }
  return groups.map(({ plain, values }) => {
    const group = byGroup.get(keyOfFact(plain));
    return group === undefined ? defaultHead(parts, plain, values) : headOf(parts, group);
  });
}

function plainOf(parts: readonly HeadPart[], row: Fact): Fact {
  const plain: Value[] = [];
  for (const part of parts) if (part.kind === 'plain') plain.push(row[part.at] as Value);
  return plain;
}

function headOf(parts: readonly HeadPart[], group: readonly Fact[]): Fact {
  const first = defined(group[0], 'a group has a row');
  return parts.flatMap((part): readonly Value[] => {
    if (part.kind !== 'aggregate') return [first[part.at] as Value];
    const tuples = new Map<string, Fact>();
    for (const row of group) {
      const tuple = row.slice(part.at, part.at + part.width);
      tuples.set(keyOfFact(tuple), tuple);
    }
    return aggregateOf(part.aggregate, [...tuples.values()]);
  });
}

/** The columns that an aggregate fills, from the distinct tuples of its expressions; never none. */
function aggregateOf(aggregate: AggregateName, tuples: readonly Fact[]): readonly Value[] {
  switch (aggregate) {
    case 'count':
      return [tuples.length];
    case 'sum':
      return [tuples.reduce((sum, tuple) => sum + addend(tuple), 0)];
    case 'min':
      return tuples.reduce((a, b) => (compareFacts(a, b) <= 0 ? a : b));
    case 'max':
      return tuples.reduce((a, b) => (compareFacts(a, b) >= 0 ? a : b));
    case 'collect':
      return [distinctSorted(tuples.map(whole))];
    case 'choose':
      // Any element would do; the least one makes runs repeat.
      return [whole(tuples.reduce((a, b) => (compareFacts(a, b) <= 0 ? a : b)))];
    default:
      return assertNever(aggregate);
  }
}

function defaultHead(
  parts: readonly HeadPart[],
  plain: Fact,
  values: readonly (Value | null)[],
): Fact {
  let next = 0;
  return parts.flatMap((part, at): readonly Value[] => {
    if (part.kind === 'plain') return [plain[next++] as Value];
    const value = defined(values[at], 'every aggregate of the head has a default');
    const fills = part.kind === 'aggregate' && isLexicographic(part.aggregate) ? part.width : 1;
    if (fills === 1) return [value];
    if (Array.isArray(value) && value.length === fills) return value;
    throw new EvaluationAbort('expression', `the default must be a tuple of ${fills}`);
  });
}

/** Fills as many columns as it has expressions. */
export function isLexicographic(aggregate: AggregateName): boolean {
  return aggregate === 'min' || aggregate === 'max';
}

export function addend(tuple: Fact): number {
  const [value] = tuple;
  if (typeof value === 'number') return value;
  throw new EvaluationAbort('expression', 'a sum of values that are no integers');
}

function whole(tuple: Fact): Value {
  return tuple.length === 1 ? (tuple[0] as Value) : tuple;
}
