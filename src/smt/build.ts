/**
 * The constructors of terms. They check sorts, and simplify what is trivially true or false so that
 * a lemma builder may be written without special cases.
 */

import { defined, invariant } from '../base/assert.ts';
import {
  type Compound,
  type Formula,
  type Operator,
  sameTerm,
  type Term,
  termKey,
  type Variable,
} from './formula.ts';
import {
  boolSort,
  type DatatypeSort,
  type Field,
  type FunctionSymbol,
  intSort,
  type Sort,
  sameSort,
} from './sort.ts';

export const truth: Formula = { kind: 'boolean', value: true, sort: boolSort };
export const falsity: Formula = { kind: 'boolean', value: false, sort: boolSort };

export function variable(name: string, sort: Sort): Variable {
  return { kind: 'variable', name, sort };
}

export function integer(value: number): Term {
  invariant(Number.isSafeInteger(value), 'integers of obligations are safe integers');
  // No negative zero: equal integers are one term.
  return { kind: 'integer', value: value === 0 ? 0 : value, sort: intSort };
}

export function boolean(value: boolean): Formula {
  return value ? truth : falsity;
}

export function apply(symbol: FunctionSymbol, args: readonly Term[]): Term {
  expectSorts(args, symbol.parameters, symbol.name);
  return compound({ kind: 'apply', function: symbol }, args, symbol.result);
}

/** The value that the constructor `tag` makes of the fields. */
export function construct(sort: DatatypeSort, tag: string, args: readonly Term[]): Term {
  const fields = fieldsOf(sort, tag).map((field) => field.sort);
  expectSorts(args, fields, tag);
  return compound({ kind: 'construct', tag }, args, sort);
}

/** A tuple: the only constructor of its sort. */
export function tuple(sort: DatatypeSort, args: readonly Term[]): Term {
  const only = defined(sort.constructors[0], 'a datatype has a constructor');
  return construct(sort, only.name, args);
}

export function field(term: Term, tag: string, name: string): Term {
  const fields = fieldsOf(datatypeOf(term), tag);
  const index = fields.findIndex((candidate) => candidate.name === name);
  const { sort } = defined(fields[index], `${tag} has a field ${name}`);
  if (term.kind === 'compound' && isConstruct(term, tag)) {
    return defined(term.args[index], 'a constructor has all its fields');
  }
  return compound({ kind: 'field', tag, field: name }, [term], sort);
}

export function hasTag(term: Term, tag: string): Formula {
  const { constructors } = datatypeOf(term);
  fieldsOf(datatypeOf(term), tag);
  if (constructors.length === 1) return truth;
  if (term.kind === 'compound' && term.operator.kind === 'construct') {
    return boolean(term.operator.tag === tag);
  }
  return compound({ kind: 'has-tag', tag }, [term], boolSort);
}

export function equal(left: Term, right: Term): Formula {
  invariant(sameSort(left.sort, right.sort), 'equal compares terms of one sort');
  if (sameTerm(left, right)) return truth;
  if (isLiteral(left) && isLiteral(right)) return falsity;
  if (left.kind === 'boolean') return left.value ? right : not(right);
  if (right.kind === 'boolean') return right.value ? left : not(left);
  if (
    left.kind === 'compound' &&
    right.kind === 'compound' &&
    left.operator.kind === 'construct' &&
    right.operator.kind === 'construct'
  ) {
    return left.operator.tag === right.operator.tag ? equalAll(left.args, right.args) : falsity;
  }
  return compound({ kind: 'equal' }, [left, right], boolSort);
}

/** Column by column; lists of different length are never equal. */
export function equalAll(left: readonly Term[], right: readonly Term[]): Formula {
  if (left.length !== right.length) return falsity;
  return and(left.map((term, index) => equal(term, defined(right[index], 'of one length'))));
}

export function distinct(terms: readonly Term[]): Formula {
  if (terms.length < 2) return truth;
  if (new Set(terms.map(termKey)).size < terms.length) return falsity;
  if (terms.every(isLiteral)) return truth;
  return compound({ kind: 'distinct' }, terms, boolSort);
}

export function not(formula: Formula): Formula {
  if (formula.kind === 'boolean') return boolean(!formula.value);
  if (formula.kind === 'compound' && formula.operator.kind === 'not') {
    return defined(formula.args[0], 'a negation has an operand');
  }
  return compound({ kind: 'not' }, [formula], boolSort);
}

export function and(formulas: readonly Formula[]): Formula {
  return connect('and', formulas, truth, falsity);
}

export function or(formulas: readonly Formula[]): Formula {
  return connect('or', formulas, falsity, truth);
}

export function implies(premise: Formula, conclusion: Formula): Formula {
  if (premise.kind === 'boolean') return premise.value ? conclusion : truth;
  if (conclusion.kind === 'boolean') return conclusion.value ? truth : not(premise);
  if (sameTerm(premise, conclusion)) return truth;
  return compound({ kind: 'implies' }, [premise, conclusion], boolSort);
}

export function iff(left: Formula, right: Formula): Formula {
  return equal(left, right);
}

export function ite(condition: Formula, then: Term, otherwise: Term): Term {
  invariant(sameSort(then.sort, otherwise.sort), 'both branches have one sort');
  if (condition.kind === 'boolean') return condition.value ? then : otherwise;
  if (sameTerm(then, otherwise)) return then;
  return compound({ kind: 'ite' }, [condition, then, otherwise], then.sort);
}

export function add(terms: readonly Term[]): Term {
  const flat = terms.flatMap((term) => (isOperator(term, 'add') ? term.args : [term]));
  const constant = flat.reduce((sum, term) => sum + (term.kind === 'integer' ? term.value : 0), 0);
  const rest = flat.filter((term) => term.kind !== 'integer');
  const all = constant === 0 && rest.length > 0 ? rest : [...rest, integer(constant)];
  const [first, ...more] = all;
  return more.length === 0 && first !== undefined ? first : compound({ kind: 'add' }, all, intSort);
}

export function subtract(left: Term, right: Term): Term {
  return add([left, scale(-1, right)]);
}

export function scale(factor: number, term: Term): Term {
  if (term.kind === 'integer') return integer(factor * term.value);
  if (factor === 0) return integer(0);
  return factor === 1 ? term : compound({ kind: 'scale', factor }, [term], intSort);
}

export function div(term: Term, divisor: number): Term {
  invariant(Number.isSafeInteger(divisor) && divisor > 0, 'the divisor is a positive constant');
  if (term.kind === 'integer') return integer(Math.floor(term.value / divisor));
  return divisor === 1 ? term : compound({ kind: 'div', divisor }, [term], intSort);
}

export function mod(term: Term, divisor: number): Term {
  invariant(Number.isSafeInteger(divisor) && divisor > 0, 'the divisor is a positive constant');
  if (term.kind === 'integer') return integer(((term.value % divisor) + divisor) % divisor);
  return divisor === 1 ? integer(0) : compound({ kind: 'mod', divisor }, [term], intSort);
}

export function atMost(left: Term, right: Term): Formula {
  return compare('at-most', left, right, (a, b) => a <= b);
}

export function less(left: Term, right: Term): Formula {
  return compare('less', left, right, (a, b) => a < b);
}

export function atLeast(left: Term, right: Term): Formula {
  return atMost(right, left);
}

export function greater(left: Term, right: Term): Formula {
  return less(right, left);
}

export function forall(variables: readonly Variable[], body: Formula): Formula {
  return quantify('forall', variables, body);
}

export function exists(variables: readonly Variable[], body: Formula): Formula {
  return quantify('exists', variables, body);
}

function compound(operator: Operator, args: readonly Term[], sort: Sort): Compound {
  return { kind: 'compound', operator, args, sort };
}

function connect(
  kind: 'and' | 'or',
  formulas: readonly Formula[],
  neutral: Formula,
  absorbing: Formula,
): Formula {
  const distinctOnes = new Map<string, Formula>();
  for (const formula of formulas.flatMap((one) => (isOperator(one, kind) ? one.args : [one]))) {
    invariant(formula.sort.kind === 'bool', 'connectives take formulas');
    if (sameTerm(formula, absorbing)) return absorbing;
    if (!sameTerm(formula, neutral)) distinctOnes.set(termKey(formula), formula);
  }
  const [first, ...more] = distinctOnes.values();
  if (first === undefined) return neutral;
  return more.length === 0 ? first : compound({ kind }, [first, ...more], boolSort);
}

function compare(
  kind: 'at-most' | 'less',
  left: Term,
  right: Term,
  decide: (left: number, right: number) => boolean,
): Formula {
  invariant(left.sort.kind === 'int' && right.sort.kind === 'int', 'integers are compared');
  if (left.kind === 'integer' && right.kind === 'integer') {
    return boolean(decide(left.value, right.value));
  }
  if (sameTerm(left, right)) return boolean(decide(0, 0));
  return compound({ kind }, [left, right], boolSort);
}

function quantify(
  kind: 'forall' | 'exists',
  variables: readonly Variable[],
  body: Formula,
): Formula {
  invariant(body.sort.kind === 'bool', 'a quantifier ranges over a formula');
  if (variables.length === 0 || body.kind === 'boolean') return body;
  return compound({ kind, variables }, [body], boolSort);
}

function isOperator(term: Term, kind: Operator['kind']): term is Compound {
  return term.kind === 'compound' && term.operator.kind === kind;
}

function isConstruct(term: Compound, tag: string): boolean {
  return term.operator.kind === 'construct' && term.operator.tag === tag;
}

function isLiteral(term: Term): boolean {
  return term.kind === 'integer' || term.kind === 'boolean';
}

function datatypeOf(term: Term): DatatypeSort {
  const { sort } = term;
  invariant(sort.kind === 'datatype', 'fields and tags belong to datatypes');
  return sort;
}

function fieldsOf(sort: DatatypeSort, tag: string): readonly Field[] {
  const found = sort.constructors.find((candidate) => candidate.name === tag);
  return defined(found, `${sort.name} has a constructor ${tag}`).fields;
}

function expectSorts(args: readonly Term[], sorts: readonly Sort[], name: string): void {
  invariant(
    args.length === sorts.length &&
      args.every((arg, index) => sameSort(arg.sort, defined(sorts[index], 'of one length'))),
    `${name} is applied to arguments of its own sorts`,
  );
}
