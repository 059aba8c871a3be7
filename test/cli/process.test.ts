/** What only a process of its own shows: stdin, pipes that close, signals, and the judge's process. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedSource } from '../support/protocols.ts';
import { freshFolder, run, runProcess } from './support.ts';

test('a program from stdin, a plan to stdout, and the verdict of the judge on it', async () => {
  freshFolder();
  const { text } = shippedSource('voting');
  const made = await runProcess(['-', '--json', '--out', 'plan.json', '--machines', '6'], {
    input: text,
  });
  expect(made.status).toBe(0);
  expect(made.out).toBe(readFileSync('plan.json', 'utf8'));
  const judged = await runProcess(['verify', 'plan.json', '--seeds', '6', '--json']);
  const verdict = JSON.parse(judged.out);
  expect(judged.status).toBe(0);
  expect(verdict.schema).toBe('compart/verdict@1');
  expect(['refines', 'no-violation-found']).toContain(verdict.verdict);
  expect(verdict.exhaustive.states).toBeGreaterThan(100);
  expect(verdict.random.seeds).toBe(12);

  const few = ['--exhaustive', '--states', '100', '--seeds', '1', '--json'];
  const cut = await runProcess(['verify', 'plan.json', ...few]);
  expect(cut.status).toBe(3);
  expect(JSON.parse(cut.out).exhaustive.complete).toBe(false);
  expect((await runProcess(['verify', 'plan.json', '--states', '0'])).status).toBe(2);

  const plan = JSON.parse(made.out);
  const ir = plan.ir.replace('n == participants', 'n == 1');
  expect(ir).not.toBe(plan.ir);
  writeFileSync('unsound.json', JSON.stringify({ ...plan, ir }));
  const refuted = await runProcess(['verify', 'unsound.json', '--seeds', '6']);
  expect(refuted.status).toBe(1);
  expect(refuted.out).toMatch(/^unsound\.json: violated: /);
  expect(refuted.out).toContain('what clients saw');
}, 120_000);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends the search with the best plan so far',
  async (signal, status) => {
    freshFolder();
    const ran = await runProcess(['paxos.ir', '--json'], {
      interrupt: { after: 'measure', signal },
    });
    expect(ran.status).toBe(status);
    expect(ran.err).toContain('interrupted: finishing with the best plan so far');
    expect(['interrupted', 'saturated']).toContain(JSON.parse(ran.out).search.stop);
  },
  60_000,
);

test('an interrupted judge says what it knows so far', async () => {
  freshFolder();
  const { text } = shippedSource('voting');
  const argv = ['-', '--no-save', '--out', 'plan.json', '--limit-iterations', '1'];
  await runProcess(argv, { input: text });
  const { status, out, err } = await runProcess(['verify', 'plan.json', '--exhaustive', '--json'], {
    interrupt: { after: 'judging', signal: 'SIGINT' },
  });
  expect(status).toBe(130);
  expect(err).toContain('interrupted: the verdict so far');
  const { verdict, random } = JSON.parse(out);
  expect(verdict).toBe('no-violation-found');
  expect(random.seeds).toBeLessThan(72);
}, 60_000);

test('of a step that an interrupted search did not come to, nothing is known', async () => {
  freshFolder();
  await run('voting.ir', '--no-save', '--out', 'plan.json');
  const { status, out } = await runProcess(['prove', 'plan.json', '--json'], {
    interrupt: { after: 'as written', signal: 'SIGTERM' },
  });
  expect(status).toBe(143);
  const { obligations } = JSON.parse(out);
  expect(obligations[0].verdict).toBe('unknown');
  expect(obligations[0].reason).toMatch(/was cut short \(interrupted\) before it found this step/);
}, 60_000);

test('an interrupted run is not called a stall', async () => {
  const argv = ['sim', 'voting.ir', '--commands', '100000', '--json'];
  const { status, out } = await runProcess(argv, {
    interrupt: { after: 'taking the shipped', signal: 'SIGINT' },
  });
  expect(status).toBe(130);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'unfinished', stop: 'interrupted' });
}, 60_000);

test('a reader that closes the pipe is no error', async () => {
  const { status, err } = await runProcess(['sim', 'voting.ir', '--commands', '2000', '--json'], {
    readsOnly: 10,
  });
  expect(status).toBe(0);
  expect(err).not.toContain('EPIPE');
}, 60_000);
