/** What is said of a recorded history: right ones pass, each kind of wrong one is found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkHistory, readHistory } from '../../src/measure/history-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'compart-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const none = {
  issued: 0,
  answered: 0,
  retried: 0,
  timedOut: 0,
  unsent: 0,
  duplicated: 0,
  contradictory: 0,
  stray: 0,
};

/** `w1 v` writes, `r1 v` reads, by process 1; `.` ends the operation that began last. */
function historyOf(lines: readonly string[]): string {
  const file = join(folder, 'history.jsonl');
  const events = lines.flatMap((line) => {
    const [word = '', value = ''] = line.split(' ');
    const f = word.startsWith('w') ? 'write' : 'read';
    const event = {
      process: Number(word.slice(1, 2)),
      f,
      key: 'k',
      value: value === '' ? null : value,
    };
    if (word.endsWith('?')) return [{ ...event, type: 'invoke' }];
    if (word.endsWith('!')) return [{ ...event, type: 'ok' }];
    const asked = f === 'read' ? { ...event, value: null } : event;
    return [
      { ...asked, type: 'invoke' },
      { ...event, type: 'ok' },
    ];
  });
  writeFileSync(file, events.map((event) => `${JSON.stringify({ ...event, time: 1 })}\n`).join(''));
  return file;
}

test.each([
  ['reads of the last write', ['w1 a', 'r2 a', 'w1 b', 'r2 b'], 0, 'linearizable'],
  [
    'writes at the same time, in either order',
    ['w1? a', 'w2? b', 'w1! a', 'w2! b', 'r1 a'],
    0,
    'linearizable',
  ],
  ['a write that is gone', ['w1 a', 'w1 b', 'r2 a'], 1, 'violated'],
  ['a first write that is gone', ['w1 a', 'r2'], 1, 'violated'],
  ['a write that is done twice', ['w1 a', 'w2 b', 'r1 b', 'r1 a'], 1, 'violated'],
  ['a value from nowhere', ['w1 a', 'r2 z'], 0, 'violated'],
] as const)('%s', (_, lines, lost, verdict) => {
  const found = checkHistory(historyOf(lines), { ...none, issued: 4, answered: 4 }, true);
  expect(found).toMatchObject({ commands: 4, lost, verdict, duplicated: 0, object: 'key-value' });
  expect(found.problem === null).toBe(verdict === 'linearizable');
});

test.each([
  [
    { issued: 5, answered: 5 },
    { lost: 0, duplicated: 0, verdict: 'linearizable' },
  ],
  [
    { issued: 5, answered: 4 },
    { lost: 1, duplicated: 0, verdict: 'unknown' },
  ],
  [
    { issued: 5, answered: 5, duplicated: 2 },
    { lost: 0, duplicated: 2, verdict: 'violated' },
  ],
  [
    { issued: 5, answered: 5, contradictory: 1 },
    { lost: 0, duplicated: 1, verdict: 'violated' },
  ],
] as const)('commands that are each their own object: %j', (totals, expected) => {
  expect(checkHistory('', { ...none, ...totals }, false)).toMatchObject(expected);
});

test('a long history is read in pieces', () => {
  const file = join(folder, 'long.jsonl');
  const line = `${JSON.stringify({ process: 1, type: 'invoke', f: 'read', key: 'ä'.repeat(500), value: null, time: 1 })}\n`;
  writeFileSync(file, line.repeat(9000));
  const events = readHistory(file);
  expect(events).toHaveLength(9000);
  expect(new Set(typeof events === 'string' ? [] : events.map(({ key }) => key)).size).toBe(1);
});
