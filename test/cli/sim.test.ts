/** What `sim` and `verify` say of declarations that a run breaks, and of functions that nobody bound. */
import { writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { freshFolder, run, runProcess } from './support.ts';

beforeEach(() => {
  freshFolder();
});

const program = (persist: string): string => `role client external

role server {
  relation last(c: client, id: int) key (c)

  last(c, id) :- save(c, id)
${persist}  saved@c(id) :~ save(c, id)
}

channel save(c: client, id: int): client -> server
channel saved(id: int): server -> client

workload {
  issue save(me, id) to server until saved(id)
}
`;

test('a declared key that a run breaks is a violation, with the two facts', async () => {
  writeFileSync('untrue.ir', program('  persist last\n'));
  const { status, out } = await run('sim', 'untrue.ir');
  expect(status).toBe(1);
  expect(out).toMatch(/^untrue\.ir: violated /);
  expect(out.replace(/\s+/g, ' ')).toContain(
    '`key (c)` of last is declared and does not hold: in one tick server has last(client:0, 0) and last(client:0, 1)',
  );
  expect(out).toContain('what led to it');
  const json = await run('sim', 'untrue.ir', '--json');
  expect(json.status).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    verdict: 'violated',
    brokenDependencies: [
      {
        relation: 'last',
        dependency: 'key (c)',
        node: 'server',
        facts: ['last(client:0, 0)', 'last(client:0, 1)'],
      },
    ],
  });
});

test('a declared key that holds is not mentioned', async () => {
  writeFileSync('true.ir', program(''));
  const { status, out } = await run('sim', 'true.ir');
  expect({ status, mentions: out.includes('declared') }).toEqual({ status: 0, mentions: false });
});

test('the judge says that the original breaks what its proofs assume', async () => {
  writeFileSync('untrue.ir', program('  persist last\n'));
  await run('untrue.ir', '--no-save', '--out', 'plan.json');
  const { status, out } = await runProcess(['verify', 'plan.json', '--seeds', '2', '--json']);
  const verdict = JSON.parse(out);
  expect(status).toBe(1);
  expect(verdict.verdict).toBe('violated');
  expect(verdict.counterexample.claim).toMatch(
    /^The original breaks the declared key \(c\) of last/,
  );
  expect(verdict.random.brokenDependencies).toHaveLength(1);
}, 60_000);
