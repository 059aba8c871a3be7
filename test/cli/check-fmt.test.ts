import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { freshFolder, run } from './support.ts';

beforeEach(() => {
  freshFolder();
});

const program = (body: string): string => `role client external
role a {
  relation r(x: int)

${body}
  reply@c(x) :~ req(c, x), r(x)
}

channel req(c: client, x: int): client -> a
channel reply(x: int): a -> client
`;

const untidy = program('  // why\n  r(x)   :-   req(_,x)');
const tidy = program('  // why\n  r(x) :- req(_, x)');

test('fmt writes in place, keeps comments, and names what it changed', async () => {
  writeFileSync('a.ir', untidy);
  writeFileSync('b.ir', tidy);
  expect(await run('fmt', 'a.ir', 'b.ir')).toEqual({ status: 0, out: 'a.ir\n', err: '' });
  expect(readFileSync('a.ir', 'utf8')).toBe(tidy);
});

test('fmt --check writes nothing and says no', async () => {
  writeFileSync('a.ir', untidy);
  expect(await run('fmt', '--check', 'a.ir')).toEqual({
    status: 1,
    out: 'a.ir is not formatted\n',
    err: '',
  });
  expect(readFileSync('a.ir', 'utf8')).toBe(untidy);
  writeFileSync('a.ir', tidy);
  expect((await run('fmt', '--check', 'a.ir')).status).toBe(0);
});

test('a program with an error of grammar is left as it is', async () => {
  writeFileSync('a.ir', `${untidy}role {`);
  expect((await run('fmt', 'a.ir')).status).toBe(2);
  expect(readFileSync('a.ir', 'utf8')).toBe(`${untidy}role {`);
});

test('fmt says in its document why a file is unusable', async () => {
  const { status, out } = await run('fmt', '--json', 'nofile.ir');
  expect(status).toBe(2);
  expect(JSON.parse(out).files).toMatchObject([
    { file: 'nofile.ir', outcome: 'unusable', diagnostics: [{ code: 'CF0001' }] },
  ]);
});

test('check reports every file, and all errors of each', async () => {
  writeFileSync('good.ir', tidy);
  writeFileSync('bad.ir', program('  r(x) :- req(_, y)\n  r(x) :- nothing(x)'));
  const { status, out, err } = await run('check', 'good.ir', 'bad.ir', 'none.ir');
  expect(status).toBe(2);
  expect(out).toMatch(/^good\.ir: 2 roles, 2 channels, 2 clauses/);
  expect(err).toContain('bad.ir:5:');
  expect(err).toContain('bad.ir:6:');
  expect(err).toContain('there is no file none.ir');
  const json = JSON.parse((await run('check', 'good.ir', 'bad.ir', '--json')).out);
  expect(json.files.map((each: { ok: boolean }) => each.ok)).toEqual([true, false]);
});

test('100 000 clauses are checked and formatted', async () => {
  const clauses = Array.from({ length: 100_000 }, (_, at) => `  r(x + ${at}) :- req(_, x)`);
  writeFileSync('big.ir', program(clauses.join('\n')));
  const checked = await run('check', 'big.ir');
  expect(checked.status).toBe(0);
  expect(checked.out).toContain('100 001 clauses');
  expect((await run('fmt', '--check', 'big.ir')).status).toBe(0);
}, 120_000);

// A table of all roles for each of them took 4 GB for 4000.
test('6000 roles are checked', async () => {
  const role = (at: number): string => `role r${at} {
  reply${at}@c(id) :~ ask${at}(c, id)
}
channel ask${at}(c: client, id: int): client -> r${at}
channel reply${at}(id: int): r${at} -> client
`;
  const roles = Array.from({ length: 6000 }, (_, at) => role(at)).join('');
  writeFileSync('roles.ir', `role client external\n${roles}`);
  const { status, out } = await run('check', 'roles.ir');
  expect(out).toBe('roles.ir: 6 001 roles, 12 000 channels, 6 000 clauses: no problems\n');
  expect(status).toBe(0);
}, 60_000);
