/** Types, columns and dependencies. */

import type {
  Name,
  SurfaceColumn,
  SurfaceDependency,
  SurfaceType,
  TypeConstructor,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { syntaxMessages } from './messages.ts';
import { close } from './parse-expression.ts';
import { expressionWords } from './words.ts';

const constructors: ReadonlyMap<
  string,
  { readonly name: TypeConstructor; readonly arity: number }
> = new Map([
  ['list', { name: 'list', arity: 1 }],
  ['max', { name: 'max', arity: 1 }],
  ['min', { name: 'min', arity: 1 }],
  ['set', { name: 'set', arity: 1 }],
  ['map', { name: 'map', arity: 2 }],
  ['lex', { name: 'lex', arity: 2 }],
]);

export function parseType(c: Cursor): SurfaceType | null {
  const start = c.start();
  if (c.kind() === '(') return parseTupleType(c);
  if (c.kind() !== 'name') return c.unexpected('a type');
  const word = c.word();
  const applied = c.kind(1) === '<' ? constructors.get(word) : undefined;
  c.advance();
  if (applied === undefined) return { kind: 'name', name: word, span: c.from(start) };
  const opened = c.here();
  c.advance();
  const args: SurfaceType[] = [];
  for (let position = 0; position < applied.arity; position++) {
    if (position > 0 && !c.expect(',')) return null;
    const arg = c.inside(() => parseType(c));
    if (arg === null) return null;
    args.push(arg);
  }
  if (!close(c, '>', `this \`${word}\``, opened)) return null;
  return { kind: 'apply', constructor: applied.name, args, span: c.from(start) };
}

/** `(T)` is `T`. */
function parseTupleType(c: Cursor): SurfaceType | null {
  const start = c.start();
  const opened = c.here();
  c.advance();
  const items: SurfaceType[] = [];
  do {
    const item = c.inside(() => parseType(c));
    if (item === null) return null;
    items.push(item);
  } while (c.accept(','));
  if (!close(c, ')', 'this tuple type', opened)) return null;
  const [first] = items;
  return items.length === 1 && first !== undefined
    ? first
    : { kind: 'tuple', items, span: c.from(start) };
}

/** `( NAME : type, .. )`, perhaps empty, from its `(` on. */
export function parseColumns(c: Cursor): SurfaceColumn[] | null {
  const opened = c.here();
  if (!c.expect('(')) return null;
  const columns: SurfaceColumn[] = [];
  if (c.accept(')')) return columns;
  do {
    const column = parseColumn(c);
    if (column === null) return null;
    columns.push(column);
  } while (c.accept(','));
  return close(c, ')', 'this list of columns', opened) ? columns : null;
}

export function parseColumn(c: Cursor): SurfaceColumn | null {
  const name = c.name('the name of a column');
  if (name === null) return null;
  if (expressionWords.has(name.text)) {
    c.report(syntaxMessages.report('IR0104', name.span, { word: name.text, what: 'a column' }));
  }
  if (!c.accept(':')) {
    return c.unexpected('`:` and the type of the column', `write \`${name.text}: int\``);
  }
  const type = parseType(c);
  return type === null ? null : { name, type };
}

/** `key (a, b)` and `fd (a -> b)`, as many as follow. */
export function parseDependencies(c: Cursor): SurfaceDependency[] | null {
  const dependencies: SurfaceDependency[] = [];
  while (atDependency(c)) {
    const dependency = parseDependency(c);
    if (dependency === null) return null;
    dependencies.push(dependency);
  }
  return dependencies;
}

export function atDependency(c: Cursor): boolean {
  return (c.isWord('key') || c.isWord('fd')) && c.kind(1) === '(';
}

export function parseDependency(c: Cursor): SurfaceDependency | null {
  const start = c.start();
  const kind = c.word() === 'key' ? 'key' : 'fd';
  c.advance();
  const opened = c.here();
  c.advance();
  const from = parseNames(c);
  if (from === null) return null;
  let to: Name[] = [];
  if (kind === 'fd') {
    if (!c.expect('->')) return null;
    const names = parseNames(c);
    if (names === null) return null;
    to = names;
  }
  if (!close(c, ')', `this \`${kind}\``, opened)) return null;
  return { kind, from, to, span: c.from(start) };
}

function parseNames(c: Cursor): Name[] | null {
  const names: Name[] = [];
  // No names before the arrow, or in `key ()`: at most one fact.
  if (c.kind() === ')' || c.kind() === '->') return names;
  do {
    const name = c.name('the name of a column');
    if (name === null) return null;
    names.push(name);
  } while (c.accept(','));
  return names;
}
