/** The canonical text of a program as it was written: the same words in the same order, laid out anew. */

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
  switch (item.kind) {
    case 'parameter':
      return parameterPieces(item.name.text, item.definition);
    case 'type':
      return [`type ${item.name.text}`];
    case 'function':
      return functionPieces({
        name: item.name.text,
        parameters: item.parameters.map(columnText),
        result: typeText(item.result),
        body: item.body,
        dependencies: item.dependencies.map(dependencyText),
      });
    case 'lattice':
      return latticePieces(item.name.text, item.parameters.map(columnText), item.merge);
    case 'channel':
      return channelPieces({
        name: item.name.text,
        columns: item.columns.map(columnText),
        from: item.from.text,
        to: item.to.text,
        flags: item.flags.map((flag) => flag.name),
        dependencies: item.dependencies.map(dependencyText),
        route: item.route,
      });
    case 'invariant':
      return implicationPieces(item.name.text, item.scope, item.body, item.conclusion);
  }
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
  switch (member.kind) {
    case 'relation':
      return relationPieces({
        kind: member.durable ? 'durable relation' : 'relation',
        name: member.name.text,
        columns: member.columns.map(columnText),
        dependencies: member.dependencies.map(dependencyText),
      });
    case 'timer':
      return timerPieces(member.name.text, member.period);
    case 'init':
      return initPieces(member.name.text, member.args);
    case 'persist':
      return member.args === null
        ? [`persist ${member.name.text}`]
        : persistPieces(member.name.text, member.args, member.until);
  }
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
