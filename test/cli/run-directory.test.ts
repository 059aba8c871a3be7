/** Where runs are saved and how they are named again; where `--out` and `fmt` write. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { latestPlan } from '../../src/cli/run-directory.ts';
import { shippedSource } from '../support/protocols.ts';
import { freshFolder, run } from './support.ts';

let plan = '';
beforeAll(async () => {
  plan = (await run('voting.ir', '--json', '--no-save', '--limit-iterations', '1')).out;
}, 60_000);

beforeEach(() => {
  freshFolder();
});

const runs = '.compart/runs';

function savedAt(name: string, seconds: number, file = 'plan.json'): string {
  const path = join(runs, name, file);
  mkdirSync(join(runs, name), { recursive: true });
  writeFileSync(path, plan);
  utimesSync(path, seconds, seconds);
  return path;
}

test('`latest` is the newest whole run; of one second, the one that was written last', () => {
  savedAt('20260101T000000Z-ffffff', 900);
  const second = savedAt('20260102T000000Z-bbbbbb', 200);
  savedAt('20260102T000000Z-cccccc', 100);
  savedAt('20260109T000000Z-dddddd', 800, 'trace.jsonl');
  savedAt('.20260110T000000Z-eeeeee.77', 800);
  savedAt('notes', 800);
  writeFileSync(join(runs, '20260111T000000Z-file'), 'no folder');
  expect(latestPlan()).toBe(second);
});

test('a plan is named by its file, its folder or `latest`', async () => {
  savedAt('20260101T000000Z-ffffff', 900);
  const names = ['latest', runs, join(runs, 'latest'), join(runs, '20260101T000000Z-ffffff')];
  const emitted = await Promise.all(names.map((name) => run('emit', name, '--target', 'json')));
  expect(emitted.map((each) => each.status)).toEqual([0, 2, 0, 0]);
  expect(emitted[0]?.out).toBe(plan);
});

test('without a saved run, `latest` says so', async () => {
  const { status, err } = await run('verify', 'latest');
  expect(status).toBe(2);
  expect(err).toContain('no run is saved under .compart/runs in the working directory');
});

test('runs at the same time are each saved whole, under names of their own', async () => {
  const all = await Promise.all(
    [1, 2, 3].map(() => run('voting.ir', '--machines', '4', '--limit-iterations', '1')),
  );
  expect(all.map((each) => each.status)).toEqual([0, 0, 0]);
  const names = readdirSync(runs);
  expect(names).toHaveLength(3);
  expect(names.every((name) => statSync(join(runs, name, 'run.json')).isFile())).toBe(true);
}, 60_000);

test('a link stays a link, and a file keeps its mode', async () => {
  const text = shippedSource('voting').text;
  writeFileSync('real.ir', text.replaceAll('\n\n', '\n\n\n'));
  chmodSync('real.ir', 0o640);
  symlinkSync('real.ir', 'link.ir');
  expect((await run('fmt', 'link.ir')).status).toBe(0);
  expect(lstatSync('link.ir').isSymbolicLink()).toBe(true);
  expect(readFileSync('real.ir', 'utf8')).toBe(text);
  expect(statSync('real.ir').mode & 0o777).toBe(0o640);
});

test('what is no file is written to, not replaced', async () => {
  execFileSync('mkfifo', ['pipe']);
  const reader = spawn('cat', ['pipe']);
  let read = '';
  reader.stdout.on('data', (data) => {
    read += data;
  });
  const argv = ['voting.ir', '--no-save', '--limit-iterations', '1', '--out', 'pipe'];
  expect((await run(...argv)).status).toBe(0);
  await new Promise((resolve) => reader.on('close', resolve));
  expect(JSON.parse(read).schema).toBe('compart/plan@1');
  expect(lstatSync('pipe').isFIFO()).toBe(true);
}, 60_000);
