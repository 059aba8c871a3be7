/** Which columns of a head are functions of others, read off a congruence closure. */

import { by, inOrder, sorted } from '../base/order.ts';
import type { Equation } from './clause-terms.ts';
import { type Congruence, column, columnsOf, type Term, termKey } from './congruence.ts';

/** Expressions kept for each class and rounds of combining them: enough for keys behind two functions. */
const expressionsMax = 6;
const rounds = 3;
/** Functions kept that take one set of columns to one value: another clause may confirm only one of them. */
const alternativesMax = 2;
/** Combinations of arguments tried for one application. */
const combinationsMax = 24;

/** Equations `column = term over other columns`, the smallest terms first. */
export function expressible(congruence: Congruence, heads: readonly Term[]): readonly Equation[] {
  const classes = heads.map((term) => congruence.add(term)).map((node) => congruence.find(node));
  const found = expressions(congruence, heads);
  return classes.flatMap((at, index) => {
    const terms = (found.get(at) ?? []).filter((term) => !columnsOf(term).includes(index));
    return terms.map((term) => ({ column: index, term }));
  });
}

/** By class: what it equals of the columns that hold these terms, and of functions of them; the smallest terms first. */
export function expressions(
  congruence: Congruence,
  heads: readonly (Term | null)[],
): ReadonlyMap<number, readonly Term[]> {
  const found = new Map<number, Map<string, Term>>();
  const offer = (at: number, term: Term): void => {
    const known = found.get(at) ?? new Map<string, Term>();
    found.set(at, known);
    if (known.size < expressionsMax && isNew(term, [...known.values()])) {
      known.set(termKey(term), term);
    }
  };
  for (const [index, term] of heads.entries()) {
    if (term !== null) offer(congruence.find(congruence.add(term)), column(index));
  }
  for (let round = 0; round < rounds; round++) {
    const made: { readonly at: number; readonly term: Term }[] = [];
    for (const { symbol, args, result } of congruence.applications()) {
      const options = args.map((arg) => [...(found.get(arg)?.values() ?? [])]);
      for (const chosen of combinations(options)) {
        made.push({ at: result, term: { kind: 'apply', symbol, args: chosen } });
      }
    }
    for (const { at, term } of made) offer(at, term);
  }
  return new Map([...found].map(([at, terms]) => [at, sorted(terms.values(), smallest)]));
}

const smallest = inOrder<Term>(
  by((term) => columnsOf(term).length),
  by((term) => termKey(term).length),
  by(termKey),
);

/** A way round over functions and back to a column that is there already says nothing. */
function isNew(term: Term, known: readonly Term[]): boolean {
  if (term.kind !== 'apply') return true;
  const columns = columnsOf(term);
  const same = known.filter(
    (other) =>
      columnsOf(other).length === columns.length &&
      columnsOf(other).every((c) => columns.includes(c)),
  );
  const isDetour = known.some((other) => other.kind === 'column' && columns.includes(other.index));
  return !isDetour && same.length < alternativesMax;
}

function combinations(options: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  let chosen: readonly (readonly Term[])[] = [[]];
  for (const choices of options) {
    chosen = chosen
      .flatMap((prefix) => choices.map((choice) => [...prefix, choice]))
      .slice(0, combinationsMax);
  }
  return chosen;
}
