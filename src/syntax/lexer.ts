/**
 * Text to tokens. Tokens live in parallel arrays, so that a program of 10^5 clauses costs a few words
 * a token; comments are kept beside them for the formatter.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import { syntaxMessages } from './messages.ts';

/** A name, an integer or a string has its class as kind; punctuation and the end are their own kind. */
export type TokenKind = 'name' | 'int' | 'string' | 'end' | Punctuation;

export const punctuation = [
  ':-',
  ':+',
  ':~',
  '=>',
  '->',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '<',
  '>',
  '@',
  ',',
  ':',
  '=',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '.',
  ';',
] as const;

export type Punctuation = (typeof punctuation)[number];

export interface Comment {
  readonly span: Span;
  /** Without the line end and trailing blanks; starts with `//`. */
  readonly text: string;
}

export interface Tokens {
  readonly kinds: readonly TokenKind[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

const twoCharacters: ReadonlySet<string> = new Set(punctuation.filter((p) => p.length === 2));
const oneCharacter: ReadonlySet<string> = new Set(punctuation.filter((p) => p.length === 1));

const namePattern = /[A-Za-z_][A-Za-z0-9_]*/y;
const integerPattern = /[0-9]+/y;
const stringPattern = /"(?:[^"\\\n\r]|\\[^\n\r])*"/y;
const blankPattern = /[ \t\n\r\uFEFF]+/y;
const lineRestPattern = /[^\n\r]*/y;

/** What no token starts with, up to the next thing that could be one: reported as one finding. */
const strayPattern = /[^A-Za-z0-9_ \t\n\r"(){}[\]<>@,:=!+\-*/%.;&|]+/y;

/** Never fails: what isn't a token is reported and skipped. The last token is `end`. */
export function lex(text: string): Tokens {
  const kinds: TokenKind[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const comments: Comment[] = [];
  const diagnostics: Diagnostic[] = [];
  const push = (kind: TokenKind, start: number, end: number): void => {
    kinds.push(kind);
    starts.push(start);
    ends.push(end);
  };
  let offset = 0;
  while (offset < text.length) {
    const blankEnd = matchEnd(blankPattern, text, offset);
    if (blankEnd > offset) {
      offset = blankEnd;
      continue;
    }
    if (text.startsWith('//', offset)) {
      const end = matchEnd(lineRestPattern, text, offset);
      comments.push({ span: { start: offset, end }, text: text.slice(offset, end).trimEnd() });
      offset = end;
      continue;
    }
    if (text.startsWith('/*', offset)) {
      diagnostics.push(foreignComment(offset, '/*'));
      const closed = text.indexOf('*/', offset + 2);
      offset = closed < 0 ? text.length : closed + 2;
      continue;
    }
    const word = wordAt(text, offset);
    if (word !== null) {
      if (word.problem !== null) diagnostics.push(word.problem);
      push(word.kind, offset, word.end);
      offset = word.end;
      continue;
    }
    offset = skipStray(text, offset, diagnostics);
  }
  push('end', text.length, text.length);
  return { kinds, starts, ends, comments, diagnostics };
}

interface Word {
  readonly kind: TokenKind;
  readonly end: number;
  readonly problem: Diagnostic | null;
}

function wordAt(text: string, offset: number): Word | null {
  const nameEnd = matchEnd(namePattern, text, offset);
  if (nameEnd > offset) return { kind: 'name', end: nameEnd, problem: null };
  const integerEnd = matchEnd(integerPattern, text, offset);
  if (integerEnd > offset) {
    return { kind: 'int', end: integerEnd, problem: integerProblem(text, offset, integerEnd) };
  }
  if (text.charAt(offset) === '"') return stringAt(text, offset);
  const pair = text.slice(offset, offset + 2);
  if (twoCharacters.has(pair)) {
    return { kind: pair as Punctuation, end: offset + 2, problem: null };
  }
  const single = text.charAt(offset);
  if (oneCharacter.has(single)) {
    return { kind: single as Punctuation, end: offset + 1, problem: null };
  }
  return null;
}

function stringAt(text: string, start: number): Word {
  const end = matchEnd(stringPattern, text, start);
  if (end === start) {
    const lineEnd = matchEnd(lineRestPattern, text, start);
    const problem = syntaxMessages.report('IR0002', { start, end: lineEnd }, {});
    return { kind: 'string', end: lineEnd, problem };
  }
  const problem =
    decodeString(text.slice(start, end)) === null
      ? syntaxMessages.report('IR0003', { start, end }, { text: text.slice(start, end) })
      : null;
  return { kind: 'string', end, problem };
}

/** The value of a string token, written with the escapes of JSON; null when it has others. */
export function decodeString(token: string): string | null {
  if (!/^"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"$/.test(token)) return null;
  // JSON allows no raw control characters; the language does (a tab inside a string).
  const escaped = Array.from(token, (c) => (c < ' ' ? JSON.stringify(c).slice(1, -1) : c)).join('');
  const value: unknown = JSON.parse(escaped);
  return typeof value === 'string' ? value : null;
}

function integerProblem(text: string, start: number, end: number): Diagnostic | null {
  const digits = text.slice(start, end);
  const continued = matchEnd(namePattern, text, end);
  if (continued > end) {
    const word = text.slice(start, continued);
    return syntaxMessages.report('IR0005', { start, end: continued }, { word });
  }
  return Number.isSafeInteger(Number(digits))
    ? null
    : syntaxMessages.report('IR0004', { start, end }, { digits });
}

function foreignComment(start: number, sign: string): Diagnostic {
  return syntaxMessages.report('IR0006', { start, end: start + sign.length }, { sign });
}

function skipStray(text: string, start: number, diagnostics: Diagnostic[]): number {
  if (text.charAt(start) === '#') {
    const end = matchEnd(lineRestPattern, text, start);
    diagnostics.push(foreignComment(start, '#'));
    return end;
  }
  const strayEnd = matchEnd(strayPattern, text, start);
  // A lone `&` or `|` is a stray character too, although it can be the start of a token.
  const end = strayEnd > start ? strayEnd : start + 1;
  const found = text.slice(start, end);
  diagnostics.push(syntaxMessages.report('IR0001', { start, end }, { found }));
  return end;
}

function matchEnd(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}
