/**
 * Patterns, terms and rules as s-expressions, for toy languages, tests and documents:
 *
 *     ?x  a class        ?xs...  a rest of children     x  an operator without children
 *     (+ ?a (* ?b 2))    num[3]  a literal payload      num[?n]  a payload variable
 *     (num[_] ?x)        any payload, or none
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Span } from '../base/source.ts';
import type { Atom, ChildPattern, NodePattern, Pattern, PayloadPattern } from './pattern.ts';
import { multiRewrite, type Rule, type RuleOptions, rewrite } from './rule.ts';
import type { PayloadKey, Term } from './term.ts';

/** What is wrong with a text, and where. */
export type TextProblem = { readonly message: string; readonly span: Span };

/** The payload that a text between brackets stands for; `undefined` if it stands for none. */
export type PayloadParser<P> = (text: string) => P | undefined;

type Parsed<T> = Result<T, TextProblem>;

/** Brackets and parentheses may nest this deep; a deeper text is a problem, not an overflow. */
const depthMax = 500;

export function parsePattern<P = never>(
  text: string,
  payload: PayloadParser<P> = () => undefined,
): Parsed<Pattern<P>> {
  const reader = new Reader(text, payload);
  const parsed = reader.child(0);
  if (parsed.kind === 'err') return parsed;
  if (parsed.value.kind === 'rest') return reader.problem('a rest stands among children only', 0);
  const end = reader.end();
  return end.kind === 'err' ? end : ok(parsed.value);
}

/** A term: a pattern without variables. */
export function parseTerm<P = never>(
  text: string,
  payload: PayloadParser<P> = () => undefined,
): Parsed<Term<P>> {
  const parsed = parsePattern(text, payload);
  if (parsed.kind === 'err') return parsed;
  const found = termOf(parsed.value);
  if (found !== undefined) return ok(found);
  return err({ message: 'a term has no variables', span: { start: 0, end: text.length } });
}

/** `left => right`, or `?x = p, ?y = q => ?x = r` for several patterns at once. */
export function parseRule<P = never>(
  name: string,
  text: string,
  payload: PayloadParser<P> = () => undefined,
  options: RuleOptions<P> = {},
): Parsed<Rule<P>> {
  const reader = new Reader(text, payload);
  const left = reader.side();
  if (left.kind === 'err') return left;
  if (patternsOf(left.value).some(hasManyRests)) {
    return reader.problem('a node on the left has at most one rest among its children', 0);
  }
  const arrow = reader.expect('=>');
  if (arrow.kind === 'err') return arrow;
  const right = reader.side();
  if (right.kind === 'err') return right;
  const end = reader.end();
  if (end.kind === 'err') return end;
  if (left.value.kind === 'pattern' && right.value.kind === 'pattern') {
    return ok(rewrite(name, left.value.pattern, right.value.pattern, options));
  }
  if (left.value.kind === 'patterns' && right.value.kind === 'patterns') {
    return ok(multiRewrite(name, left.value.atoms, right.value.atoms, options));
  }
  return reader.problem('both sides are single patterns, or both are lists of `?x = pattern`', 0);
}

/** The text of a pattern; `parsePattern` reads it back where payloads print as they parse. */
export function printPattern<P>(pattern: ChildPattern<P>, payloadKey: PayloadKey<P>): string {
  switch (pattern.kind) {
    case 'variable':
      return `?${pattern.name}`;
    case 'rest':
      return `?${pattern.name}...`;
    case 'node': {
      const head = `${pattern.op}${printPayload(pattern.payload, payloadKey)}`;
      const children = pattern.children.map((child) => printPattern(child, payloadKey));
      return children.length === 0 ? head : `(${[head, ...children].join(' ')})`;
    }
  }
}

function printPayload<P>(payload: PayloadPattern<P>, payloadKey: PayloadKey<P>): string {
  switch (payload.kind) {
    case 'none':
      return '';
    case 'any':
      return '[_]';
    case 'variable':
      return `[?${payload.name}]`;
    case 'literal':
      return `[${payloadKey(payload.value)}]`;
  }
}

function termOf<P>(pattern: ChildPattern<P>): Term<P> | undefined {
  if (pattern.kind !== 'node') return undefined;
  const { op, payload } = pattern;
  if (payload.kind === 'any' || payload.kind === 'variable') return undefined;
  const children: Term<P>[] = [];
  for (const child of pattern.children) {
    const found = termOf(child);
    if (found === undefined) return undefined;
    children.push(found);
  }
  return { op, payload: payload.kind === 'literal' ? payload.value : undefined, children };
}

type Side<P> =
  | { readonly kind: 'pattern'; readonly pattern: Pattern<P> }
  | { readonly kind: 'patterns'; readonly atoms: readonly Atom<P>[] };

function patternsOf<P>(side: Side<P>): readonly Pattern<P>[] {
  return side.kind === 'pattern' ? [side.pattern] : side.atoms.map((atom) => atom.pattern);
}

function hasManyRests<P>(pattern: ChildPattern<P>): boolean {
  if (pattern.kind !== 'node') return false;
  const rests = pattern.children.filter((child) => child.kind === 'rest').length;
  return rests > 1 || pattern.children.some(hasManyRests);
}

class Reader<P> {
  readonly #text: string;
  readonly #payload: PayloadParser<P>;
  #at = 0;

  constructor(text: string, payload: PayloadParser<P>) {
    this.#text = text;
    this.#payload = payload;
  }

  problem(message: string, start: number): Parsed<never> {
    return err({ message, span: { start, end: Math.max(start, this.#at) } });
  }

  end(): Parsed<undefined> {
    this.#skipBlanks();
    if (this.#at === this.#text.length) return ok(undefined);
    const start = this.#at;
    this.#at = this.#text.length;
    return this.problem('expected the end', start);
  }

  expect(token: string): Parsed<undefined> {
    this.#skipBlanks();
    if (!this.#text.startsWith(token, this.#at)) {
      return this.problem(`expected \`${token}\``, this.#at);
    }
    this.#at += token.length;
    return ok(undefined);
  }

  side(): Parsed<Side<P>> {
    const first = this.#pattern();
    if (first.kind === 'err') return first;
    if (!this.#startsAtom()) return ok({ kind: 'pattern', pattern: first.value });
    const atoms: Atom<P>[] = [];
    for (let root: Parsed<Pattern<P>> = first; ; root = this.#pattern()) {
      if (root.kind === 'err') return root;
      if (root.value.kind !== 'variable') return this.problem('expected `?x = pattern`', this.#at);
      const equals = this.expect('=');
      if (equals.kind === 'err') return equals;
      const pattern = this.#pattern();
      if (pattern.kind === 'err') return pattern;
      atoms.push({ variable: root.value.name, pattern: pattern.value });
      if (this.expect(',').kind === 'err') return ok({ kind: 'patterns', atoms });
    }
  }

  child(depth: number): Parsed<ChildPattern<P>> {
    this.#skipBlanks();
    const start = this.#at;
    if (depth > depthMax) return this.problem(`nested deeper than ${depthMax}`, start);
    if (this.#text[start] === '(') return this.#list(depth);
    if (this.#text[start] === '?') return this.#variable();
    const head = this.#head();
    return head.kind === 'err' ? head : ok({ kind: 'node', ...head.value, children: [] });
  }

  #pattern(): Parsed<Pattern<P>> {
    const start = this.#at;
    const parsed = this.child(0);
    if (parsed.kind === 'err') return parsed;
    if (parsed.value.kind !== 'rest') return ok(parsed.value);
    return this.problem('a rest stands among children only', start);
  }

  #list(depth: number): Parsed<ChildPattern<P>> {
    const start = this.#at++;
    const head = this.#head();
    if (head.kind === 'err') return head;
    const children: ChildPattern<P>[] = [];
    for (;;) {
      this.#skipBlanks();
      const next = this.#text[this.#at];
      if (next === undefined) return this.problem('expected `)`', start);
      if (next === ')') break;
      const child = this.child(depth + 1);
      if (child.kind === 'err') return child;
      children.push(child.value);
    }
    this.#at++;
    return ok({ kind: 'node', ...head.value, children });
  }

  #variable(): Parsed<ChildPattern<P>> {
    const start = this.#at++;
    const name = this.#word();
    if (name.endsWith('...') && name.length > 3)
      return ok({ kind: 'rest', name: name.slice(0, -3) });
    if (name === '') return this.problem('expected a name after `?`', start);
    return ok({ kind: 'variable', name });
  }

  #head(): Parsed<Pick<NodePattern<P>, 'op' | 'payload'>> {
    this.#skipBlanks();
    const start = this.#at;
    const op = this.#word();
    if (op === '') return this.problem('expected an operator', start);
    if (this.#text[this.#at] !== '[') return ok({ op, payload: { kind: 'none' } });
    const payload = this.#payloadPattern();
    return payload.kind === 'err' ? payload : ok({ op, payload: payload.value });
  }

  #payloadPattern(): Parsed<PayloadPattern<P>> {
    const start = this.#at;
    const end = closingBracket(this.#text, start);
    if (end < 0) return this.problem('expected `]`', start);
    this.#at = end + 1;
    const text = this.#text.slice(start + 1, end);
    if (text === '_') return ok({ kind: 'any' });
    if (text.startsWith('?')) return ok({ kind: 'variable', name: text.slice(1) });
    const value = this.#payload(text);
    if (value === undefined) return this.problem(`\`${text}\` is no payload here`, start);
    return ok({ kind: 'literal', value });
  }

  #startsAtom(): boolean {
    this.#skipBlanks();
    return this.#text[this.#at] === '=' && this.#text[this.#at + 1] !== '>';
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\s()[\],]/.test(this.#text[this.#at] ?? ' '))
      this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}

/** The index of the bracket that closes the one at `start`, outside JSON strings; or -1. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === '\\') index++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '[') depth++;
    else if (!quoted && character === ']') depth--;
    if (depth === 0) return index;
  }
  return -1;
}
