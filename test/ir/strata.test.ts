/** Which cycles within a tick have a meaning: through joins, and through lattices that only grow. */
import { expect, test } from 'vitest';
import { brokenCycles, tickDependences } from '../../src/ir/strata.ts';
import { lower } from '../../src/syntax/lower.ts';
import { parse } from '../../src/syntax/parser.ts';
import { collectScope } from '../../src/syntax/scope.ts';

/** `from -use-> to` of each broken cycle of the only role, which may not pass the checker. */
function broken(members: string): readonly string[] {
  const source = { name: 'strata.ir', text: `role a {\n${members}\n}` };
  const ast = parse(source);
  const { program } = lower(source, ast, collectScope(ast).scope, {});
  const [role] = program.roles;
  if (role === undefined) throw new Error('the text declares one role');
  return brokenCycles(tickDependences(role)).map(
    ({ dependence: { from, use, to }, back }) =>
      `${[from, `-${use}->`, to, ...back.map((step) => step.to)].join(' ')}`,
  );
}

const plain = 'relation r(x: int)\nrelation s(x: int)\nrelation t(n: int)\n';

test('joins may be recursive, and the next tick is another one', () => {
  expect(broken(`${plain}r(x) :- s(x)\ns(x) :- r(x), t(x)\nt(x) :- s(x)`)).toEqual([]);
  expect(broken(`${plain}r(x) :- s(x), !t(x)\nt(x) :+ r(x)`)).toEqual([]);
  expect(broken(`${plain}r(x) :- s(x), !t(x)\nt(x) :- s(x)`)).toEqual([]);
});

test('negation, aggregates, ranks and defaults end a stratum', () => {
  expect(broken(`${plain}r(x) :- s(x), !t(x)\nt(x) :- r(x)`)).toEqual(['t -negation-> r t']);
  expect(broken(`${plain}t(count<x>) :- r(x)\nr(x) :- s(x), t(x)`)).toEqual(['r -aggregate-> t r']);
  expect(broken(`${plain}t(index<x>) :- r(x)\nr(x) :- t(x)`)).toEqual(['r -index-> t r']);
  expect(broken(`${plain}t(count<x> default 0 over s(_)) :- r(x)\ns(x) :- t(x)`)).toEqual([
    's -aggregate-> t s',
  ]);
  expect(broken(`${plain}r(x) :- r(x), !r(x)`)).toEqual(['r -negation-> r']);
});

test('what is on disk and what has expired is of the tick before', () => {
  const durable = 'durable relation d(x: int)\nrelation r(x: int)\n';
  expect(broken(`${durable}r(x) :- stable d(x)\nd(x) :- r(x), !d(x)`)).toEqual(['d -negation-> d']);
  expect(broken(`${durable}r(x) :- stable d(x), !d(x)\nd(x) :- r(x)`)).toEqual([
    'd -negation-> r d',
  ]);
  expect(broken(`${durable}r(x) :- after 3 since d(x)\nd(count<x>) :- r(x)`)).toEqual([]);
});

const lattices = `relation m(x: max<int>)
relation n(x: min<int>)
relation b(x: or)
relation u(x: set<int>)
relation k(x: map<int, max<int>>)
relation l(x: lex<int, max<int>>)
relation r(x: int)
relation go()
`;

test.each([
  // Handed on, grown, and asked for a threshold from below.
  'm(x) :- m(y), x = y + 1, y < 9',
  'm(x + 1) :- m(x)',
  'm(2 * x - 3) :- m(x)',
  'm(max(x, y)) :- m(x), r(y)',
  'go() :- m(x), x >= 3\nm(1) :- go()',
  'go() :- m(x), 3 < x\nm(1) :- go()',
  'n(x - 1) :- n(x)',
  'n(min(x, 3)) :- n(x)',
  'n(0 - x) :- m(x)\nm(0 - x) :- n(x)',
  'go() :- n(x), x <= 3\nn(1) :- go()',
  'b(x || y) :- b(x), b(y)',
  'go() :- b(x), x\nb(true) :- go()',
  'u(union(x, {y})) :- u(x), r(y)',
  'go() :- u(x), contains(x, 3) && size(x) > 2\nu({1}) :- go()',
  'm(size(x)) :- u(x)\nu({1}) :- m(x), x > 3',
  'm(get(x, 1, 0)) :- k(x)\nk({1: x}) :- m(x)',
  'l(x) :- l(x)',
  'm(x.0) :- l(x)\nl((1, 1)) :- m(x), x > 1',
  'm(if y > 3 then x else x + 1) :- m(x), r(y)',
])('grows: %s', (clauses) => {
  const accepted = broken(lattices + clauses);
  // The first one asks for a bound from above, which is the one thing wrong with it.
  expect(accepted).toEqual(clauses.includes('y < 9') ? ['m -lattice-> m'] : []);
});

test.each([
  'r(x) :- m(x)\nm(x) :- r(x)',
  'm(0 - x) :- m(x)',
  'm(x * x) :- m(x)',
  'm(x % 3) :- m(x)',
  'm(1) :- m(x), x == 3',
  'm(1) :- m(3)',
  'm(1) :- m(x), x <= 3',
  'm(1) :- m(x), !(x > 3)',
  'm(x) :- m(x), r(x)\nr(1) :- m(_)',
  'm(x) :- n(x)\nn(x) :- m(x)',
  'b(!x) :- b(x)',
  'u({x}) :- m(x)\nm(size(x)) :- u(x)',
  'm(hash(x)) :- m(x)',
  'm(max(size(x), 3)) :- u(x)\nu(max(x, {1})) :- u(x), m(_)',
  'm(x.1) :- l(x)\nl((1, x)) :- m(x)',
  'm(if x > 3 then x else 5) :- m(x)',
  'm(x) :- y = 0 - x, x = z, m(z), y > 0',
  'r(count<x>) :- m(x)\nm(x) :- r(x)',
])('needs it complete: %s', (clauses) => {
  expect(broken(lattices + clauses)).not.toEqual([]);
});
