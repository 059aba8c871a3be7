/** `persist r` and `persist r(..) until body`, written out as clauses. */

import { nearestName } from '../base/suggest.ts';
import type { Atom, Clause, Head, Literal } from '../ir/clause.ts';
import { type Expression, variable, variablesOf } from '../ir/expression.ts';
import type { Relation } from '../ir/program.ts';
import type { Column } from '../ir/type.ts';
import type { PersistMember, RoleItem } from './ast.ts';
import type { Lowering } from './lowering.ts';
import { syntaxMessages } from './messages.ts';
import { resolveAll } from './resolve-expression.ts';
import { resolveLiterals } from './resolve-literal.ts';

export interface WrittenPersist {
  /** Made for a condition that one negated atom can't say; null otherwise. */
  readonly relation: Relation | null;
  readonly clauses: readonly Omit<Clause, 'id'>[];
}

const nothing: WrittenPersist = { relation: null, clauses: [] };

/**
 * `persist r(x) until g(x)` is `r(x) :+ r(x), !g(x)`. A condition of more than one atom, or with
 * variables of its own, gets a relation: `forget_r(x) :- r(x), ..` and `r(x) :+ r(x), !forget_r(x)`.
 */
export function lowerPersist(
  role: RoleItem,
  member: PersistMember,
  relations: ReadonlyMap<string, Relation>,
  lowering: Lowering,
): WrittenPersist {
  const relation = relations.get(member.name.text);
  if (relation === undefined) {
    reportUnknown(role, member, relations, lowering);
    return nothing;
  }
  const arity = relation.columns.length;
  const given = member.args ?? relation.columns.map((): Expression => ({ kind: 'wildcard' }));
  if (given.length !== arity) {
    const parameters = { name: relation.name, columns: relation.columns, given: given.length };
    const first = lowering.places.get(`relation ${role.name.text} ${relation.name}`);
    lowering.diagnostics.push(
      syntaxMessages.report('IR0302', member.span, { ...parameters, declared: first ?? null }),
    );
    return nothing;
  }
  const args = namedArguments(given, relation.columns, member, lowering);
  if (args === null) return nothing;
  lowering.names.spans.set(args, member.span);
  const kept = atomOver(relation.name, args, member, lowering);
  if (member.until.length === 0) {
    return { relation: null, clauses: [keep(kept, [], 'persist', member, lowering)] };
  }
  return lowerUntil(role, member, relation, kept, lowering);
}

function lowerUntil(
  role: RoleItem,
  member: PersistMember,
  relation: Relation,
  kept: Atom,
  lowering: Lowering,
): WrittenPersist {
  const { scope } = lowering;
  const locals = scope.locals.get(role.name.text);
  const isFact = (name: string): boolean =>
    locals?.has(name) === true || scope.channels.has(name) || scope.roles.has(name);
  const until = resolveLiterals(member.until, isFact, lowering);
  const own = new Set(kept.args.flatMap(variablesOf));
  const [only] = until;
  if (until.length === 1 && only?.kind === 'atom') {
    const isCovered = only.atom.args.flatMap(variablesOf).every((name) => own.has(name));
    if (isCovered) {
      const negated = at<Literal>({ kind: 'negated', atom: only.atom }, member, lowering);
      const clause = keep(kept, [negated], 'persist-until', member, lowering);
      return { relation: null, clauses: [clause] };
    }
  }
  const used = new Set(until.flatMap(variablesOfLiteral));
  const columns = relation.columns.filter((_, index) => {
    const arg = kept.args[index];
    return arg?.kind === 'variable' && used.has(arg.name);
  });
  const name = freshName(`forget_${relation.name}`, role, lowering);
  const args = kept.args.filter((arg) => arg.kind === 'variable' && used.has(arg.name));
  const forgotten = atomOver(name, args, member, lowering);
  const head = headOf(forgotten, member, lowering);
  const seen = kept.args.map(
    (arg): Expression =>
      args.includes(arg) ? arg : at({ kind: 'wildcard' } as const, member, lowering),
  );
  const holder = atomOver(relation.name, seen, member, lowering);
  const holds = at<Literal>({ kind: 'atom', atom: holder }, member, lowering);
  const negated = at<Literal>({ kind: 'negated', atom: forgotten }, member, lowering);
  return {
    relation: { name, columns, dependencies: [], durable: false },
    clauses: [
      { kind: 'now', head, body: [holds, ...until], written: 'clause' },
      keep(kept, [negated], 'persist-until', member, lowering),
    ],
  };
}

function reportUnknown(
  role: RoleItem,
  member: PersistMember,
  relations: ReadonlyMap<string, Relation>,
  lowering: Lowering,
): void {
  const name = member.name.text;
  if (lowering.scope.broken.has(name)) return;
  const nearest = nearestName(name, relations.keys()) ?? null;
  const parameters = { name, role: role.name.text, nearest };
  lowering.diagnostics.push(syntaxMessages.report('IR0209', member.name.span, parameters));
}

function keep(
  kept: Atom,
  condition: readonly Literal[],
  written: Clause['written'],
  member: PersistMember,
  lowering: Lowering,
): Omit<Clause, 'id'> {
  const holds = at<Literal>({ kind: 'atom', atom: kept }, member, lowering);
  const head = headOf(kept, member, lowering);
  return { kind: 'next', head, body: [holds, ...condition], written };
}

function headOf(atom: Atom, member: PersistMember, lowering: Lowering): Head {
  const args = atom.args.map((value) => at({ kind: 'plain', value } as const, member, lowering));
  return at({ relation: atom.relation, args, destination: null }, member, lowering);
}

function atomOver(
  relation: string,
  args: readonly Expression[],
  member: PersistMember,
  lowering: Lowering,
): Atom {
  return at({ relation, args, at: null }, member, lowering);
}

function at<Node extends object>(node: Node, member: PersistMember, lowering: Lowering): Node {
  lowering.names.spans.set(node, member.span);
  return node;
}

/** Distinct variables for all columns: those written, and for `_` one named after the column. */
function namedArguments(
  given: readonly Expression[],
  columns: readonly Column[],
  member: PersistMember,
  lowering: Lowering,
): readonly Expression[] | null {
  const resolved = resolveAll(given, lowering.names);
  const taken = new Set<string>(resolved.flatMap(variablesOf));
  for (const literal of member.until)
    for (const name of variablesOfLiteral(literal)) taken.add(name);
  const seen = new Set<string>();
  const args: Expression[] = [];
  for (const [index, arg] of resolved.entries()) {
    if (arg.kind === 'variable' && !seen.has(arg.name)) {
      seen.add(arg.name);
      args.push(arg);
    } else if (arg.kind === 'wildcard') {
      let name = columns[index]?.name ?? `column${index}`;
      while (taken.has(name) || lowering.names.isParameter(name)) name = `${name}_`;
      taken.add(name);
      args.push(at(variable(name), member, lowering));
    } else {
      const span = lowering.names.spans.get(arg) ?? member.span;
      lowering.diagnostics.push(
        syntaxMessages.report('IR0406', span, { relation: member.name.text }),
      );
      return null;
    }
  }
  return args;
}

/** A name that no declaration of the program has. */
function freshName(wanted: string, role: RoleItem, lowering: Lowering): string {
  const { scope, places } = lowering;
  const isTaken = (name: string): boolean =>
    scope.channels.has(name) ||
    scope.roles.has(name) ||
    scope.functions.has(name) ||
    [...scope.locals.values()].some((locals) => locals.has(name)) ||
    places.has(`relation ${role.name.text} ${name}`);
  let name = wanted;
  for (let count = 2; isTaken(name); count++) name = `${wanted}_${count}`;
  places.set(`relation ${role.name.text} ${name}`, { start: 0, end: 0 });
  return name;
}

export function variablesOfLiteral(literal: Literal): readonly string[] {
  switch (literal.kind) {
    case 'atom':
    case 'negated':
    case 'stable':
      return literal.atom.args.flatMap(variablesOf);
    case 'expired':
      return [...literal.atom.args.flatMap(variablesOf), ...variablesOf(literal.delayMs)];
    case 'condition':
      return variablesOf(literal.expression);
    case 'bind':
      return [literal.variable, ...variablesOf(literal.value)];
  }
}
