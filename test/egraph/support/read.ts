/** Patterns, terms and rules of tests from text; a text that doesn't parse fails the test. */

import type { Result } from '../../../src/base/result.ts';
import type { Pattern } from '../../../src/egraph/pattern.ts';
import {
  type PayloadParser,
  parsePattern,
  parseRule,
  parseTerm,
} from '../../../src/egraph/pattern-text.ts';
import type { Rule, RuleOptions } from '../../../src/egraph/rule.ts';
import type { Term } from '../../../src/egraph/term.ts';

export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.kind === 'ok') return result.value;
  throw new Error(`expected a value, got ${JSON.stringify(result.error)}`);
}

export function rule(name: string, text: string, options: RuleOptions<number> = {}): Rule<number> {
  return unwrap(parseRule(name, text, integer, options));
}

export function pattern(text: string): Pattern<number> {
  return unwrap(parsePattern(text, integer));
}

export function termOf(text: string): Term<number> {
  return unwrap(parseTerm(text, integer));
}

export const integer: PayloadParser<number> = (text) =>
  /^-?\d+$/.test(text) ? Number(text) : undefined;
