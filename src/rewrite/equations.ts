/**
 * What columns of a relation are of its other columns, as lemmas may use it: `h` is hash(v) in every `stored(h, v)`,
 * since `incoming` says so and every `stored` comes of one (theory.md, 1.4b: dependencies through functions, by variable sharing and by
 * inheritance). The analysis proposes the equations, to a fixpoint over recursion; each is an obligation for
 * every clause that derives the relation, together an induction over ticks and stages.
 */

import { equationsOf, inferDependencies } from '../analysis/dependencies.ts';
import { expressionOf } from '../analysis/key-functions.ts';
import type { Expression } from '../ir/expression.ts';
import { keyExpression } from '../ir/key.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Role } from '../ir/program.ts';
import { visibleIn } from '../ir/schema.ts';
import type { EquationsOf, RelationEquation } from '../smt/lemmas/co-partition.ts';
import { equationHolds } from '../smt/lemmas/equation.ts';
import type { Obligation } from '../smt/obligation.ts';
import { encodeClauses, encodeOfColumns, type Scope } from './encode.ts';
import { readsOf } from './part.ts';

/** Of the role's own relations and of what it receives; nothing of a relation that holds facts from the start. */
export function equationsIn(scope: Scope): EquationsOf {
  const { program, role } = scope;
  const dependencies = inferDependencies(program, 'environment');
  const initial = new Set(role.initial.map((fact) => fact.relation));
  const known = new Map<string, readonly RelationEquation[]>();
  return (relation) => {
    const found = known.get(relation) ?? (initial.has(relation) ? [] : find(relation));
    known.set(relation, found);
    return found;
  };

  function find(relation: string): readonly RelationEquation[] {
    const columns = (visibleIn(program, role).get(relation)?.columns ?? []).map((c) => c.name);
    return equationsOf(dependencies, role.name, relation, 'ever').flatMap(({ column, term }) => {
      // What is only a column again has no function, and is in no key by itself.
      const value = term.kind === 'apply' ? expressionOf(term) : null;
      if (value === null) return [];
      return [encoded(relation, column, value, columns)];
    });
  }

  function encoded(
    relation: string,
    column: number,
    value: Expression,
    columns: readonly string[],
  ): RelationEquation {
    const text = `${columns[column] ?? column} == ${printExpression(keyExpression(value, columns))}`;
    return { column, value: encodeOfColumns(scope, relation, value), text };
  }
}

/** All that the equations of these relations rest on. */
export function equationLemmas(
  rule: string,
  scope: Scope,
  relations: Iterable<string>,
): readonly Obligation[] {
  const { program } = scope;
  const pending = [...relations].map((relation) => ({ role: scope.role, relation }));
  const done = new Set<string>();
  const found: Obligation[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { role, relation } = next;
    const key = JSON.stringify([role.name, relation]);
    if (done.has(key)) continue;
    done.add(key);
    const own = equationsIn({ program, role })(relation);
    if (own.length === 0) continue;
    for (const deriver of deriversOf(role, relation)) {
      const equations = equationsIn({ program, role: deriver });
      for (const clause of deriver.clauses.filter(({ head }) => head.relation === relation)) {
        for (const each of encodeClauses({ program, role: deriver }, clause, () => [])) {
          for (const equation of own)
            found.push(equationHolds({ rule, clause: each, equation, equations }));
        }
        pending.push(...readsOf(clause).map((name) => ({ role: deriver, relation: name })));
      }
    }
  }
  return found;

  function deriversOf(role: Role, relation: string): readonly Role[] {
    const isChannel = program.channels.some((channel) => channel.name === relation);
    return isChannel ? program.roles : [role];
  }
}
