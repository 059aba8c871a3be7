/** The command `bench`: flags, a whole run on real processes, and what it leaves. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, runProcess } from '../cli/support.ts';

test.each([
  [['--engine', 'dfir'], 'there is no engine `dfir`'],
  [['--mode', 'fast'], 'there is no mode `fast`'],
  [['--mode', 'wall,slow'], 'there is no mode `slow`'],
  [['--batching', 'some'], 'there is no batching `some`'],
  [['--durability', 'always'], 'there is no durability `always`'],
  [['--repeats', '0'], '--repeats'],
  [['--duration', 'long'], '--duration'],
  [['--pace', '-1'], '--pace'],
  [['--cap', '101'], '--cap'],
  [['--rate', 'much'], '--rate'],
] as const)('%j is said and starts nothing', async (flags, message) => {
  const { status, out, err } = await run('bench', 'voting.ir', ...flags);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
});

test('a file that can not be written is said before anything is measured', async () => {
  freshFolder();
  const { status, out, err } = await run('bench', 'voting.ir', '--plot', 'no/such/a.svg');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('no/such');
});

test('voting and its plan, paced: measured beside predicted, judged, and nothing left running', async () => {
  const folder = freshFolder();
  const limits = ['--repeats', '1', '--duration', '1', '--warmup', '0', '--pace', '3000'];
  const argv = [
    'bench',
    'voting.ir',
    '--set',
    'participants=1',
    '--mode',
    'paced',
    '--folder',
    'out',
  ];
  const files = ['--csv', 'windows.csv', '--json'];
  const { status, out, err } = await runProcess([...argv, ...limits, ...files]);
  expect(err).toContain('predicted at 3000 µs a message');
  expect(status).toBe(0);
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    schema: 'compart/bench@1',
    program: 'voting',
    mode: 'paced',
    batching: 'tick',
    measured: { paceUs: 3000 },
  });
  for (const side of [document.original, document.optimized]) {
    const { predicted, measured, history } = side;
    expect(history).toMatchObject({ lost: 0, duplicated: 0, verdict: 'linearizable' });
    expect(history.commands).toBeGreaterThan(30);
    expect(measured.nodes).toHaveLength(side.machines);
    // A wide margin: the machine of a test is busy, and the window short.
    expect(measured.throughput / predicted.throughput).toBeGreaterThan(0.5);
    expect(measured.throughput / predicted.throughput).toBeLessThan(1.5);
    expect(measured.latencyMs.p99).toBeGreaterThanOrEqual(measured.latencyMs.p50);
  }
  expect(document.ratio.throughput).toBeGreaterThan(0);
  const path = (name: string): string => join(folder, name);
  const prediction = JSON.parse(readFileSync(path('out/paced-prediction.json'), 'utf8'));
  expect(prediction.original).toEqual(document.original.predicted);
  expect(JSON.parse(readFileSync(path('out/bench.json'), 'utf8'))).toEqual(document);
  expect(readFileSync(path('windows.csv'), 'utf8').trim().split('\n')).toHaveLength(3);
  const lines = readFileSync(path('out/paced-original.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'invoke', f: 'req', process: 0 });
  expect(existsSync(path('out/paced-original/data'))).toBe(false);
}, 180_000);

test('Ctrl-C stops everything, and the status says so', async () => {
  freshFolder();
  const argv = [
    'bench',
    'voting.ir',
    '--set',
    'participants=1',
    '--mode',
    'wall',
    '--folder',
    'out',
  ];
  const interrupt = { after: 'start optimized', signal: 'SIGINT' } as const;
  const { status, out } = await runProcess([...argv, '--json'], { interrupt });
  expect(status).toBe(130);
  expect(JSON.parse(out)).toMatchObject({
    schema: 'compart/error@1',
    message: 'interrupted before anything was measured',
  });
}, 180_000);
