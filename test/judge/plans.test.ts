/** Whole plans of shipped protocols, right and wrong, and a change of leaders. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge, pool } from './judge.ts';

const program = (name: string): string =>
  readFileSync(new URL(`../../protocols/${name}.ir`, import.meta.url), 'utf8');
const plan = (name: string): string =>
  readFileSync(new URL(`../data/judge/${name}.ir`, import.meta.url), 'utf8');

/** The text with one place changed, which must be there. */
function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

test('voting on 26 machines refines voting', { timeout: 60_000 }, () => {
  const { verdict, report } = judge(program('voting'), plan('voting-parted'), null, { retries: 0 });
  expect(verdict).toBe('refines');
  expect(report).toMatchObject({ complete: true, nodes: 11, commands: 2, openCompletions: 0 });
  // Two commands of different clients are two commands alone.
  expect(report.composed).toBeGreaterThan(0);
  expect(report.states).toBeGreaterThan(1_000);
  expect(report.histories).toBeGreaterThan(50);
});

test('votes that are collected by voter never make a majority', () => {
  const parted = plan('voting-parted');
  const wrong = changed(
    parted,
    'participant -> collector by (id)',
    'participant -> collector by (src)',
  );
  const { verdict } = judge(program('voting'), wrong, [pool('req(0, 1, x)')]);
  expect(verdict).toBe('stalls');
});

test('a participant that votes twice as another one answers too early', () => {
  const parted = plan('voting-parted');
  const wrong = changed(parted, 'n == participants', 'n >= 1');
  const stalled = changed(program('voting'), 'n == participants', 'n > participants');
  expect(judge(stalled, wrong, [pool('req(0, 1, x)')]).verdict).toBe('violated');
});

test('a store that is partitioned by key refines one server', () => {
  const { verdict, report } = judge(program('kvs'), plan('kvs-parted'), null);
  expect(verdict).toBe('refines');
  expect(report).toMatchObject({ complete: true, nodes: 2 });
});

test('a store that is partitioned by request loses what it acknowledged', () => {
  const wrong = changed(
    plan('kvs-parted'),
    'int, v: string): client -> server key (c, id) by (k)',
    'int, v: string): client -> server key (c, id) by (id)',
  );
  const { verdict, counterexample } = judge(program('kvs'), wrong, null);
  expect(verdict).toBe('violated');
  expect(counterexample?.history.join('\n')).toMatch(/stored\(\d\)\n.*get.*\n.*answer\(\d, ""\)/);
});

const put = { client: 0, channel: 'put', fact: [0, 1, 0, 'x1'] };

test('every run of Paxos with one command and one change of leaders', { timeout: 120_000 }, () => {
  const { verdict, report, counterexample } = judge(
    program('paxos'),
    program('paxos'),
    [{ commands: [{ ...put, member: 0 }], retries: 0 }],
    { crashes: 0, duplicates: 0, losses: 0, batchMax: 1, statesMax: 400_000 },
  );
  expect(counterexample).toBe(null);
  expect(report.complete).toBe(true);
  expect(report.states).toBeGreaterThan(10_000);
  expect(verdict).toBe('refines');
  // Timers go on for ever, so what has ended is seen by many rounds of them.
  expect(report).toMatchObject({ completions: 0, openCompletions: 0 });
  expect(report.quietCompletions).toBeGreaterThan(0);
});
