/**
 * Terms and formulas, independent of any solver: the data types and their traversal. A formula is a
 * term of sort `bool`. Arithmetic is linear by construction: there is no product of two terms, and
 * `div` and `mod` take a positive constant. Terms are made by the functions of `build.ts`.
 */

import type { FunctionSymbol, Sort } from './sort.ts';
import { sortKey, symbolKey } from './sort.ts';

/** A constant of an obligation, or the variable of a quantifier around it; told apart by name and sort. */
export interface Variable {
  readonly kind: 'variable';
  readonly name: string;
  readonly sort: Sort;
}

export type Literal =
  | { readonly kind: 'boolean'; readonly value: boolean; readonly sort: Sort }
  | { readonly kind: 'integer'; readonly value: number; readonly sort: Sort };

/** What stands at the head of a compound term. */
export type Operator =
  | { readonly kind: 'apply'; readonly function: FunctionSymbol }
  /** A value of a datatype, made by the constructor named `tag`. */
  | { readonly kind: 'construct'; readonly tag: string }
  /** A field of a value that was made by the constructor `tag`; unspecified for other values. */
  | { readonly kind: 'field'; readonly tag: string; readonly field: string }
  | { readonly kind: 'has-tag'; readonly tag: string }
  | { readonly kind: 'equal' | 'distinct' }
  | { readonly kind: 'not' | 'and' | 'or' | 'implies' | 'ite' }
  | { readonly kind: 'add' | 'at-most' | 'less' }
  | { readonly kind: 'scale'; readonly factor: number }
  /** Euclidean, as in SMT-LIB: the remainder is never negative. */
  | { readonly kind: 'div' | 'mod'; readonly divisor: number }
  | { readonly kind: 'forall' | 'exists'; readonly variables: readonly Variable[] };

export interface Compound {
  readonly kind: 'compound';
  readonly operator: Operator;
  readonly args: readonly Term[];
  readonly sort: Sort;
}

export type Term = Literal | Variable | Compound;

/** A term of sort `bool`. */
export type Formula = Term;

/** Equal for equal terms, and only for those; equality is syntactic. */
export function termKey(term: Term): string {
  switch (term.kind) {
    case 'boolean':
    case 'integer':
      return `${term.value}`;
    case 'variable':
      // Quoted: a name may be any text, a string of the program for one.
      return `${JSON.stringify(term.name)}:${sortKey(term.sort)}`;
    case 'compound':
      return `${operatorKey(term.operator)}(${term.args.map(termKey).join(';')})`;
  }
}

function operatorKey(operator: Operator): string {
  switch (operator.kind) {
    case 'apply':
      return symbolKey(operator.function);
    case 'construct':
    case 'has-tag':
      return `${operator.kind} ${operator.tag}`;
    case 'field':
      return `field ${operator.tag}.${operator.field}`;
    case 'scale':
      return `scale ${operator.factor}`;
    case 'div':
    case 'mod':
      return `${operator.kind} ${operator.divisor}`;
    case 'forall':
    case 'exists':
      return `${operator.kind} ${operator.variables.map(termKey).join(' ')}`;
    default:
      return operator.kind;
  }
}

export function sameTerm(left: Term, right: Term): boolean {
  return left === right || (left.kind === right.kind && termKey(left) === termKey(right));
}

/** Visits a term and all terms inside it, outermost first. */
export function visit(term: Term, see: (term: Term) => void): void {
  see(term);
  if (term.kind === 'compound') for (const arg of term.args) visit(arg, see);
}

/** The variables that no quantifier inside the term binds, each once, in order of occurrence. */
export function freeVariables(term: Term): readonly Variable[] {
  const found = new Map<string, Variable>();
  collectFree(term, new Set(), found);
  return [...found.values()];
}

function collectFree(term: Term, bound: ReadonlySet<string>, found: Map<string, Variable>): void {
  if (term.kind === 'variable') {
    const key = termKey(term);
    if (!bound.has(key) && !found.has(key)) found.set(key, term);
  } else if (term.kind === 'compound') {
    const { operator } = term;
    const inner =
      operator.kind === 'forall' || operator.kind === 'exists'
        ? new Set([...bound, ...operator.variables.map(termKey)])
        : bound;
    for (const arg of term.args) collectFree(arg, inner, found);
  }
}
