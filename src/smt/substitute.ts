/** Replacing variables by terms, rebuilding with the simplifying constructors. */

import { defined } from '../base/assert.ts';
import {
  add,
  and,
  apply,
  atMost,
  construct,
  distinct,
  div,
  equal,
  exists,
  field,
  forall,
  hasTag,
  implies,
  ite,
  less,
  mod,
  not,
  or,
  scale,
} from './build.ts';
import { type Operator, type Term, termKey, type Variable } from './formula.ts';
import type { Sort } from './sort.ts';

/** From variables to the terms that replace them. */
export type Substitution = ReadonlyMap<string, Term>;

export function substitution(pairs: readonly (readonly [Variable, Term])[]): Substitution {
  return new Map(pairs.map(([from, to]) => [termKey(from), to]));
}

/**
 * Replaces free variables. The caller keeps the variables of quantifiers apart from those inside the
 * replacements: the encoders name every copy of a clause differently.
 */
export function substitute(term: Term, replacements: Substitution): Term {
  switch (term.kind) {
    case 'boolean':
    case 'integer':
      return term;
    case 'variable':
      return replacements.get(termKey(term)) ?? term;
    case 'compound': {
      const inner = withoutBound(term.operator, replacements);
      return rebuild(
        term.operator,
        term.args.map((arg) => substitute(arg, inner)),
        term.sort,
      );
    }
  }
}

function withoutBound(operator: Operator, replacements: Substitution): Substitution {
  if (operator.kind !== 'forall' && operator.kind !== 'exists') return replacements;
  const bound = new Set(operator.variables.map(termKey));
  return new Map([...replacements].filter(([key]) => !bound.has(key)));
}

/** The same operator over other arguments. */
export function rebuild(operator: Operator, args: readonly Term[], sort: Sort): Term {
  const arg = (index: number): Term => defined(args[index], `${operator.kind} has its operands`);
  switch (operator.kind) {
    case 'apply':
      return apply(operator.function, args);
    case 'construct':
      return sort.kind === 'datatype' ? construct(sort, operator.tag, args) : arg(0);
    case 'field':
      return field(arg(0), operator.tag, operator.field);
    case 'has-tag':
      return hasTag(arg(0), operator.tag);
    case 'equal':
      return equal(arg(0), arg(1));
    case 'distinct':
      return distinct(args);
    case 'not':
      return not(arg(0));
    case 'and':
      return and(args);
    case 'or':
      return or(args);
    case 'implies':
      return implies(arg(0), arg(1));
    case 'ite':
      return ite(arg(0), arg(1), arg(2));
    case 'add':
      return add(args);
    case 'scale':
      return scale(operator.factor, arg(0));
    case 'div':
      return div(arg(0), operator.divisor);
    case 'mod':
      return mod(arg(0), operator.divisor);
    case 'at-most':
      return atMost(arg(0), arg(1));
    case 'less':
      return less(arg(0), arg(1));
    case 'forall':
      return forall(operator.variables, arg(0));
    case 'exists':
      return exists(operator.variables, arg(0));
  }
}
