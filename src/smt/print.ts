/** SMT-LIB 2.6 text of declarations and terms. */

import { invariant } from '../base/assert.ts';
import type { Declarations } from './declaration.ts';
import type { Compound, Term } from './formula.ts';
import type { Names } from './names.ts';
import type { DatatypeSort } from './sort.ts';

export function printDeclarations(declarations: Declarations, names: Names): readonly string[] {
  return [
    ...declarations.sorts.map((name) => `(declare-sort ${names.sort({ kind: 'named', name })} 0)`),
    ...declarations.datatypes.map((datatype) => printDatatype(datatype, names)),
    ...declarations.functions.map((symbol) => {
      const parameters = symbol.parameters.map(names.sort).join(' ');
      return `(declare-fun ${names.function(symbol)} (${parameters}) ${names.sort(symbol.result)})`;
    }),
  ];
}

function printDatatype(datatype: DatatypeSort, names: Names): string {
  const constructors = datatype.constructors.map(({ name: tag, fields }) => {
    const columns = fields.map(
      ({ name, sort }) => ` (${names.field(datatype.name, tag, name)} ${names.sort(sort)})`,
    );
    return `(${names.tag(datatype.name, tag)}${columns.join('')})`;
  });
  return `(declare-datatypes ((${names.sort(datatype)} 0)) ((${constructors.join(' ')})))`;
}

export function printTerm(term: Term, names: Names): string {
  switch (term.kind) {
    case 'boolean':
      return `${term.value}`;
    case 'integer':
      return printInteger(term.value);
    case 'variable':
      return names.variable(term);
    case 'compound':
      return printCompound(term, names);
  }
}

function printInteger(value: number): string {
  return value < 0 ? `(- ${-value})` : `${value}`;
}

function printCompound(term: Compound, names: Names): string {
  const args = term.args.map((arg) => printTerm(arg, names));
  const head = printOperator(term, names);
  if (args.length === 0) return head;
  const { operator } = term;
  switch (operator.kind) {
    case 'scale':
      return `(* ${printInteger(operator.factor)} ${args.join(' ')})`;
    case 'div':
    case 'mod':
      return `(${operator.kind} ${args.join(' ')} ${operator.divisor})`;
    default:
      return `(${head} ${args.join(' ')})`;
  }
}

/** What stands right after the opening parenthesis. */
function printOperator({ operator, args, sort }: Compound, names: Names): string {
  switch (operator.kind) {
    case 'apply':
      return names.function(operator.function);
    case 'construct':
      return names.tag(datatypeName(sort), operator.tag);
    case 'field':
      return names.field(datatypeName(args[0]?.sort), operator.tag, operator.field);
    case 'has-tag':
      return `(_ is ${names.tag(datatypeName(args[0]?.sort), operator.tag)})`;
    case 'forall':
    case 'exists': {
      const bound = operator.variables.map((v) => `(${names.variable(v)} ${names.sort(v.sort)})`);
      return `${operator.kind} (${bound.join(' ')})`;
    }
    case 'equal':
      return '=';
    case 'implies':
      return '=>';
    case 'add':
      return '+';
    case 'at-most':
      return '<=';
    case 'less':
      return '<';
    default:
      return operator.kind;
  }
}

function datatypeName(sort: Term['sort'] | undefined): string {
  invariant(sort?.kind === 'datatype', 'constructors and fields belong to datatypes');
  return sort.name;
}
