/**
 * Recursive descent over the declarations of a program. An error ends the declaration or clause it
 * stands in; reading goes on at the next one, so that all errors are found at once.
 */

import type { Source } from '../base/source.ts';
import { nearestName } from '../base/suggest.ts';
import type {
  Ast,
  ChannelItem,
  FlagName,
  FunctionItem,
  Item,
  LatticeItem,
  ParameterItem,
  RoleItem,
  TypeItem,
} from './ast.ts';
import { Cursor } from './cursor.ts';
import { isItemStart } from './landmarks.ts';
import { lex } from './lexer.ts';
import { syntaxMessages } from './messages.ts';
import { close, parseExpression, parseExpressions } from './parse-expression.ts';
import { parseMembers } from './parse-member.ts';
import { parseHistory, parseInvariant, parseWorkload } from './parse-specification.ts';
import {
  atDependency,
  parseColumn,
  parseColumns,
  parseDependencies,
  parseDependency,
  parseType,
} from './parse-type.ts';
import { itemWords } from './words.ts';

/** Never fails: what could be read, and what is wrong with the rest. */
export function parse(source: Source): Ast {
  const tokens = lex(source.text);
  const c = new Cursor(source.text, tokens);
  const items: Item[] = [];
  while (c.kind() !== 'end') {
    const before = c.index;
    const declared = c.kind(1) === 'name' ? c.word(1) : null;
    const item = parseItem(c);
    if (item !== null) {
      items.push(item);
      continue;
    }
    if (declared !== null) c.broken.add(declared);
    if (c.index === before) c.advance();
    c.nesting = 0;
    c.skipToItem();
  }
  return {
    items,
    spans: c.spans,
    comments: tokens.comments,
    broken: c.broken,
    diagnostics: [...tokens.diagnostics, ...c.diagnostics],
  };
}

function parseItem(c: Cursor): Item | null {
  if (!isItemStart(c)) return strayItem(c);
  switch (c.word()) {
    case 'param':
      return parseParameter(c);
    case 'type':
      return parseTypeItem(c);
    case 'function':
      return parseFunction(c);
    case 'lattice':
      return parseLattice(c);
    case 'role':
      return parseRole(c);
    case 'channel':
      return parseChannel(c);
    case 'invariant':
      return parseInvariant(c);
    case 'history':
      return parseHistory(c);
    default:
      return parseWorkload(c);
  }
}

/** Something at the top of the program that starts no declaration. */
function strayItem(c: Cursor): null {
  if (c.atClause()) {
    return c.report(syntaxMessages.report('IR0106', c.here(), { relation: c.word() }));
  }
  if (c.kind() === ';') return c.report(syntaxMessages.report('IR0109', c.here(), { found: ';' }));
  if (c.kind() !== 'name') return c.unexpected('a declaration');
  const found = c.word();
  const isItemWord = itemWords.some((word) => word === found);
  if (isItemWord) {
    c.advance();
    return found === 'workload' ? c.unexpected('`{`') : c.unexpected(`the name of a ${found}`);
  }
  const nearest = nearestName(found, itemWords) ?? null;
  return c.report(syntaxMessages.report('IR0114', c.here(), { found, nearest }));
}

function parseParameter(c: Cursor): ParameterItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a parameter');
  if (name === null || !c.expect('=')) return null;
  const definition = parseExpression(c);
  return definition && { kind: 'parameter', name, definition, span: c.from(start) };
}

function parseTypeItem(c: Cursor): TypeItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a type');
  return name && { kind: 'type', name, span: c.from(start) };
}

function parseFunction(c: Cursor): FunctionItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a function');
  if (name === null) return null;
  const parameters = parseColumns(c);
  if (parameters === null || !c.expect(':')) return null;
  const result = parseType(c);
  if (result === null) return null;
  let body: FunctionItem['body'] = null;
  if (!c.acceptWord('extern')) {
    if (!c.expect('=', '`= ..` or `extern`')) return null;
    body = parseExpression(c);
    if (body === null) return null;
  }
  const dependencies = parseDependencies(c);
  if (dependencies === null) return null;
  return { kind: 'function', name, parameters, result, body, dependencies, span: c.from(start) };
}

function parseLattice(c: Cursor): LatticeItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a lattice');
  const opened = c.here();
  if (name === null || !c.expect('(')) return null;
  const first = parseColumn(c);
  if (first === null || !c.expect(',')) return null;
  const second = parseColumn(c);
  if (second === null || !close(c, ')', 'this list', opened) || !c.expect('=')) return null;
  const merge = parseExpression(c);
  if (merge === null) return null;
  return { kind: 'lattice', name, parameters: [first, second], merge, span: c.from(start) };
}

function parseRole(c: Cursor): RoleItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a role');
  if (name === null) return null;
  let size: RoleItem['size'] = null;
  if (c.kind() === '[') {
    const opened = c.here();
    c.advance();
    size = parseExpression(c);
    if (size === null || !close(c, ']', 'the size of the role', opened)) return null;
  }
  const of = c.acceptWord('of') ? c.name('a role') : undefined;
  if (of === null) return null;
  const parts = c.acceptWord('parts') ? parseExpression(c) : undefined;
  if (parts === null) return null;
  const external = c.acceptWord('external');
  const opened = c.here();
  if (external && c.kind() === '{') {
    return c.report(syntaxMessages.report('IR0501', opened, { role: name.text }));
  }
  if (!external && !c.expect('{', '`{` or `external`')) return null;
  const header = c.from(start);
  const members = external ? [] : parseMembers(c, name.text, opened).members;
  return {
    kind: 'role',
    name,
    external,
    size,
    of: of ?? null,
    parts: parts ?? null,
    members,
    header,
    span: c.from(start),
  };
}

function parseChannel(c: Cursor): ChannelItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a channel');
  if (name === null) return null;
  const columns = parseColumns(c);
  if (columns === null || !c.expect(':', '`: SENDER -> RECEIVER`')) return null;
  const from = c.name('the role that sends');
  if (from === null || !c.expect('->')) return null;
  const to = c.name('the role that receives');
  if (to === null) return null;
  const traits = parseTraits(c);
  return traits && { kind: 'channel', name, columns, from, to, ...traits, span: c.from(start) };
}

type Traits = Pick<ChannelItem, 'flags' | 'dependencies' | 'route'>;

const flagNames: readonly FlagName[] = ['reliable', 'lossy', 'duplicating', 'ordered', 'bag'];

function parseTraits(c: Cursor): Traits | null {
  const flags: ChannelItem['flags'][number][] = [];
  const dependencies: ChannelItem['dependencies'][number][] = [];
  let route: ChannelItem['route'] = [];
  for (;;) {
    if (atDependency(c)) {
      const dependency = parseDependency(c);
      if (dependency === null) return null;
      dependencies.push(dependency);
    } else if (c.isWord('by')) {
      const by = parseRoute(c);
      if (by === null) return null;
      route = by;
    } else {
      const name = flagNames.find((flag) => c.isWord(flag));
      if (name === undefined) return endOfTraits(c) ? { flags, dependencies, route } : null;
      addFlag(c, flags, name);
      c.advance();
    }
  }
}

function parseRoute(c: Cursor): ChannelItem['route'] | null {
  c.advance();
  const opened = c.here();
  if (!c.expect('(')) return null;
  const route = c.inside(() => parseExpressions(c));
  return route !== null && close(c, ')', 'this `by`', opened) ? route : null;
}

const faultFlags: ReadonlySet<FlagName> = new Set(['reliable', 'lossy', 'duplicating']);

function addFlag(c: Cursor, flags: ChannelItem['flags'][number][], name: FlagName): void {
  const earlier = flags.find(
    (flag) =>
      flag.name === name ||
      (faultFlags.has(flag.name) &&
        faultFlags.has(name) &&
        (flag.name === 'reliable' || name === 'reliable')),
  );
  if (earlier !== undefined) {
    c.report(syntaxMessages.report('IR0113', c.here(), { flag: name, first: earlier.span }));
  }
  flags.push({ name, span: c.here() });
}

function endOfTraits(c: Cursor): boolean {
  if (c.kind() === 'end' || isItemStart(c) || c.kind() !== 'name' || c.atClause()) return true;
  const found = c.word();
  const nearest = nearestName(found, [...flagNames, 'key', 'fd', 'by']);
  if (nearest === undefined) return true;
  c.unexpected('a flag of the channel', `did you mean \`${nearest}\`?`);
  return false;
}
