/** Strings beside numbers that don't tell facts apart: tables and groups notice when they grow, and hash them too. */
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import type { Fact } from '../../src/exec/value.ts';
import { codeOf, message, programOf } from './role-runner.ts';

const program = programOf(`
role left { relation got(x: int)
  got(x) :- out(x) }
role n {
  relation r(k: int, v: string)
  relation dropped(k: int, v: string)
  relation seen(k: int, v: string)
  relation size(n: int, k: int, v: string)
  r(k, v) :- add(k, v)
  dropped(k, v) :- drop(k, v)
  persist r(k, v) until dropped(k, v)
  seen(k, v) :- r(k, v)
  persist seen
  size(count<w>, k, v) :- r(k, v), seen(k, w)
  out@p(n) :~ size(n, _, "s1"), left(p)
}
channel add(k: int, v: string): left -> n
channel drop(k: int, v: string): left -> n
channel out(n: int): n -> left
`);

test.each([
  ['one number', () => 1],
  ['a number of its own', (at: number) => at],
  ['one of three', (at: number) => at % 3],
])('facts are found by their strings beside %s', (_, numberOf) => {
  const code = codeOf(program, 'n');
  const machine = new Machine(code, 0);
  const facts = Array.from({ length: 150 }, (_unused, at): Fact => [numberOf(at), `s${at}`]);
  const rest = facts.filter((_fact, at) => at % 3 !== 0);
  const holds = (name: string): number => machine.count(code.names.indexOf(name));
  machine.tick(facts.map((fact) => message('add', ...fact)));
  machine.tick(facts.map((fact) => message('add', ...fact)));
  expect([holds('r'), holds('size')]).toEqual([150, 150]);
  machine.tick(
    facts.filter((fact) => !rest.includes(fact)).map((fact) => message('drop', ...fact)),
  );
  machine.tick([]);
  expect([holds('r'), holds('seen'), holds('size')]).toEqual([100, 150, 100]);
  expect(machine.facts(code.names.indexOf('r'))).toHaveLength(100);
  for (const fact of rest) expect(machine.facts(code.names.indexOf('r'))).toContainEqual(fact);
});
