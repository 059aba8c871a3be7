/**
 * Policies that spread facts by functions of their columns: `toStorage` by hash(v), where `stored` has the hash as a
 * column (theory.md, 1.4b). The functions are those that the clauses apply, or that relate columns of what they read.
 *
 * A function becomes a candidate for a relation where it gives what a relation that it meets has as a column, or as
 * another function; then relations that meet this one need it, too, and so on, until nothing is added. That
 * it holds in every clause at once is for the search of `keys.ts`, and that it is right for the solver.
 */

import { type Expression, subexpressions } from '../ir/expression.ts';
import { columnsOfKey, type KeyPart, type Keys, keyColumn } from '../ir/key.ts';
import type { Type } from '../ir/type.ts';
import { typeOf } from '../ir/typing.ts';
import { type Component, namesOf } from './component.ts';
import { columnsOf, type Term, termKey } from './congruence.ts';
import { type Dependencies, inferDependencies } from './dependencies.ts';
import { expressions } from './expressible.ts';
import {
  defaultKeySearchLimits,
  distributionPolicies,
  type KeySearchLimits,
  keyless,
  searchMeetings,
} from './keys.ts';
import { type MeetingTerms, meetingOf, meetingTerms, placed, type TermPlace } from './meetings.ts';

/** Functions that are tried for one relation. */
const functionsMax = 4;
/** Operators in a function: recursion adds one in each round. */
const operatorsMax = 3;

export interface FunctionSearch {
  /** Each has a function in some key, and no policy by columns alone is finer. */
  readonly policies: readonly Keys[];
  /** The functions that were tried, by relation. */
  readonly candidates: ReadonlyMap<string, readonly Expression[]>;
}

/**
 * Clauses of a component without any key (it has a timer, say) for which functions are looked for all the same:
 * they only show that nothing else is in the way.
 */
const keylessMax = 8;

const NONE: FunctionSearch = { policies: [], candidates: new Map() };

export function functionPolicies(
  component: Component,
  dependencies: Dependencies = inferDependencies(component.program),
  limits: KeySearchLimits = defaultKeySearchLimits,
): FunctionSearch {
  const isKeyless = keyless(component).length > 0;
  if (isKeyless && component.clauses.length > keylessMax) return NONE;
  const meetings = meetingTerms(component, dependencies);
  const found = candidatesOf(component, meetings);
  if (found.size === 0) return NONE;
  const candidates = new Map(
    [...found].map(([name, list]) => [name, list.map((each) => each.expression)]),
  );
  if (isKeyless) return { policies: [], candidates };
  const terms = new Map([...found].map(([name, list]) => [name, list.map((each) => each.term)]));
  const partOf = (name: string, index: number): KeyPart => {
    const functions = candidates.get(name) ?? [];
    return functions[index] ?? index - functions.length;
  };
  const valued = meetings.map((each) => meetingOf(each, terms));
  const { policies } = searchMeetings(component, valued, limits, partOf);
  const byColumns = distributionPolicies(component, dependencies, limits).policies;
  return {
    policies: policies.filter(
      (policy) => usesFunction(policy) && !byColumns.some((each) => isFiner(each, policy)),
    ),
    candidates,
  };
}

export function usesFunction(policy: Keys): boolean {
  return Object.values(policy).some((key) => key.some((part) => typeof part !== 'number'));
}

/** Facts that the first policy puts together, the second does. */
function isFiner(columns: Keys, policy: Keys): boolean {
  return Object.entries(policy).every(([name, key]) => {
    const own = (columns[name] ?? []).flatMap(columnsOfKey);
    return key.flatMap(columnsOfKey).every((each) => own.includes(each));
  });
}

interface Candidate {
  readonly term: Term;
  readonly expression: Expression;
}

function candidatesOf(
  component: Component,
  meetings: readonly MeetingTerms[],
): ReadonlyMap<string, readonly Candidate[]> {
  const found = new Map<string, Candidate[]>();
  const offer = (relation: string, term: Term): boolean => {
    const known = found.get(relation) ?? [];
    if (known.length >= functionsMax || known.some((each) => sameTerm(each.term, term)))
      return false;
    const expression = computable(component, relation, term);
    if (expression === null) return false;
    found.set(relation, [...known, { term, expression }]);
    return true;
  };
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const meeting of meetings) {
      for (const { relation, term } of asked(meeting, found)) {
        if (offer(relation, term)) isGrowing = true;
      }
    }
  }
  return found;
}

function sameTerm(a: Term, b: Term): boolean {
  return termKey(a) === termKey(b);
}

interface View {
  readonly place: TermPlace;
  /** Classes that a column or a candidate has here. */
  readonly has: ReadonlySet<number>;
  /** Classes that columns and functions of them give. */
  readonly gives: ReadonlyMap<number, readonly Term[]>;
}

/** Functions of one place for what another has, or for what another has as a function of other columns. */
function* asked(
  { terms: { congruence }, places }: MeetingTerms,
  found: ReadonlyMap<string, readonly Candidate[]>,
): Iterable<{ readonly relation: string; readonly term: Term }> {
  if (places.length < 2) return;
  const owned = places.map(({ relation, columns }) => {
    const computed = (found.get(relation) ?? []).map(({ term }) => placed(term, columns));
    return [...columns, ...computed].flatMap((term) => (term === null ? [] : [term]));
  });
  // All terms are there before any class is looked at.
  for (const term of owned.flat()) congruence.add(term);
  const classOf = (term: Term): number => congruence.find(congruence.add(term));
  const views = places.map((place, at): View => {
    const has = new Set((owned[at] ?? []).map(classOf));
    return { place, has, gives: expressions(congruence, place.columns) };
  });
  const givenByBoth = (one: View, other: View): ReadonlySet<number> => {
    const common = one.place.columns.map((term) =>
      term !== null && other.has.has(classOf(term)) ? term : null,
    );
    return new Set(expressions(congruence, common).keys());
  };
  for (const view of views) {
    for (const [at, terms] of view.gives) {
      if (view.has.has(at)) continue;
      const isAsked = views.some((other) => {
        if (other === view) return false;
        // `s(k + 1) :+ s(k)` would ask for k + 2 next, and so on: no function is equal to itself one further.
        if (other.has.has(at)) return other.place.relation !== view.place.relation;
        return other.gives.has(at) && !givenByBoth(view, other).has(at);
      });
      if (!isAsked) continue;
      for (const term of terms) yield { relation: view.place.relation, term };
    }
  }
}

/** The term as the sender of a fact computes it from the fact alone; null for what is no function of that kind. */
function computable(component: Component, relation: string, term: Term): Expression | null {
  if (columnsOf(term).length === 0) return null;
  const expression = expressionOf(term);
  if (expression === null || operatorsIn(expression) > operatorsMax) return null;
  const columns = namesOf(component).get(relation)?.columns ?? [];
  const types = new Map<string, Type>(
    columns.map(({ type }, index) => [`#${index}`, type] as const),
  );
  const type = typeOf(expression, { program: component.program, role: component.role, types });
  // Two processes at most would have the facts of a truth value.
  return type === null || type.kind === 'bool' || type.kind === 'lattice' ? null : expression;
}

const arithmetic = ['+', '-', '*', '/', '%'] as const;

/** Null for symbols that stand for a dependency without a function that could be called. */
export function expressionOf(term: Term): Expression | null {
  if (term.kind === 'column') return keyColumn(term.index);
  if (term.kind === 'variable' || term.symbol.life !== 'ever') return null;
  const args = term.args.map(expressionOf);
  const known = args.filter((each) => each !== null);
  if (known.length < args.length) return null;
  const [left, right] = known;
  const { name } = term.symbol;
  const colon = name.indexOf(':');
  const rest = name.slice(colon + 1);
  const operator = arithmetic.find((each) => each === name);
  if (operator !== undefined && left !== undefined && right !== undefined) {
    return { kind: 'binary', operator, left, right };
  }
  if (name === 'tuple') return { kind: 'tuple', items: known };
  switch (name.slice(0, Math.max(0, colon))) {
    case 'call':
      return { kind: 'call', function: rest, args: known };
    case 'component':
      return left === undefined ? null : { kind: 'component', of: left, index: Number(rest) };
    case 'int':
      return { kind: 'int', value: Number(rest) };
    case 'string':
      return { kind: 'string', value: JSON.parse(rest) as string };
    case 'parameter':
      return { kind: 'parameter', name: rest };
    default:
      return null;
  }
}

function operatorsIn(expression: Expression): number {
  const inside = subexpressions(expression);
  const own = inside.length === 0 ? 0 : 1;
  return inside.reduce((sum, each) => sum + operatorsIn(each), own);
}
