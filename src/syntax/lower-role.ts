/** Roles: their declarations, and their clauses with `persist` written out. */

import { nearestName } from '../base/suggest.ts';
import type { Clause } from '../ir/clause.ts';
import type { InitialFact, Relation, Role, StaticRelation, Timer } from '../ir/program.ts';
import type { ClauseMember, InitMember, RelationMember, RoleItem, StaticMember } from './ast.ts';
import { lowerPersist } from './lower-persist.ts';
import { type Lowering, lowerDependencies, requireRole } from './lowering.ts';
import { syntaxMessages } from './messages.ts';
import { placed, resolveAll, resolveExpression } from './resolve-expression.ts';
import { resolveLiterals } from './resolve-literal.ts';
import { resolveColumns } from './resolve-type.ts';

interface Draft {
  readonly relations: Relation[];
  readonly statics: StaticRelation[];
  readonly timers: Timer[];
  readonly initial: InitialFact[];
  readonly clauses: Clause[];
}

export function lowerRole(item: RoleItem, lowering: Lowering): Role {
  const { names } = lowering;
  const name = item.name.text;
  lowering.places.set(`role ${name}`, item.name.span);
  if (item.of !== null) requireRole(item.of, lowering);
  const draft: Draft = { relations: [], statics: [], timers: [], initial: [], clauses: [] };
  // Declarations first: `persist` needs the columns of a relation that may be declared below it.
  for (const member of item.members) lowerDeclaration(item, member, draft, lowering);
  const relations = new Map(draft.relations.map((relation) => [relation.name, relation]));
  for (const member of item.members) lowerBehaviour(item, member, draft, relations, lowering);
  const role: Role = {
    name,
    external: item.external,
    size: item.size === null ? null : resolveExpression(item.size, names),
    of: item.of?.text ?? null,
    parts: item.parts === null ? null : resolveExpression(item.parts, names),
    ...draft,
  };
  names.spans.set(role, item.header);
  return role;
}

function lowerDeclaration(
  role: RoleItem,
  member: RoleItem['members'][number],
  draft: Draft,
  lowering: Lowering,
): void {
  const place = (name: { readonly text: string }, span: { start: number; end: number }): void => {
    const key = `${member.kind} ${role.name.text} ${name.text}`;
    if (!lowering.places.has(key)) lowering.places.set(key, span);
  };
  switch (member.kind) {
    case 'relation':
      place(member.name, member.name.span);
      draft.relations.push(lowerRelation(member, lowering));
      break;
    case 'static':
      place(member.name, member.name.span);
      draft.statics.push(lowerStatic(member, lowering));
      break;
    case 'timer': {
      place(member.name, member.name.span);
      const periodMs = resolveExpression(member.period, lowering.names);
      const timer: Timer = { name: member.name.text, periodMs };
      lowering.names.spans.set(timer, member.span);
      draft.timers.push(timer);
      break;
    }
    case 'init':
    case 'persist':
    case 'clause':
      break;
  }
}

function lowerBehaviour(
  role: RoleItem,
  member: RoleItem['members'][number],
  draft: Draft,
  relations: ReadonlyMap<string, Relation>,
  lowering: Lowering,
): void {
  const add = (clause: Omit<Clause, 'id'>): void => {
    const id = `${role.name.text}.${draft.clauses.length + 1}`;
    const numbered: Clause = { id, ...clause };
    lowering.names.spans.set(numbered, member.span);
    lowering.places.set(`clause ${id}`, member.span);
    draft.clauses.push(numbered);
  };
  if (member.kind === 'init') draft.initial.push(lowerInit(role, member, lowering));
  if (member.kind === 'clause') add(lowerClause(role, member, lowering));
  if (member.kind === 'persist') {
    const written = lowerPersist(role, member, relations, lowering);
    if (written.relation !== null) draft.relations.push(written.relation);
    for (const clause of written.clauses) add(clause);
  }
}

function lowerRelation(member: RelationMember, lowering: Lowering): Relation {
  const columns = resolveColumns(member.columns, lowering.types);
  const all = columns.map((column) => column.name);
  const relation: Relation = {
    name: member.name.text,
    columns,
    dependencies: lowerDependencies(member.dependencies, all, lowering),
    durable: member.durable,
  };
  lowering.names.spans.set(relation, member.span);
  return relation;
}

function lowerStatic(member: StaticMember, lowering: Lowering): StaticRelation {
  const columns = resolveColumns(member.columns, lowering.types);
  const all = columns.map((column) => column.name);
  const facts = member.facts.map((fact) => {
    const args = resolveAll(fact.args, lowering.names);
    lowering.names.spans.set(args, fact.span);
    return args;
  });
  const table: StaticRelation = {
    name: member.name.text,
    columns,
    dependencies: lowerDependencies(member.dependencies, all, lowering),
    facts,
  };
  lowering.names.spans.set(table, member.span);
  return table;
}

function lowerInit(role: RoleItem, member: InitMember, lowering: Lowering): InitialFact {
  const name = member.name.text;
  const args = resolveAll(member.args, lowering.names);
  const fact: InitialFact = { relation: name, args };
  lowering.names.spans.set(fact, member.span);
  requireRelation(role, member.name, lowering);
  return fact;
}

/** Reports a name that is no relation of the role. */
function requireRelation(role: RoleItem, name: InitMember['name'], lowering: Lowering): void {
  const locals = lowering.scope.locals.get(role.name.text);
  if (lowering.scope.broken.has(name.text) || locals?.get(name.text)?.kind === 'relation') return;
  const relations = [...(locals ?? [])].filter(([, local]) => local.kind === 'relation');
  const nearest =
    nearestName(
      name.text,
      relations.map(([local]) => local),
    ) ?? null;
  const parameters = { name: name.text, role: role.name.text, nearest };
  lowering.diagnostics.push(syntaxMessages.report('IR0209', name.span, parameters));
}

function lowerClause(role: RoleItem, member: ClauseMember, lowering: Lowering): Omit<Clause, 'id'> {
  const { scope, names } = lowering;
  const locals = scope.locals.get(role.name.text);
  const isFact = (name: string): boolean =>
    locals?.has(name) === true || scope.channels.has(name) || scope.roles.has(name);
  return {
    kind: member.operator,
    head: lowerHead(member.head, lowering),
    body: resolveLiterals(member.body, isFact, { ...lowering, names }),
    written: 'clause',
  };
}

function lowerHead(head: Clause['head'], lowering: Lowering): Clause['head'] {
  const { names } = lowering;
  const args = head.args.map((argument): Clause['head']['args'][number] => {
    if (argument.kind === 'plain') {
      const value = resolveExpression(argument.value, names);
      return value === argument.value ? argument : placed(argument, { ...argument, value }, names);
    }
    const of = resolveAll(argument.of, names);
    if (argument.kind === 'index') {
      return of === argument.of ? argument : placed(argument, { ...argument, of }, names);
    }
    const { fallback } = argument;
    const resolvedFallback = fallback && {
      value: resolveExpression(fallback.value, names),
      over: placed(
        fallback.over,
        { ...fallback.over, args: resolveAll(fallback.over.args, names) },
        names,
      ),
    };
    return placed(argument, { ...argument, of, fallback: resolvedFallback }, names);
  });
  const destination = head.destination && resolveExpression(head.destination, names);
  const same =
    destination === head.destination && args.every((each, index) => each === head.args[index]);
  return same ? head : placed(head, { ...head, args, destination }, names);
}
