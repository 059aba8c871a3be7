import { expect, test } from 'vitest';
import {
  anyPayload,
  literal,
  node,
  payloadVariable,
  rest,
  variable,
} from '../../src/egraph/pattern.ts';
import { parsePattern, parseRule, parseTerm, printPattern } from '../../src/egraph/pattern-text.ts';
import { integer, unwrap } from './support/read.ts';

test('a pattern is read with variables, payloads and rests', () => {
  expect(unwrap(parsePattern('(f[3] ?x (g[?p]) ?xs... h[_])', integer))).toEqual(
    node(
      'f',
      [variable('x'), node('g', [], payloadVariable('p')), rest('xs'), node('h', [], anyPayload)],
      literal(3),
    ),
  );
});

test.each(['?x', 'x', '(f ?x ?y...)', '(+ num[2] (* ?a num[?n]))', '(f[_] ?x)'])(
  '%s is printed as it was read',
  (text) => {
    expect(printPattern(unwrap(parsePattern(text, integer)), String)).toBe(text);
  },
);

test.each<readonly [string, string, number]>([
  ['', 'expected an operator', 0],
  ['(f ?x', 'expected `)`', 0],
  ['(f ?x))', 'expected the end', 6],
  ['()', 'expected an operator', 1],
  ['(f ?)', 'expected a name after `?`', 3],
  ['?xs...', 'a rest stands among children only', 0],
  ['num[2', 'expected `]`', 3],
  ['num[two]', '`two` is no payload here', 3],
  [`${'(f '.repeat(2000)}`, 'nested deeper than 500', 1503],
])('%s is refused', (text, message, start) => {
  const parsed = parsePattern(text, integer);
  expect(parsed.kind === 'err' ? [parsed.error.message, parsed.error.span.start] : []).toEqual([
    message,
    start,
  ]);
});

test('a payload may hold brackets and quotes', () => {
  const json = (text: string): string => text;
  const parsed = unwrap(parsePattern('f[{"a":["]"]}]', json));
  expect(parsed).toEqual(node('f', [], literal('{"a":["]"]}')));
});

test('a term has no variables', () => {
  expect(unwrap(parseTerm('(f x num[1])', integer)).children[1]?.payload).toBe(1);
  for (const text of ['?x', '(f ?x)', '(f ?x...)', 'num[?n]', 'num[_]']) {
    expect(parseTerm(text, integer).kind).toBe('err');
  }
});

test('a rule is one pattern a side, or lists of equations', () => {
  const single = unwrap(parseRule('swap', '(f ?x ?y) => (f ?y ?x)'));
  expect([single.left.kind, single.right.kind]).toEqual(['pattern', 'pattern']);
  const several = unwrap(parseRule('join', '?a = (f ?x), ?b = (g ?x) => ?a = ?b'));
  expect([several.left.kind, several.right.kind]).toEqual(['patterns', 'patterns']);
});

test.each<readonly [string, string]>([
  ['(f ?x)', 'expected `=>`'],
  ['(f ?x) => ', 'expected an operator'],
  ['?a = (f ?x) => ?x', 'both sides are single patterns, or both are lists of `?x = pattern`'],
  ['(f ?x) = (g ?x) => ?x', 'expected `?x = pattern`'],
  ['(f ?x...  ?y...) => (f)', 'a node on the left has at most one rest among its children'],
])('the rule %s is refused', (text, message) => {
  const parsed = parseRule('bad', text);
  expect(parsed.kind === 'err' ? parsed.error.message : '').toBe(message);
});
