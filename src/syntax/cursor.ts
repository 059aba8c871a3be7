/** The parser's place in the tokens, what it has reported, and how it finds its feet after an error. */

import { defined } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import type { Expression } from '../ir/expression.ts';
import type { Name } from './ast.ts';
import { clauseStarts, isItemStart, isMemberStart, matchingBrackets } from './landmarks.ts';
import type { TokenKind, Tokens } from './lexer.ts';
import { syntaxMessages } from './messages.ts';
import { reservedWords } from './words.ts';

/** Deepest nesting of expressions and types; later phases walk them by recursion. */
export const nestingMax = 200;

export class Cursor {
  readonly text: string;
  readonly tokens: Tokens;
  readonly diagnostics: Diagnostic[] = [];
  readonly spans: Map<object, Span> = new Map();
  /** Names that broken declarations were about to declare. */
  readonly broken: Set<string> = new Set();
  index = 0;
  /** Open brackets of the expression or type that is being read. */
  nesting = 0;
  readonly #depths: Map<object, number> = new Map();
  readonly #closers: ReadonlyMap<number, number>;
  readonly #clauseStarts: ReadonlySet<number>;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.#closers = matchingBrackets(tokens);
    this.#clauseStarts = clauseStarts(tokens, this.#closers);
  }

  kind(ahead: number = 0): TokenKind {
    return this.tokens.kinds[this.index + ahead] ?? 'end';
  }

  start(ahead: number = 0): number {
    return this.tokens.starts[this.index + ahead] ?? this.text.length;
  }

  /** The text of a token; empty at the end. */
  word(ahead: number = 0): string {
    return this.text.slice(this.start(ahead), this.tokens.ends[this.index + ahead]);
  }

  isWord(word: string, ahead: number = 0): boolean {
    return this.kind(ahead) === 'name' && this.word(ahead) === word;
  }

  /** The end of the token before this one. */
  previousEnd(): number {
    return this.index === 0 ? 0 : (this.tokens.ends[this.index - 1] ?? 0);
  }

  here(): Span {
    return {
      start: this.start(),
      end: defined(this.tokens.ends[Math.min(this.index, this.tokens.ends.length - 1)], 'a token'),
    };
  }

  from(start: number): Span {
    return { start, end: Math.max(start, this.previousEnd()) };
  }

  advance(): void {
    if (this.kind() !== 'end') this.index += 1;
  }

  accept(kind: TokenKind): boolean {
    if (this.kind() !== kind) return false;
    this.index += 1;
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.index += 1;
    return true;
  }

  /** False, and a report, when the next token is another one. */
  expect(kind: TokenKind, expected: string = `\`${kind}\``): boolean {
    if (this.accept(kind)) return true;
    this.unexpected(expected);
    return false;
  }

  expectWord(word: string): boolean {
    if (this.acceptWord(word)) return true;
    this.unexpected(`\`${word}\``);
    return false;
  }

  /** Any name; `what` says in a report what it would have named. */
  name(what: string): Name | null {
    if (this.kind() !== 'name' || this.word() === '_') {
      this.unexpected(what);
      return null;
    }
    const name: Name = { text: this.word(), span: this.here() };
    this.advance();
    return name;
  }

  /** A name that is to stand where words of the language also do. */
  declaredName(what: string): Name | null {
    const name = this.name(`the name of ${what}`);
    if (name !== null && reservedWords.has(name.text)) {
      this.diagnostics.push(syntaxMessages.report('IR0104', name.span, { word: name.text, what }));
    }
    return name;
  }

  unexpected(expected: string, help: string | null = null): null {
    const found = this.found();
    return this.report(syntaxMessages.report('IR0101', this.here(), { expected, found, help }));
  }

  report(diagnostic: Diagnostic): null {
    this.diagnostics.push(diagnostic);
    return null;
  }

  /** The next token as a report names it. */
  found(): string {
    if (this.kind() === 'end') return 'the end of the file';
    const word = this.word();
    return `\`${word.length > 40 ? `${word.slice(0, 37)}...` : word}\``;
  }

  /** Remembers where a node stands; for nodes that nest, call `nested` instead. */
  at<Node extends object>(node: Node, start: number): Node {
    this.spans.set(node, this.from(start));
    return node;
  }

  /** `at`, refusing trees that later phases couldn't walk. */
  nested<Node extends Expression>(
    node: Node,
    start: number,
    parts: readonly Expression[],
  ): Node | null {
    let depth = 1;
    for (const part of parts) {
      const inner = isLeaf(part) ? 0 : (this.#depths.get(part) ?? 1);
      if (inner >= depth) depth = inner + 1;
    }
    if (depth > nestingMax) {
      return this.report(syntaxMessages.report('IR0103', this.from(start), { limit: nestingMax }));
    }
    // One level is the rule, and is what a node counts that isn't in the table.
    if (depth > 1) this.#depths.set(node, depth);
    return this.at(node, start);
  }

  /** Reads what stands inside one more bracket; a report and null when there are too many. */
  inside<Node>(read: () => Node | null): Node | null {
    if (this.nesting >= nestingMax) {
      return this.report(syntaxMessages.report('IR0103', this.here(), { limit: nestingMax }));
    }
    this.nesting += 1;
    const node = read();
    this.nesting -= 1;
    return node;
  }

  /** Whether a clause can be seen to start here: a head with its operator. */
  atClause(): boolean {
    return this.#clauseStarts.has(this.index);
  }

  /** After an error in a member: on to the next member, or to the end of its block. */
  skipToMember(): void {
    while (this.kind() !== 'end') {
      if (this.kind() === '}' || this.atClause()) return;
      if (this.#startsLine() && (isMemberStart(this) || isItemStart(this))) return;
      this.#skipToken();
    }
  }

  /** After an error in a declaration: on to the next one. */
  skipToItem(): void {
    while (this.kind() !== 'end') {
      if (this.#startsLine() && isItemStart(this)) return;
      this.advance();
    }
  }

  /** Steps over one token, or over a whole pair of braces, so that its `}` ends no block. */
  #skipToken(): void {
    const closer = this.kind() === '{' ? this.#closers.get(this.index) : undefined;
    this.index = closer === undefined ? this.index + 1 : closer + 1;
  }

  #startsLine(): boolean {
    return /[\n\r]/.test(this.text.slice(this.previousEnd(), this.start())) || this.index === 0;
  }
}

function isLeaf(expression: Expression): boolean {
  switch (expression.kind) {
    case 'variable':
    case 'wildcard':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
    case 'me':
      return true;
    default:
      return false;
  }
}
