/** Heads of clauses: the raw row that a body yields, and the facts that rows become. */
import { defined } from '../base/assert.ts';
import type { Atom, Head } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { aggregateRows, type DefaultGroup, type HeadPart } from './aggregate.ts';
import type { FactSet } from './fact-set.ts';
import { type Fact, keyOfFact, type Value } from './value.ts';

export interface HeadPlan {
  /** What the body evaluates for each solution: the destination first, if any. */
  readonly row: readonly Expression[];
  readonly parts: readonly HeadPart[];
  readonly shape: 'plain' | 'aggregate' | 'index';
  readonly fallbacks: readonly FallbackPlan[];
}

export interface FallbackPlan {
  readonly over: Atom;
  /** For each fact of `over`: the plain part of the row, then the default. */
  readonly row: readonly Expression[];
  readonly part: number;
}

export function planHead(head: Head): HeadPlan {
  const row: Expression[] = [];
  const parts: HeadPart[] = [];
  if (head.destination !== null) {
    parts.push({ kind: 'plain', at: 0 });
    row.push(head.destination);
  }
  for (const arg of head.args) {
    if (arg.kind === 'plain') {
      parts.push({ kind: 'plain', at: row.length });
      row.push(arg.value);
    } else {
      const place = { at: row.length, width: arg.of.length };
      parts.push(
        arg.kind === 'index'
          ? { kind: 'index', ...place }
          : { kind: 'aggregate', aggregate: arg.aggregate, ...place },
      );
      row.push(...arg.of);
    }
  }
  const plain = parts.flatMap((part) =>
    part.kind === 'plain' ? [defined(row[part.at], 'a plain argument')] : [],
  );
  const shift = head.destination === null ? 0 : 1;
  const fallbacks = head.args.flatMap((arg, at): readonly FallbackPlan[] =>
    arg.kind === 'aggregate' && arg.fallback !== null
      ? [{ over: arg.fallback.over, row: [...plain, arg.fallback.value], part: at + shift }]
      : [],
  );
  return { row, parts, shape: shapeOf(head), fallbacks };
}

/** Head facts of aggregates from the distinct raw rows; `fallbackRows` by fallback of the plan. */
export function headFacts(
  plan: HeadPlan,
  rows: FactSet,
  fallbackRows: readonly FactSet[],
): readonly Fact[] {
  if (fallbackRows.length === 0) return aggregateRows(plan.parts, rows.values(), null);
  return aggregateRows(plan.parts, rows.values(), groupsOf(plan, fallbackRows));
}

/** Groups that the `over` of every fallback names, with their defaults. */
function groupsOf(plan: HeadPlan, fallbackRows: readonly FactSet[]): readonly DefaultGroup[] {
  const width = plan.parts.filter((part) => part.kind === 'plain').length;
  const groups = new Map<string, { plain: Fact; values: (Value | null)[]; seen: number }>();
  for (const [at, rows] of fallbackRows.entries()) {
    const part = defined(plan.fallbacks[at], 'a fallback of the plan').part;
    for (const row of rows.values()) {
      const plain = row.slice(0, width);
      const key = keyOfFact(plain);
      const group = groups.get(key) ?? { plain, values: plan.parts.map(() => null), seen: 0 };
      if (group.values[part] === null) group.seen += 1;
      group.values[part] = defined(row[width], 'the default follows the plain values');
      groups.set(key, group);
    }
  }
  return [...groups.values()].filter((group) => group.seen === fallbackRows.length);
}

function shapeOf(head: Head): HeadPlan['shape'] {
  if (head.args.some((arg) => arg.kind === 'index')) return 'index';
  return head.args.some((arg) => arg.kind === 'aggregate') ? 'aggregate' : 'plain';
}
