/**
 * What is spread, as a component of its own: what is replicated is a table there, the same at all processes, and sums
 * are what each process adds to them.
 */

import type { Clause, Literal } from '../../ir/clause.ts';
import { variable } from '../../ir/expression.ts';
import type { Program, Role, StaticRelation } from '../../ir/program.ts';
import type { Column } from '../../ir/type.ts';
import type { PartView } from '../part.ts';
import type { Sides } from './sides.ts';

export function spreadView(view: PartView, sides: Sides): PartView {
  const replicated = new Set(sides.replicated.map((clause) => clause.head.relation));
  const table = (name: string, columns: readonly Column[]): StaticRelation => {
    // What it says of its keys it says of one tick; a table would promise it for ever.
    return { name, columns, dependencies: [], facts: [] };
  };
  const statics = [
    ...view.role.statics,
    ...view.role.relations
      .filter(({ name }) => replicated.has(name))
      .map(({ name, columns }) => table(name, columns)),
    ...sides.orders.map(({ name, columns }) => table(name, columns)),
  ];
  const asTable = (literal: Literal): Literal =>
    literal.kind === 'stable' && replicated.has(literal.atom.relation)
      ? { kind: 'atom', atom: literal.atom }
      : literal;
  const clauses = [
    ...sides.spread.map((clause) =>
      clause.body.some((literal) => asTable(literal) !== literal)
        ? { ...clause, body: clause.body.map(asTable) }
        : clause,
    ),
    ...sides.sums.map(addition),
  ];
  const read = new Set(
    clauses.flatMap(({ body }) =>
      body.flatMap((literal) =>
        literal.kind === 'condition' || literal.kind === 'bind' ? [] : [literal.atom.relation],
      ),
    ),
  );
  const heads = new Set(clauses.map((clause) => clause.head.relation));
  const role: Role = {
    ...view.role,
    relations: [
      ...view.role.relations.filter(({ name }) => !replicated.has(name)),
      ...sides.sums.map((sum) => ({
        name: shareOf(sum.relation.name),
        columns: sum.over.args.map((_, at) => ({
          name: `c${at + 1}`,
          type: columnsOf(view, sum.over.relation)[at]?.type ?? { kind: 'int' as const },
        })),
        dependencies: [],
        durable: false,
      })),
    ],
    statics,
    timers: view.role.timers.filter((timer) => read.has(timer.name)),
    initial: view.role.initial.filter(
      ({ relation }) => !replicated.has(relation) && (read.has(relation) || heads.has(relation)),
    ),
    clauses,
  };
  const program: Program = {
    ...view.program,
    roles: view.program.roles.map((each) => (each.name === role.name ? role : each)),
  };
  return { part: { ...view.part, clauses }, role, program };
}

/** The facts that a sum is over, as far as the process has them. */
function addition({ relation, clause, over }: Sides['sums'][number]): Clause {
  const args = over.args.map((_, at) => variable(`c${at + 1}`));
  return {
    id: `${clause.id} share`,
    kind: 'now',
    head: {
      relation: shareOf(relation.name),
      args: args.map((value) => ({ kind: 'plain', value })),
      destination: null,
    },
    body: [{ kind: 'atom', atom: { ...over, args } }],
    written: 'clause',
  };
}

function shareOf(sum: string): string {
  return `share of ${sum}`;
}

function columnsOf(view: PartView, name: string): readonly Column[] {
  const relation = view.role.relations.find((each) => each.name === name);
  const channel = view.program.channels.find((each) => each.name === name);
  return relation?.columns ?? channel?.columns ?? [];
}
