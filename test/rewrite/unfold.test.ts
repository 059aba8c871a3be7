/** A name replaced by the body that derives it: variables of the two clauses stay apart, whatever they are called. */
import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { printClause } from '../../src/ir/print-clause.ts';
import { unfolded } from '../../src/rewrite/unfold.ts';
import { load } from '../judge/judge.ts';

function unfold(definition: string, reader: string): string {
  const program = load(`
role client external
role node {
  relation r(k: int, x: int)
  ${definition}
  ${reader}
}
channel put(k: int, x: int): client -> node
channel said(k: int, x: int): node -> client
`);
  const clauses = program.roles.find((each) => each.name === 'node')?.clauses ?? [];
  const [first, second] = clauses;
  const found = unfolded(defined(second, 'a reader'), defined(first, 'a definition'));
  return found === null ? 'null' : printClause(found);
}

test.each([
  ['r(k, x) :- put(k, x)', 'said@c(k, x) :~ put(k, x), client(c)'],
  // The reader's `k` is half of the definition's.
  ['r(k / 2, x) :- put(k, x)', 'said@c(k, x) :~ put(k1, x), k = k1 / 2, client(c)'],
  // A value of a variable that a later column names.
  ['r(x + 1, x) :- put(_, x)', 'said@c(k, x) :~ put(_, x), k = x + 1, client(c)'],
])('%s', (definition, whole) => {
  expect(unfold(definition, 'said@c(k, x) :~ r(k, x), client(c)')).toBe(whole);
});
