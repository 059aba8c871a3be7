/** `verify` shares its runs out among processes: the report doesn't show it, and `sim` makes the run again. */
import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { freshFolder, run, runProcess } from './support.ts';

beforeAll(async () => {
  freshFolder();
  const flags = ['--limit-iterations', '1', '--no-save', '--json'];
  const { out } = await run('kvs.ir', ...flags);
  const plan = JSON.parse(out);
  const answer = /answer@c\(id, v\) :~ (\w+)\(c, id, k\), cell\(k, _, v\)/;
  expect(plan.ir).toMatch(answer);
  const ir = plan.ir.replace(answer, 'answer@c(id, "old") :~ $1(c, id, k), cell(k, _, _)');
  writeFileSync('wrong.json', JSON.stringify({ ...plan, ir }));
}, 60_000);

test('the report is the same for any number of processes, and the run is found again by its flags', async () => {
  const flags = ['verify', 'wrong.json', '--states', '1', '--seeds', '12', '--json'];
  const alone = await runProcess([...flags, '--workers', '1']);
  const shared = await runProcess([...flags, '--workers', '3']);
  expect(alone.status).toBe(1);
  expect(shared).toEqual(alone);
  const { counterexample } = JSON.parse(alone.out);
  expect(counterexample.claim).toContain('not linearizable');
  // 40 commands as it was found.
  expect(counterexample.history.length).toBeLessThanOrEqual(20);
  const again = await run('sim', 'wrong.json', ...counterexample.replay.flags, '--json');
  expect(again.status).toBe(1);
  const { verdict, linearizable, history } = JSON.parse(again.out);
  expect({ verdict, linearizable }).toEqual({ verdict: 'violated', linearizable: 'violated' });
  expect(history.length).toBe(counterexample.history.length);
}, 120_000);

test('faults are kept by number, and others are left out', async () => {
  const figures = async (...flags: readonly string[]): Promise<{ readonly lost: number }> => {
    const argv = ['sim', 'kvs.ir', '--commands', '20', '--faults', 'loss', '--rates', 'harsh'];
    return JSON.parse((await run(...argv, ...flags, '--json')).out).figures;
  };
  const all = await figures();
  expect(all.lost).toBeGreaterThan(2);
  expect((await figures('--only', 'none')).lost).toBe(0);
  expect((await figures('--only', '0,1')).lost).toBe(2);
  expect((await run('sim', 'kvs.ir', '--only', 'x')).status).toBe(2);
  expect((await run('sim', 'kvs.ir', '--rates', 'wild')).status).toBe(2);
}, 60_000);
