/** The canonical text of a program as it was written: the same words in the same order, laid out anew. */

import { match } from 'ts-pattern';
import { type Diagnostic, hasErrors, inSourceOrder } from '../base/diagnostic.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Source, Span } from '../base/source.ts';
import type { Literal } from '../ir/clause.ts';
import { fill, followed, type Pieces } from '../ir/layout.ts';
import { implicationPieces } from '../ir/print.ts';
import {
  clauseOperators,
  literalPieces,
  persistPieces,
  printAtom,
  printHead,
  ruleOf,
} from '../ir/print-clause.ts';
import {
  channelPieces,
  commandPieces,
  factText,
  fdText,
  functionPieces,
  initPieces,
  keyText,
  latticePieces,
  operationPieces,
  parameterPieces,
  relationPieces,
  roleHeader,
  timerPieces,
} from '../ir/print-declaration.ts';
import type {
  Ast,
  ChannelItem,
  ClauseMember,
  FunctionItem,
  InitMember,
  InvariantItem,
  Item,
  LatticeItem,
  Member,
  ParameterItem,
  PersistMember,
  RelationMember,
  RoleItem,
  StaticMember,
  SurfaceColumn,
  SurfaceDependency,
  SurfaceType,
  TimerMember,
  TypeItem,
  WorkloadEntry,
} from './ast.ts';
import { CommentWriter } from './comment-writer.ts';
import { parse } from './parser.ts';

/** The formatted text; a program with errors of grammar isn't formatted. Formatting twice changes nothing. */
export function format(source: Source): Result<string, readonly Diagnostic[]> {
  const ast = parse(source);
  const findings = inSourceOrder(ast.diagnostics);
  if (hasErrors(findings)) return err(findings);
  const layout: Layout = { writer: new CommentWriter(source.text, ast.comments), ast };
  for (const item of ast.items) writeItem(item, layout);
  return ok(layout.writer.finish());
}

interface Layout {
  readonly writer: CommentWriter;
  readonly ast: Ast;
}

function writeItem(item: Item, layout: Layout): void {
  const { writer } = layout;
  switch (item.kind) {
    case 'role':
      if (item.external) writer.write(item.span, [roleLine(item)], 0);
      else writeRole(item, layout);
      break;
    case 'history':
      writer.open(item.header, [`history ${item.name.text} {`], 0);
      for (const operation of item.operations) {
        const { call, reply, key, value } = operation;
        const text = { call: printAtom(call), reply: printAtom(reply) };
        const names = { key: key.text, value: value.text };
        const pieces = operationPieces({ kind: operation.kind, ...text, ...names });
        writer.write(operation.span, fill(pieces, 2), 2);
      }
      writer.close(item.span, '}', 2);
      break;
    case 'workload':
      writer.open(item.header, ['workload {'], 0);
      for (const entry of item.entries) writer.write(entry.span, fill(entryPieces(entry), 2), 2);
      writer.close(item.span, '}', 2);
      break;
    default:
      writer.write(item.span, fill(itemPieces(item), 0), 0);
  }
}

type PlainItem =
  | ParameterItem
  | TypeItem
  | FunctionItem
  | LatticeItem
  | ChannelItem
  | InvariantItem;

function itemPieces(item: PlainItem): Pieces {
  return match(item)
    .with({ kind: 'parameter' }, ({ name, definition }) => parameterPieces(name.text, definition))
    .with({ kind: 'type' }, ({ name }) => [`type ${name.text}`])
    .with({ kind: 'function' }, ({ name, parameters, result, body, dependencies }) =>
      functionPieces({
        name: name.text,
        parameters: parameters.map(columnText),
        result: typeText(result),
        body,
        dependencies: dependencies.map(dependencyText),
      }),
    )
    .with({ kind: 'lattice' }, ({ name, parameters, merge }) =>
      latticePieces(name.text, parameters.map(columnText), merge),
    )
    .with({ kind: 'channel' }, ({ name, columns, from, to, flags, dependencies, route }) =>
      channelPieces({
        name: name.text,
        columns: columns.map(columnText),
        from: from.text,
        to: to.text,
        flags: flags.map((flag) => flag.name),
        dependencies: dependencies.map(dependencyText),
        route,
      }),
    )
    .with({ kind: 'invariant' }, ({ name, scope, body, conclusion }) =>
      implicationPieces(name.text, scope, body, conclusion),
    )
    .exhaustive();
}

function roleLine(role: RoleItem): string {
  const { name, size, of, parts, external } = role;
  return roleHeader({ name: name.text, size, of: of?.text ?? null, parts, external });
}

function writeRole(role: RoleItem, layout: Layout): void {
  layout.writer.open(role.header, [roleLine(role)], 0);
  for (const member of role.members) writeMember(member, layout);
  layout.writer.close(role.span, '}', 2);
}

function writeMember(member: Member, layout: Layout): void {
  if (member.kind === 'clause') writeClause(member, layout);
  else if (member.kind === 'static') writeStatic(member, layout);
  else layout.writer.write(member.span, fill(memberPieces(member), 2), 2);
}

type PlainMember = RelationMember | TimerMember | InitMember | PersistMember;

function memberPieces(member: PlainMember): Pieces {
  return match(member)
    .with({ kind: 'relation' }, ({ name, durable, columns, dependencies }) =>
      relationPieces({
        kind: durable ? 'durable relation' : 'relation',
        name: name.text,
        columns: columns.map(columnText),
        dependencies: dependencies.map(dependencyText),
      }),
    )
    .with({ kind: 'timer' }, ({ name, period }) => timerPieces(name.text, period))
    .with({ kind: 'init' }, ({ name, args }) => initPieces(name.text, args))
    .with({ kind: 'persist' }, ({ name, args, until }) =>
      args === null ? [`persist ${name.text}`] : persistPieces(name.text, args, until),
    )
    .exhaustive();
}

function writeStatic(member: StaticMember, layout: Layout): void {
  const head = relationPieces({
    kind: 'static',
    name: member.name.text,
    columns: member.columns.map(columnText),
    dependencies: member.dependencies.map(dependencyText),
  });
  layout.writer.open(member.header, fill([...head, '{'], 2), 2);
  for (const [index, fact] of member.facts.entries()) {
    const comma = index === member.facts.length - 1 ? '' : ',';
    layout.writer.write(fact.span, [`    ${factText(fact.args)}${comma}`], 4);
  }
  layout.writer.close(member.span, '  }', 4);
}

/** Filled lines; with a comment inside of the body, a line for each literal. */
function writeClause(member: ClauseMember, layout: Layout): void {
  const { writer, ast } = layout;
  const { head, operator, body, span } = member;
  const first = ast.spans.get(body[0] ?? head) ?? span;
  const headEnd = ast.spans.get(head)?.end ?? span.start;
  if (!writer.hasCommentBetween(headEnd, span.end)) {
    writer.write(span, fill(ruleOf(head, operator, body), 2), 2);
    return;
  }
  const sign = clauseOperators[operator];
  // The sign belongs to the head: a comment behind it stays behind it.
  const signEnd = headEnd + Math.max(0, textBetween(layout, headEnd, first).indexOf(sign)) + 2;
  writer.write({ start: span.start, end: signEnd }, [`  ${printHead(head)} ${sign}`], 2);
  for (const [index, literal] of body.entries()) {
    writeLiteral(literal, index === body.length - 1, span, layout);
  }
}

function textBetween(layout: Layout, start: number, next: Span): string {
  return layout.writer.text.slice(start, next.start);
}

function writeLiteral(literal: Literal, isLast: boolean, clause: Span, layout: Layout): void {
  const span = layout.ast.spans.get(literal) ?? clause;
  const pieces = isLast ? literalPieces(literal) : followed(literalPieces(literal), ',');
  layout.writer.writeInside(span, fill(pieces, 4), 4);
}

function entryPieces(entry: WorkloadEntry): Pieces {
  if (entry.kind !== 'issue') return [`${entry.kind} ${entry.value}`];
  const { send, to, until, weight } = entry;
  return commandPieces({ send: printAtom(send), to: to.text, until: printAtom(until), weight });
}

function columnText(column: SurfaceColumn): string {
  return `${column.name.text}: ${typeText(column.type)}`;
}

function typeText(type: SurfaceType): string {
  switch (type.kind) {
    case 'name':
      return type.name;
    case 'tuple':
      return `(${type.items.map(typeText).join(', ')})`;
    case 'apply':
      return `${type.constructor}<${type.args.map(typeText).join(', ')}>`;
  }
}

function dependencyText(dependency: SurfaceDependency): string {
  const from = dependency.from.map((name) => name.text);
  return dependency.kind === 'key'
    ? keyText(from)
    : fdText(
        from,
        dependency.to.map((n) => n.text),
      );
}
