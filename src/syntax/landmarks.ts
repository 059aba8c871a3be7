/** Where declarations and clauses can be seen to start, for recovery after an error. */

import type { TokenKind, Tokens } from './lexer.ts';
import { itemWords, memberWords } from './words.ts';

/** What a landmark test needs to see: the kinds and words of the next tokens. */
export interface Lookahead {
  kind(ahead?: number): TokenKind;
  word(ahead?: number): string;
}

const itemWordSet: ReadonlySet<string> = new Set(itemWords);
const memberWordSet: ReadonlySet<string> = new Set(memberWords);

/** A word that starts a declaration, followed by what would follow it there. */
export function isItemStart(at: Lookahead): boolean {
  if (at.kind() !== 'name' || !itemWordSet.has(at.word())) return false;
  return at.word() === 'workload' ? at.kind(1) === '{' : at.kind(1) === 'name';
}

export function isMemberStart(at: Lookahead): boolean {
  return at.kind() === 'name' && memberWordSet.has(at.word()) && at.kind(1) === 'name';
}

const closerOf: Partial<Record<TokenKind, TokenKind>> = { '(': ')', '[': ']', '{': '}' };

/** Index of the closing token by index of the opening one; brackets that don't match have none. */
export function matchingBrackets(tokens: Tokens): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [index, kind] of tokens.kinds.entries()) {
    if (kind in closerOf) open.push(index);
    else if (kind === ')' || kind === ']' || kind === '}') {
      const last = open[open.length - 1];
      if (last !== undefined && closerOf[tokens.kinds[last] ?? 'end'] === kind) {
        pairs.set(last, index);
        open.pop();
      }
    }
  }
  return pairs;
}

/** Indices of the tokens that start a head followed by `:-`, `:+` or `:~`. */
export function clauseStarts(
  tokens: Tokens,
  closers: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const starts = new Set<number>();
  for (const [opener, closer] of closers) {
    if (!isClauseOperator(tokens.kinds[closer + 1])) continue;
    const before = headStart(tokens, opener);
    if (before !== null) starts.add(before);
  }
  return starts;
}

function headStart(tokens: Tokens, opener: number): number | null {
  const { kinds } = tokens;
  if (kinds[opener - 1] !== 'name') return null;
  const addressed = kinds[opener - 2] === '@' && kinds[opener - 3] === 'name';
  return addressed ? opener - 3 : opener - 1;
}

function isClauseOperator(kind: TokenKind | undefined): boolean {
  return kind === ':-' || kind === ':+' || kind === ':~';
}
