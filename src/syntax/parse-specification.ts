/** Invariants, the history and the workload: what is said about a program's runs. */

import { nearestName } from '../base/suggest.ts';
import type {
  HistoryItem,
  InvariantItem,
  SurfaceOperation,
  WorkloadEntry,
  WorkloadItem,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isItemStart } from './landmarks.ts';
import { syntaxMessages } from './messages.ts';
import { parseAtom, parseBody } from './parse-clause.ts';

export function parseInvariant(c: Cursor): InvariantItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('an invariant');
  if (name === null) return null;
  const scope = c.acceptWord('now') ? 'now' : 'ever';
  if (!c.expect(':', '`:` or `now`')) return null;
  const body = parseBody(c);
  if (body === null || !c.expect('=>', '`,` or `=>`')) return null;
  const conclusion = parseBody(c);
  if (conclusion === null) return null;
  return { kind: 'invariant', name, scope, body, conclusion, span: c.from(start) };
}

export function parseHistory(c: Cursor): HistoryItem | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a history');
  const opened = c.here();
  if (name === null || !c.expect('{')) return null;
  const header = c.from(start);
  const operations: SurfaceOperation[] = [];
  while (!c.accept('}')) {
    if (endsBlock(c)) return unclosed(c, `the block of history \`${name.text}\``, opened);
    const operation = parseOperation(c);
    if (operation === null) return null;
    operations.push(operation);
  }
  return { kind: 'history', name, operations, header, span: c.from(start) };
}

function parseOperation(c: Cursor): SurfaceOperation | null {
  const start = c.start();
  if (!c.isWord('read') && !c.isWord('write')) return c.unexpected('`read` or `write`');
  const kind = c.word() === 'read' ? 'read' : 'write';
  c.advance();
  const call = parseAtom(c, 'the channel of the call');
  if (call === null || !c.expect('->')) return null;
  const reply = parseAtom(c, 'the channel of the reply');
  if (reply === null || !c.expectWord('key')) return null;
  const key = c.name('the variable that holds the key');
  if (key === null || !c.expectWord('value')) return null;
  const value = c.name('the variable that holds the value');
  if (value === null) return null;
  return { kind, call, reply, key, value, span: c.from(start) };
}

const entryWords = ['issue', 'keys', 'clients', 'retry'] as const;

export function parseWorkload(c: Cursor): WorkloadItem | null {
  const start = c.start();
  c.advance();
  const opened = c.here();
  if (!c.expect('{')) return null;
  const header = c.from(start);
  const entries: WorkloadEntry[] = [];
  while (!c.accept('}')) {
    if (endsBlock(c)) return unclosed(c, 'the block of the workload', opened);
    const entry = parseEntry(c);
    if (entry !== null) entries.push(entry);
    else skipToEntry(c);
  }
  return { kind: 'workload', entries, header, span: c.from(start) };
}

function parseEntry(c: Cursor): WorkloadEntry | null {
  const start = c.start();
  const word = c.word();
  if (c.acceptWord('issue')) return parseIssue(c, start);
  if (word === 'keys' || word === 'clients' || word === 'retry') {
    c.advance();
    const value = parseInteger(c);
    return value === null ? null : { kind: word, value, span: c.from(start) };
  }
  if (c.kind() !== 'name') return c.unexpected('an item of the workload');
  const nearest = nearestName(word, entryWords) ?? null;
  const known = entryWords.map((entry) => `\`${entry}\``).join(', ');
  return c.report(syntaxMessages.report('IR0116', c.here(), { word, nearest, known }));
}

function parseIssue(c: Cursor, start: number): WorkloadEntry | null {
  const send = parseAtom(c, 'the channel of the command');
  if (send === null || !c.expectWord('to')) return null;
  const to = c.name('the role that takes the command');
  if (to === null || !c.expectWord('until')) return null;
  const until = parseAtom(c, 'the channel of the reply');
  if (until === null) return null;
  const weight = c.acceptWord('weight') ? parseInteger(c) : undefined;
  if (weight === null) return null;
  return { kind: 'issue', send, to, until, weight: weight ?? null, span: c.from(start) };
}

function parseInteger(c: Cursor): number | null {
  const value = Number(c.word());
  return c.expect('int', 'an integer') ? value : null;
}

function skipToEntry(c: Cursor): void {
  while (!endsBlock(c) && c.kind() !== '}') {
    c.advance();
    if (c.kind() === 'name' && entryWords.some((word) => word === c.word())) return;
  }
}

function endsBlock(c: Cursor): boolean {
  return c.kind() === 'end' || isItemStart(c);
}

function unclosed(
  c: Cursor,
  what: string,
  opened: { readonly start: number; readonly end: number },
): null {
  return c.report(syntaxMessages.report('IR0102', c.here(), { what, opened, closer: '}' }));
}
