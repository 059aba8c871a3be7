/**
 * Which obligations may be sent. Without quantifiers everything that can be built is decidable: equality,
 * functions, datatypes, linear arithmetic, `div` and `mod` by constants. With quantifiers an obligation
 * must be effectively propositional: no variable ranges over integers or datatypes, and the sorts are
 * ordered so that instantiation ends. A solver may still answer a question outside, or never; it isn't asked.
 */

import { err, ok, type Result } from '../base/result.ts';
import { not } from './build.ts';
import { type Compound, type Formula, type Term, termKey, type Variable } from './formula.ts';
import { type Sort, sortKey } from './sort.ts';

export type Fragment = 'quantifier-free' | 'effectively-propositional';

/** The fragment that `hypotheses` and the negated `goal` lie in, or why they lie in none. */
export function fragmentOf(
  hypotheses: readonly Formula[],
  goal: Formula,
): Result<Fragment, string> {
  const walk: Walk = { edges: new Map(), sorts: new Map(), problem: null, quantified: false };
  for (const formula of [...hypotheses, not(goal)]) walkFormula(formula, true, new Map(), walk);
  if (!walk.quantified) return ok('quantifier-free');
  if (walk.problem !== null) return err(walk.problem);
  const cycle = findCycle(walk.edges);
  if (cycle === null) return ok('effectively-propositional');
  return err(
    `instantiating ${cycle.map((sort) => walk.sorts.get(sort) ?? sort).join(', then ')} need not end`,
  );
}

interface Walk {
  /** From a sort to the sorts of the terms that each of its elements may bring about. */
  readonly edges: Map<string, Set<string>>;
  readonly sorts: Map<string, string>;
  problem: string | null;
  quantified: boolean;
}

/** The variables around a subformula, by key: universal ones, and Skolem functions of these. */
type Scope = ReadonlyMap<string, { readonly variable: Variable; readonly universal: boolean }>;

/**
 * Follows polarity: a `forall` under a negation is an `exists`. An existential variable below universal
 * ones becomes a Skolem function of these, hence an edge from each of their sorts to its own.
 */
function walkFormula(formula: Formula, positive: boolean, scope: Scope, walk: Walk): void {
  if (formula.kind !== 'compound') return;
  const { operator, args } = formula;
  switch (operator.kind) {
    case 'not':
      walkAll(args, !positive, scope, walk);
      break;
    case 'and':
    case 'or':
      walkAll(args, positive, scope, walk);
      break;
    case 'implies':
      walkAll(args.slice(0, 1), !positive, scope, walk);
      walkAll(args.slice(1), positive, scope, walk);
      break;
    case 'forall':
    case 'exists': {
      walk.quantified = true;
      for (const variable of operator.variables) checkBound(variable, walk);
      const universal = (operator.kind === 'forall') === positive;
      walkAll(args, positive, enter(operator.variables, universal, scope, walk), walk);
      break;
    }
    default:
      walkAtom(formula, scope, walk);
  }
}

function walkAll(formulas: readonly Formula[], positive: boolean, scope: Scope, walk: Walk): void {
  for (const formula of formulas) walkFormula(formula, positive, scope, walk);
}

/** Anything else: terms, and formulas inside terms, which occur in both polarities. */
function walkAtom(term: Compound, scope: Scope, walk: Walk): void {
  const { kind } = term.operator;
  const makesTerms = kind === 'apply' || kind === 'construct' || kind === 'field';
  if (makesTerms && mentions(term, scope)) {
    for (const arg of term.args) addEdge(arg.sort, term.sort, walk);
  }
  for (const arg of term.args) {
    if (arg.kind !== 'compound') continue;
    if (arg.sort.kind === 'bool') {
      walkFormula(arg, true, scope, walk);
      walkFormula(arg, false, scope, walk);
    } else walkAtom(arg, scope, walk);
  }
}

function mentions(term: Term, scope: Scope): boolean {
  if (term.kind === 'variable') return scope.has(termKey(term));
  return term.kind === 'compound' && term.args.some((arg) => mentions(arg, scope));
}

function enter(
  variables: readonly Variable[],
  universal: boolean,
  scope: Scope,
  walk: Walk,
): Scope {
  const around = [...scope.values()].filter((outer) => outer.universal);
  if (!universal && around.length === 0) return scope;
  if (!universal) {
    for (const outer of around) {
      for (const inner of variables) addEdge(outer.variable.sort, inner.sort, walk);
    }
  }
  const entered = variables.map(
    (variable) => [termKey(variable), { variable, universal }] as const,
  );
  return new Map([...scope, ...entered]);
}

function checkBound(variable: Variable, walk: Walk): void {
  if (variable.sort.kind === 'int' || variable.sort.kind === 'datatype') {
    walk.problem ??= `${variable.name} ranges over all values of ${sortName(variable.sort)}`;
  }
}

/** Booleans are finitely many, so they never keep an instantiation going. */
function addEdge(from: Sort, to: Sort, walk: Walk): void {
  if (from.kind === 'bool' || to.kind === 'bool') return;
  walk.sorts.set(sortKey(from), sortName(from));
  walk.sorts.set(sortKey(to), sortName(to));
  const targets = walk.edges.get(sortKey(from)) ?? new Set<string>();
  walk.edges.set(sortKey(from), targets.add(sortKey(to)));
}

function sortName(sort: Sort): string {
  return sort.kind === 'named' || sort.kind === 'datatype' ? sort.name : sort.kind;
}

/** A cycle as the list of its members with the first one repeated, or null. */
function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | null {
  const done = new Set<string>();
  const search = (at: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
    if (done.has(at)) return null;
    for (const next of edges.get(at) ?? []) {
      const found = search(next, [...path, at]);
      if (found !== null) return found;
    }
    done.add(at);
    return null;
  };
  for (const start of edges.keys()) {
    const found = search(start, []);
    if (found !== null) return found;
  }
  return null;
}
