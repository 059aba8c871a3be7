/**
 * What equals what in every instance of one clause: the arguments of its atoms, the values that it binds and
 * compares, and what is known of the relations that it reads.
 */

import { assertNever } from '../base/assert.ts';
import { builtins, isBuiltin } from '../ir/builtins.ts';
import { type Atom, atomOf, type Clause, type HeadArgument } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { type KeyPart, keyColumn } from '../ir/key.ts';
import type { Dependency, Program } from '../ir/program.ts';
import { type Component, namesOf } from './component.ts';
import { apply, Congruence, type Term, withColumns } from './congruence.ts';

/** In every fact of the relation, the column's value is the term over other columns. */
export interface Equation {
  readonly column: number;
  readonly term: Term;
}

export interface ClauseTerms {
  readonly congruence: Congruence;
  /** One for each column of the head: a `min` of two expressions fills two. */
  readonly head: readonly HeadColumn[];
  readonly destination: Term | null;
  /** The terms of an atom of the body, or of the `over` atom of a default aggregate. */
  readonly arguments: (atom: Atom) => readonly Term[];
}

export interface HeadColumn {
  readonly kind: HeadArgument['kind'];
  readonly term: Term;
}

/** How many columns a head argument fills. */
export function widthOf(arg: HeadArgument): number {
  const isOrder = arg.kind === 'aggregate' && (arg.aggregate === 'min' || arg.aggregate === 'max');
  return isOrder ? Math.max(1, arg.of.length) : 1;
}

/** `known` gives the equations of a relation that hold of the facts which the literal reads. */
export function clauseTerms(
  component: Component,
  clause: Clause,
  known: (relation: string, mode: 'now' | 'earlier') => readonly Equation[],
): ClauseTerms {
  const congruence = new Congruence();
  const atoms = new Map<Atom, readonly Term[]>();
  const translate = (expression: Expression): Term => termOf(component.program, expression);
  const place = (atom: Atom, site: string): void => {
    const terms = atom.args.map((arg, index) =>
      arg.kind === 'wildcard' ? variable(`${site}.${index}`) : translate(arg),
    );
    atoms.set(atom, terms);
    for (const arg of atom.args) addFacts(component.program, congruence, arg);
  };
  for (const [index, literal] of clause.body.entries()) {
    const atom = atomOf(literal);
    if (atom !== null) place(atom, `_${index}`);
    if (literal.kind === 'bind') {
      addFacts(component.program, congruence, literal.value);
      congruence.equate(variable(literal.variable), translate(literal.value));
    } else if (literal.kind === 'condition') {
      addEqualities(component.program, congruence, literal.expression);
    }
  }
  for (const literal of clause.body) {
    const atom = atomOf(literal);
    if (atom === null || literal.kind === 'negated') continue;
    const mode = literal.kind === 'atom' ? 'now' : 'earlier';
    assume(component, congruence, atom, atoms.get(atom) ?? [], known(atom.relation, mode));
  }
  for (const arg of clause.head.args) {
    if (arg.kind === 'aggregate' && arg.fallback !== null) place(arg.fallback.over, '_over');
    const parts = arg.kind === 'plain' ? [arg.value] : arg.of;
    for (const part of parts) addFacts(component.program, congruence, part);
  }
  const head = headColumns(clause, congruence, translate);
  const destination = clause.head.destination === null ? null : translate(clause.head.destination);
  return { congruence, head, destination, arguments: (atom) => atoms.get(atom) ?? [] };
}

function variable(name: string): Term {
  return { kind: 'variable', name };
}

function assume(
  component: Component,
  congruence: Congruence,
  atom: Atom,
  args: readonly Term[],
  equations: readonly Equation[],
): void {
  const visible = namesOf(component).get(atom.relation);
  const role = component.program.roles.find((each) => each.name === atom.relation);
  const member = args[0];
  if (visible?.kind === 'members' && role?.size === null && member !== undefined) {
    congruence.equate(member, apply(`member:${role.of ?? role.name}`, []));
  }
  for (const { column, term } of equations) {
    const left = args[column];
    if (left === undefined) continue;
    congruence.equate(
      left,
      withColumns(term, (index) => args[index] ?? variable(`_no.${index}`)),
    );
  }
}

/** Values of aggregates are functions of their group, in one tick; a rank is, besides, the other way round. */
function headColumns(
  clause: Clause,
  congruence: Congruence,
  translate: (expression: Expression) => Term,
): readonly HeadColumn[] {
  const plain = clause.head.args.flatMap((arg) =>
    arg.kind === 'plain' ? [translate(arg.value)] : [],
  );
  const columns: HeadColumn[] = [];
  for (const arg of clause.head.args) {
    if (arg.kind === 'plain') {
      columns.push({ kind: 'plain', term: translate(arg.value) });
      continue;
    }
    for (let part = 0; part < widthOf(arg); part++) {
      const name = `${arg.kind}:${clause.id}:${columns.length}`;
      const inputs = arg.kind === 'aggregate' ? plain : arg.of.map(translate);
      const term = apply(name, inputs, 'tick');
      columns.push({ kind: arg.kind, term });
      if (arg.kind === 'index') {
        for (const [at, other] of [...plain, ...inputs].entries()) {
          congruence.equate(other, apply(`${name}:${at}`, [term], 'tick'));
        }
      }
    }
  }
  for (const { term } of columns) congruence.add(term);
  return columns;
}

/** A condition that must be true: `a == b`, and both sides of `&&`. */
function addEqualities(program: Program, congruence: Congruence, expression: Expression): void {
  addFacts(program, congruence, expression);
  if (expression.kind !== 'binary') return;
  if (expression.operator === '&&') {
    addEqualities(program, congruence, expression.left);
    addEqualities(program, congruence, expression.right);
  } else if (expression.operator === '==') {
    congruence.equate(termOf(program, expression.left), termOf(program, expression.right));
  }
}

/** What holds of the parts of an expression: sums and tuples can be taken apart, and declared dependencies. */
function addFacts(program: Program, congruence: Congruence, expression: Expression): void {
  const whole = termOf(program, expression);
  const of = (sub: Expression): Term => termOf(program, sub);
  switch (expression.kind) {
    case 'binary': {
      addFacts(program, congruence, expression.left);
      addFacts(program, congruence, expression.right);
      const [left, right] = [of(expression.left), of(expression.right)];
      if (expression.operator === '+') {
        congruence.equate(left, apply('-', [whole, right]));
        congruence.equate(right, apply('-', [whole, left]));
      } else if (expression.operator === '-') {
        congruence.equate(left, apply('+', [whole, right]));
      }
      return;
    }
    case 'tuple':
      for (const [index, item] of expression.items.entries()) {
        addFacts(program, congruence, item);
        congruence.equate(of(item), apply(`component:${index}`, [whole]));
      }
      return;
    case 'call':
      for (const arg of expression.args) addFacts(program, congruence, arg);
      addCall(program, congruence, expression.function, expression.args.map(of), whole);
      return;
    default:
      congruence.add(whole);
  }
}

function addCall(
  program: Program,
  congruence: Congruence,
  name: string,
  args: readonly Term[],
  result: Term,
): void {
  const { parameters, dependencies } = functionFacts(program, name);
  const value = (of: string): Term | undefined =>
    of === 'result' ? result : args[parameters.indexOf(of)];
  for (const { from, to } of dependencies) {
    const inputs = from.map(value).filter((term) => term !== undefined);
    if (inputs.length < from.length) continue;
    for (const target of to) {
      const left = value(target);
      if (left === undefined || from.includes(target)) continue;
      congruence.equate(left, apply(`${name}:${from.join(',')}:${target}`, inputs));
    }
  }
}

function functionFacts(
  program: Program,
  name: string,
): { readonly parameters: readonly string[]; readonly dependencies: readonly Dependency[] } {
  const declared = program.functions.find((each) => each.name === name);
  if (declared !== undefined) {
    const parameters = declared.parameters.map((parameter) => parameter.name);
    return { parameters, dependencies: declared.dependencies };
  }
  if (!isBuiltin(name)) return { parameters: [], dependencies: [] };
  const { signatures, dependencies } = builtins[name];
  return { parameters: (signatures[0]?.parameters ?? []).map((each) => each.name), dependencies };
}

/** The part of a key, for a fact with these values in its columns. */
export function keyTerm(program: Program, part: KeyPart, columns: readonly Term[]): Term {
  const values = new Map(columns.map((term, index) => [`#${index}`, term]));
  const filled = (term: Term): Term => {
    if (term.kind === 'variable') return values.get(term.name) ?? term;
    return term.kind === 'apply' ? { ...term, args: term.args.map(filled) } : term;
  };
  return filled(termOf(program, typeof part === 'number' ? keyColumn(part) : part));
}

/** The term of an expression without `_`. */
function termOf(program: Program, expression: Expression): Term {
  const of = (sub: Expression): Term => termOf(program, sub);
  switch (expression.kind) {
    case 'variable':
      return variable(expression.name);
    case 'wildcard':
      return variable('_');
    case 'int':
      return apply(`int:${expression.value}`, []);
    case 'bool':
      return apply(`bool:${expression.value}`, []);
    case 'string':
      return apply(`string:${JSON.stringify(expression.value)}`, []);
    case 'parameter':
      return apply(`parameter:${expression.name}`, []);
    case 'me':
      return apply('me', [], 'node');
    case 'binary':
      return apply(expression.operator, [of(expression.left), of(expression.right)]);
    case 'unary':
      return apply(`unary:${expression.operator}`, [of(expression.operand)]);
    case 'if':
      return apply('if', [expression.condition, expression.then, expression.otherwise].map(of));
    case 'call':
      return apply(`call:${expression.function}`, expression.args.map(of));
    case 'tuple':
      return apply('tuple', expression.items.map(of));
    case 'component':
      return apply(`component:${expression.index}`, [of(expression.of)]);
    case 'set':
      return apply('set', expression.items.map(of));
    case 'map':
      return apply(
        'map',
        expression.entries.flatMap((each) => [of(each.key), of(each.value)]),
      );
    default:
      return assertNever(expression);
  }
}
