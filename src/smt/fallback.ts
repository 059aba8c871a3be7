/**
 * Aggregates with a value for empty groups: `size(count<s> default 0 over d(g), g) :- ..` has one head for
 * each group of `d`. Two clauses say so: the aggregate of the groups of `d` that have rows, and the value
 * of those that have none. Leaving `d` out would let a partition by another key than that of `d` pass.
 */

import type { Aggregate, Atom, Clause, NegatedAtom } from './encode.ts';
import { freeVariables, type Term, termKey } from './formula.ts';
import { substitute, substitution } from './substitute.ts';

/** The clause as two, for one with a single aggregate; `values` are those of its results. */
export function splitFallback(
  clause: Clause,
  over: Atom,
  values: readonly Term[],
): readonly [Clause, Clause] {
  const results = clause.aggregates.flatMap((aggregate) => aggregate.results);
  const known = new Set(over.args.flatMap(freeVariables).map(termKey));
  const instead = substitution(
    results.flatMap((result, index) => {
      const value = values[index];
      return value === undefined ? [] : [[result, value] as const];
    }),
  );
  const rows = clause.body.filter(({ relation }) => !relation.constant);
  return [
    { ...clause, body: [...clause.body, over] },
    {
      ...clause,
      name: `${clause.name}, empty group`,
      head: { ...clause.head, args: clause.head.args.map((arg) => substitute(arg, instead)) },
      body: [over],
      negated: isLeast(clause.aggregates, values) ? [] : rows.map((row) => absent(row, known)),
      conditions: [],
      aggregates: [],
    },
  ];
}

/**
 * A count that starts below 2 only grows when rows appear, so their absence need not be mentioned. Any
 * other value may be larger than what replaces it, and a negated atom is never monotonic.
 */
function isLeast(aggregates: readonly Aggregate[], values: readonly Term[]): boolean {
  return (
    aggregates.every(({ operator }) => operator === 'count') &&
    values.every((value) => value.kind === 'integer' && value.value < 2)
  );
}

/** No row for these groups; what the groups don't fix may be anything. */
function absent({ relation, args }: Atom, known: ReadonlySet<string>): NegatedAtom {
  return {
    relation,
    args: args.map((arg) =>
      freeVariables(arg).every((inside) => known.has(termKey(inside))) ? arg : null,
    ),
  };
}
