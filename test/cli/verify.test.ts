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

test('a search has the commands and faults that flags ask for, and says so', async () => {
  await run('kvs.ir', '--limit-iterations', '1', '--no-save', '--out', 'kvs.json');
  const flags = ['verify', 'kvs.json', '--exhaustive', '--seeds', '0', '--commands', '1'];
  const judge = async (...more: readonly string[]) => {
    const { status, out } = await runProcess([...flags, ...more, '--json']);
    expect(status).toBe(0);
    const { exhaustive } = JSON.parse(out);
    const { commands, faults, searchesPlanned, states, complete } = exhaustive;
    expect(complete).toBe(true);
    return { commands, faults, searchesPlanned, states };
  };
  const calm = await judge('--faults', 'none', '--retries', '0');
  const lossy = await judge('--faults', 'loss');
  const all = await judge();
  expect(calm).toMatchObject({ commands: 1, faults: 0 });
  expect(lossy).toMatchObject({ commands: 1, faults: 1, searchesPlanned: calm.searchesPlanned });
  expect(lossy.states).toBeGreaterThan(calm.states);
  expect(all.searchesPlanned).toBeGreaterThan(calm.searchesPlanned);
  const { out } = await runProcess([...flags, '--faults', 'loss,crash']);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('1 command, sent again, one loss or crash:');
}, 60_000);
