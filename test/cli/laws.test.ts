/** A lattice that is none: `check` and the main job refuse it, with the values that show it. */
import { writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { freshFolder, run } from './support.ts';

beforeEach(() => {
  freshFolder();
});

const program = (merge: string): string => `lattice Last(a: int, b: int) = ${merge}
role client external
role node {
  relation r(x: Last)

  r(x) :- put(_, x)
  persist r
  told@c(x) :~ put(c, x), r(_)
}
channel put(c: client, x: int): client -> node
channel told(x: int): node -> client
workload {
  issue put(me, id) to node until told(id)
}
`;

test('whichever comes last is no lattice', async () => {
  writeFileSync('last.ir', program('b'));
  for (const words of [
    ['check', 'last.ir'],
    ['last.ir', '--no-save'],
  ]) {
    const { status, err } = await run(...words);
    expect(status).toBe(2);
    expect(err).toContain("error[RW0001]: the merge of `Last` isn't commutative");
    expect(err).toContain('for example: a = 3, b = 2, one way = 2, the other way = 3');
    expect(err).toContain('last.ir:1:1');
  }
});

test('the greater one is', async () => {
  writeFileSync('last.ir', program('if a > b then a else b'));
  expect((await run('check', 'last.ir')).status).toBe(0);
});

test('what nobody can tell is a warning', async () => {
  writeFileSync('last.ir', program('if hash(a) > hash(b) then a else b'));
  const { status, err } = await run('check', 'last.ir');
  expect(status).toBe(0);
  expect(err).toContain('warning[RW0002]: the merge of `Last` is not shown to be commutative');
});
