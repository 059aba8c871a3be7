/**
 * How many answers a role waits for: with `tally(count<w>, n) :- got(w, n)`, a clause that reads
 * `tally(k, n), k > f` waits for f + 1 members of the role of `w`.
 */

import type { Atom, Clause } from '../ir/clause.ts';
import { evaluateInteger } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import type { Role } from '../ir/program.ts';
import type { Column } from '../ir/type.ts';
import { atomsOf } from '../rewrite/part.ts';

/** A count of members that some clause waits for. */
export interface Awaited {
  /** Roles whose members are counted. */
  readonly roles: ReadonlySet<string>;
  readonly count: number;
}

type Columns = ReadonlyMap<string, readonly Column[]>;
type Constants = ReadonlyMap<string, number>;

/** Every count of the role that one of its clauses compares with a constant. */
export function awaitedCounts(role: Role, parameters: Constants): readonly Awaited[] {
  const columns = new Map(role.relations.map((relation) => [relation.name, relation.columns]));
  const readings = readingsOf(role.clauses);
  return role.clauses.flatMap((clause): readonly Awaited[] => {
    const { relation, args } = clause.head;
    const at = args.findIndex((arg) => arg.kind === 'aggregate' && arg.aggregate === 'count');
    if (at < 0) return [];
    const roles = countedRoles(clause, columns);
    if (roles.size === 0) return [];
    const counts = (readings.get(relation) ?? []).flatMap((each) =>
      thresholds(each, at, parameters),
    );
    return counts.map((count) => ({ roles, count }));
  });
}

/** An atom and the clause whose body it stands in. */
interface Reading {
  readonly clause: Clause;
  readonly atom: Atom;
}

/** By relation. */
function readingsOf(clauses: readonly Clause[]): ReadonlyMap<string, readonly Reading[]> {
  const readings = new Map<string, Reading[]>();
  for (const clause of clauses) {
    for (const atom of atomsOf(clause)) {
      const known = readings.get(atom.relation);
      if (known === undefined) readings.set(atom.relation, [{ clause, atom }]);
      else known.push({ clause, atom });
    }
  }
  return readings;
}

function countedRoles({ head, body }: Clause, columns: Columns): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const name of head.args.flatMap(countedVariables)) {
    for (const literal of body) {
      if (literal.kind !== 'atom') continue;
      const { relation, args } = literal.atom;
      const column = args.findIndex((arg) => arg.kind === 'variable' && arg.name === name);
      const type = columns.get(relation)?.[column]?.type;
      if (type?.kind === 'id') roles.add(type.role);
    }
  }
  return roles;
}

function countedVariables(arg: Clause['head']['args'][number]): readonly string[] {
  if (arg.kind !== 'aggregate') return [];
  return arg.of.flatMap((each) => (each.kind === 'variable' ? [each.name] : []));
}

/** `tally(n, ..), n == participants` and `tally(k, ..), k > f` in one clause's body. */
function thresholds(
  { clause, atom }: Reading,
  column: number,
  parameters: Constants,
): readonly number[] {
  const constant = (expression: Expression): readonly number[] => {
    const value = evaluateInteger(expression, parameters);
    return value.kind === 'ok' ? [value.value] : [];
  };
  const arg = atom.args[column];
  if (arg === undefined) return [];
  if (arg.kind !== 'variable') return constant(arg);
  return clause.body.flatMap((literal) => {
    if (literal.kind !== 'condition' || literal.expression.kind !== 'binary') return [];
    const { operator, left, right } = literal.expression;
    if (left.kind !== 'variable' || left.name !== arg.name) return [];
    if (operator === '==' || operator === '>=') return constant(right);
    return operator === '>' ? constant(right).map((count) => count + 1) : [];
  });
}
