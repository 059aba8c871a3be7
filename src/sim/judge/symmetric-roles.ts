/**
 * Roles whose members no clause tells apart: renaming them in a state gives a state that does the same.
 *
 * An id of such a role is only passed on, joined, compared for equality with another one, and counted. It is never written
 * down, put in an order (`max<s, a>`, `index`), calculated with, given to a function, shown to a client, or used to
 * choose a part: each of that could treat two members unlike. The check reads the clauses and nothing else.
 */
import type { Atom, Clause, HeadArgument, Literal } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import { baseRole, visibleIn } from '../../ir/schema.ts';
import type { Column, Type } from '../../ir/type.ts';

/** Names of roles that are no parts of another one. */
export function symmetricRoles(program: Program): readonly string[] {
  const whole = program.roles.filter((role) => !role.external && role.of === null);
  return whole.map((role) => role.name).filter((name) => isSymmetric(program, name));
}

function isSymmetric(program: Program, name: string): boolean {
  const hidden = program.channels.every((channel) => isHidden(program, name, channel));
  return hidden && program.roles.every((role) => treatsAlike(program, name, role));
}

/** Clients see no ids of the role and send it nothing, and no part is chosen by an id. */
function isHidden(program: Program, name: string, channel: Channel): boolean {
  const isExternal = (role: string): boolean =>
    program.roles.some((each) => each.name === role && each.external);
  const holds = channel.columns.map((column) => holdsIds(program, name, column.type));
  if (channel.columns.some(({ type }) => isMerged(program, name, type))) return false;
  if (isExternal(channel.from) && baseRole(program, channel.to) === name) return false;
  if (isExternal(channel.from) || isExternal(channel.to)) return !holds.includes(true);
  const ids = new Set(channel.columns.filter((_, at) => holds[at]).map((column) => column.name));
  const scope = { ids, isOwn: false };
  return channel.route.every((expression) => kindOf(expression, scope) === 'other');
}

function treatsAlike(program: Program, name: string, role: Role): boolean {
  const tables = [...role.relations, ...role.statics];
  if (tables.some(({ columns }) => columns.some((each) => isMerged(program, name, each.type)))) {
    return false;
  }
  const isOwn = baseRole(program, role.name) === name;
  const fits = (relation: string, args: readonly Expression[]): boolean => {
    const columns = tables.find((each) => each.name === relation)?.columns ?? [];
    const kinds = args.map((arg) => kindOf(arg, { ids: new Set(), isOwn }));
    return kinds.every((kind, at) => kind === wanted(program, name, columns[at]));
  };
  return (
    role.initial.every((fact) => fits(fact.relation, fact.args)) &&
    role.statics.every((table) => table.facts.every((fact) => fits(table.name, fact))) &&
    role.clauses.every((clause) => isAlike({ program, name, role, isOwn }, clause))
  );
}

/** What an expression gives: an id of the role (or a tuple with one), nothing of the kind, or something that tells ids apart. */
type Kind = 'id' | 'other' | 'told-apart';

interface Scope {
  /** Variables that hold ids. */
  readonly ids: ReadonlySet<string>;
  /** `me` is such an id. */
  readonly isOwn: boolean;
}

interface Place {
  readonly program: Program;
  /** The role that is asked about, and the one whose clauses these are. */
  readonly name: string;
  readonly role: Role;
  readonly isOwn: boolean;
}

function isAlike(place: Place, clause: Clause): boolean {
  const { program, name, isOwn } = place;
  const ids = idVariables(place, clause.body);
  if (ids === null) return false;
  const scope: Scope = { ids, isOwn };
  const { args, destination, relation } = clause.head;
  const channel = program.channels.find((each) => each.name === relation);
  const isSend = clause.kind === 'send';
  const columns = isSend ? channel?.columns : columnsOf(place, relation);
  if (columns === undefined) return false;
  if (isSend && destination !== null) {
    const toOwn = channel !== undefined && baseRole(program, channel.to) === name;
    if (kindOf(destination, scope) !== (toOwn ? 'id' : 'other')) return false;
  }
  const kinds = args.flatMap((arg) => headKinds(place, arg, scope));
  return kinds.every((kind, at) => kind === wanted(program, name, columns[at]));
}

/** By column of the head. */
function headKinds(place: Place, arg: HeadArgument, scope: Scope): readonly Kind[] {
  if (arg.kind === 'plain') return [kindOf(arg.value, scope)];
  const kinds = arg.of.map((each) => kindOf(each, scope));
  if (arg.kind === 'aggregate' && arg.aggregate === 'count') {
    const over = arg.fallback === null || matches(place, arg.fallback.over, scope);
    return [over && !kinds.includes('told-apart') ? 'other' : 'told-apart'];
  }
  if (!kinds.every((kind) => kind === 'other')) return ['told-apart'];
  if (arg.kind === 'aggregate' && arg.fallback !== null) {
    if (!matches(place, arg.fallback.over, scope)) return ['told-apart'];
  }
  const fillsAll = arg.kind === 'aggregate' && (arg.aggregate === 'min' || arg.aggregate === 'max');
  return fillsAll ? kinds : ['other'];
}

/** The variables of a body that hold ids; null when the body tells ids apart. */
function idVariables(place: Place, body: readonly Literal[]): ReadonlySet<string> | null {
  const ids = new Set<string>();
  const scope: Scope = { ids, isOwn: place.isOwn };
  for (let known = -1; known < ids.size; ) {
    known = ids.size;
    for (const literal of body) {
      if ('atom' in literal) bindIds(place, literal.atom, ids);
      else if (literal.kind === 'bind' && kindOf(literal.value, scope) === 'id') {
        ids.add(literal.variable);
      }
    }
  }
  return body.every((literal) => isPlainLiteral(place, literal, scope)) ? ids : null;
}

function isPlainLiteral(place: Place, literal: Literal, scope: Scope): boolean {
  switch (literal.kind) {
    case 'condition':
      return kindOf(literal.expression, scope) === 'other';
    case 'bind':
      return kindOf(literal.value, scope) !== 'told-apart';
    case 'expired':
      // A timer of a fact is known by the fact, and facts with ids would have to be renamed there, too.
      return (
        matches(place, literal.atom, scope) &&
        !columnsOf(place, literal.atom.relation)?.some(({ type }) =>
          holdsIds(place.program, place.name, type),
        )
      );
    case 'atom':
    case 'negated':
    case 'stable':
      return matches(place, literal.atom, scope);
  }
}

function bindIds({ program, name, role }: Place, atom: Atom, ids: Set<string>): void {
  const columns = visibleIn(program, role).get(atom.relation)?.columns ?? [];
  for (const [at, arg] of atom.args.entries()) {
    const type = columns[at]?.type;
    if (type !== undefined) bindIn(program, name, arg, type, ids);
  }
}

function bindIn(
  program: Program,
  name: string,
  pattern: Expression,
  type: Type,
  ids: Set<string>,
): void {
  if (!holdsIds(program, name, type)) return;
  if (pattern.kind === 'variable') ids.add(pattern.name);
  if (pattern.kind !== 'tuple' || type.kind !== 'tuple') return;
  for (const [at, item] of pattern.items.entries()) {
    const inner = type.items[at];
    if (inner !== undefined) bindIn(program, name, item, inner, ids);
  }
}

/** Ids stand where ids belong, and nowhere else. */
function matches(place: Place, atom: Atom, scope: Scope): boolean {
  const columns = columnsOf(place, atom.relation);
  return atom.args.every(
    (arg, at) =>
      arg.kind === 'wildcard' ||
      kindOf(arg, scope) === wanted(place.program, place.name, columns?.[at]),
  );
}

function columnsOf({ program, role }: Place, relation: string): readonly Column[] | undefined {
  return visibleIn(program, role).get(relation)?.columns;
}

function wanted(program: Program, name: string, column: Column | undefined): Kind {
  return column !== undefined && holdsIds(program, name, column.type) ? 'id' : 'other';
}

function kindOf(expression: Expression, scope: Scope): Kind {
  switch (expression.kind) {
    case 'variable':
      return scope.ids.has(expression.name) ? 'id' : 'other';
    case 'me':
      return scope.isOwn ? 'id' : 'other';
    case 'component':
      return kindOf(expression.of, scope);
    case 'tuple': {
      const kinds = expression.items
        .filter((item) => item.kind !== 'wildcard')
        .map((item) => kindOf(item, scope));
      if (kinds.includes('told-apart')) return 'told-apart';
      return kinds.includes('id') ? 'id' : 'other';
    }
    case 'binary': {
      const kinds = [kindOf(expression.left, scope), kindOf(expression.right, scope)];
      const isEquality = expression.operator === '==' || expression.operator === '!=';
      if (isEquality && kinds.every((kind) => kind === 'id')) return 'other';
      return kinds.every((kind) => kind === 'other') ? 'other' : 'told-apart';
    }
    case 'unary':
      return kindOf(expression.operand, scope) === 'other' ? 'other' : 'told-apart';
    case 'if': {
      const [then, otherwise] = [expression.then, expression.otherwise].map((each) =>
        kindOf(each, scope),
      );
      const isClear = kindOf(expression.condition, scope) === 'other' && then === otherwise;
      return isClear && then !== undefined ? then : 'told-apart';
    }
    case 'call':
      return areOther(expression.args, scope);
    case 'set':
      return areOther(expression.items, scope);
    case 'map':
      return areOther(
        expression.entries.flatMap(({ key, value }) => [key, value]),
        scope,
      );
    case 'wildcard':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
      return 'other';
  }
}

function areOther(list: readonly Expression[], scope: Scope): Kind {
  return list.every((each) => kindOf(each, scope) === 'other') ? 'other' : 'told-apart';
}

/** Values of the type have ids of the role in them. */
export function holdsIds(program: Program, name: string, type: Type): boolean {
  switch (type.kind) {
    case 'id':
      return baseRole(program, type.role) === name;
    case 'tuple':
      return type.items.some((item) => holdsIds(program, name, item));
    case 'list':
      return holdsIds(program, name, type.item);
    case 'lattice':
      return latticeHolds(program, name, type.lattice);
    default:
      return false;
  }
}

function latticeHolds(
  program: Program,
  name: string,
  lattice: Extract<Type, { readonly kind: 'lattice' }>['lattice'],
): boolean {
  switch (lattice.kind) {
    case 'max':
    case 'min':
    case 'set':
      return holdsIds(program, name, lattice.of);
    case 'map':
      return holdsIds(program, name, lattice.key) || latticeHolds(program, name, lattice.value);
    case 'lex':
      return holdsIds(program, name, lattice.version) || latticeHolds(program, name, lattice.value);
    case 'or':
      return false;
    case 'declared': {
      const declared = program.lattices.find((each) => each.name === lattice.name);
      return declared === undefined || holdsIds(program, name, declared.element);
    }
  }
}

/** Ids in a list or a lattice are in an order. */
function isMerged(program: Program, name: string, type: Type): boolean {
  if (type.kind === 'tuple') return type.items.some((item) => isMerged(program, name, item));
  return (type.kind === 'list' || type.kind === 'lattice') && holdsIds(program, name, type);
}
