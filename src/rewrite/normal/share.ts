/** Relations of a role that are derived in the same way: one of them is enough. */

import { groupBy, sortedStrings } from '../../base/order.ts';
import type { Clause, HeadArgument, Literal } from '../../ir/clause.ts';
import { type Expression, substitute, variable, variablesOf } from '../../ir/expression.ts';
import { printClause } from '../../ir/print-clause.ts';
import type { Program, Role } from '../../ir/program.ts';
import type { ProgramProposal } from './change.ts';

/** The name that stands for a relation in its own definition; no program can use it. */
const ITSELF = 'this relation';

/** Pairs of relations with equal definitions; the one declared first stays. */
export function* twins(program: Program): Iterable<ProgramProposal> {
  for (const role of program.roles) {
    const definitions = groupBy(role.clauses.filter(isDefinition), ({ head }) => head.relation);
    const defined = role.relations.flatMap(({ name }) => {
      const clauses = definitions.get(name) ?? [];
      return clauses.length === 0 ? [] : [{ name, text: definitionText(clauses, name) }];
    });
    for (const group of groupBy(defined, ({ text }) => text).values()) {
      const [first, ...others] = group;
      for (const { name } of others) {
        if (first !== undefined) yield sharing(program, role, name, first.name);
      }
    }
  }
}

function sharing(program: Program, role: Role, name: string, instead: string): ProgramProposal {
  const roles = program.roles.map((each) =>
    each === role ? withoutTwin(role, name, instead) : each,
  );
  return {
    at: role.name,
    change: { kind: 'share', role: role.name, name, instead },
    after: { ...program, roles },
    summary: `reads \`${instead}\` for \`${name}\`, which is derived in the same way`,
  };
}

function withoutTwin(role: Role, name: string, instead: string): Role {
  return {
    ...role,
    relations: role.relations.filter((each) => each.name !== name),
    initial: role.initial.filter((each) => each.relation !== name),
    clauses: role.clauses
      .filter((clause) => clause.head.relation !== name)
      .map((clause) => renamed(clause, new Map([[name, instead]]), new Map())),
  };
}

export function definitionOf(role: Role, name: string): readonly Clause[] {
  return role.clauses.filter((clause) => isDefinition(clause) && clause.head.relation === name);
}

function isDefinition({ kind }: Clause): boolean {
  return kind !== 'send';
}

/** Equal for definitions that differ in the names of variables and in the order of literals and clauses. */
function definitionText(clauses: readonly Clause[], name: string): string {
  return sortedStrings(clauses.map((clause) => printClause(canonical(clause, name)))).join('\n');
}

/** The clause under variables that are numbered as they come, its literals in an order of their own. */
export function canonical(clause: Clause, name: string): Clause {
  const self = new Map([[name, ITSELF]]);
  const shape = (literal: Literal): string => {
    const blank = new Map(variablesIn([literal]).map((each) => [each, variable('v')]));
    return printClause(
      renamed({ ...clause, head: { ...clause.head, args: [] }, body: [literal] }, self, blank),
    );
  };
  const body = [...groupBy(clause.body, shape)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, literals]) => literals);
  const ordered = { ...clause, body };
  const names = variablesIn(body);
  const numbered = new Map(names.map((each, at) => [each, variable(`v${at + 1}`)]));
  return renamed(ordered, self, numbered);
}

function variablesIn(literals: readonly Literal[]): readonly string[] {
  const all = literals.flatMap((literal) => {
    if (literal.kind === 'condition') return variablesOf(literal.expression);
    if (literal.kind === 'bind') return [literal.variable, ...variablesOf(literal.value)];
    return literal.atom.args.flatMap(variablesOf);
  });
  return [...new Set(all)];
}

/** With other names for relations and variables. */
export function renamed(
  clause: Clause,
  relations: ReadonlyMap<string, string>,
  variables: ReadonlyMap<string, Expression>,
): Clause {
  const value = (expression: Expression): Expression => substitute(expression, variables);
  const named = (name: string): string => relations.get(name) ?? name;
  const literal = (each: Literal): Literal => {
    if (each.kind === 'condition') return { ...each, expression: value(each.expression) };
    if (each.kind === 'bind') {
      const other = variables.get(each.variable);
      const bound = other?.kind === 'variable' ? other.name : each.variable;
      return { ...each, variable: bound, value: value(each.value) };
    }
    const { relation, args, at } = each.atom;
    return { ...each, atom: { relation: named(relation), args: args.map(value), at } };
  };
  const argument = (arg: HeadArgument): HeadArgument => {
    if (arg.kind === 'plain') return { ...arg, value: value(arg.value) };
    const of = arg.of.map(value);
    if (arg.kind === 'index' || arg.fallback === null) return { ...arg, of };
    const { over } = arg.fallback;
    const from = { ...over, relation: named(over.relation), args: over.args.map(value) };
    return { ...arg, of, fallback: { value: value(arg.fallback.value), over: from } };
  };
  const { relation, args, destination } = clause.head;
  const head = {
    relation: clause.kind === 'send' ? relation : named(relation),
    args: args.map(argument),
    destination: destination === null ? null : value(destination),
  };
  return { ...clause, head, body: clause.body.map(literal) };
}
