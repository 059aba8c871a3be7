/** `check-history`: the verdict, the exit status, and what a bad line says. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freshFolder, run } from './support.ts';

function recorded(...events: readonly (readonly [string, string, string, unknown])[]): string {
  return events
    .map(([process, type, operation, value]) =>
      JSON.stringify({ process, type, operation, key: 'x', value }),
    )
    .join('\n');
}

const written = [
  ['a', 'invoke', 'write', 1],
  ['a', 'ok', 'write', 1],
  ['b', 'invoke', 'cas', [1, 2]],
  ['b', 'ok', 'cas', [1, 2]],
  ['c', 'invoke', 'read', null],
] as const;

test('a history with an order is linearizable, one without is violated and says where', async () => {
  freshFolder();
  writeFileSync('good.jsonl', recorded(...written, ['c', 'ok', 'read', 2]));
  const good = await run('check-history', 'good.jsonl');
  expect(good).toEqual({
    status: 0,
    out: 'good.jsonl: linearizable: 3 operations on 1 key\n',
    err: '',
  });
  writeFileSync('bad.jsonl', recorded(...written, ['c', 'ok', 'read', 1]));
  const bad = await run('check-history', 'bad.jsonl');
  expect(bad.status).toBe(1);
  expect(bad.out).toContain('process b sets 1 to 2 (lines 3, 4)');
  expect(bad.out).toContain('after it this fits nowhere\n    process c reads 1 (lines 5, 6)');
  const json = await run('check-history', 'bad.jsonl', '--json');
  expect(JSON.parse(json.out)).toMatchObject({
    schema: 'compart/history-verdict@1',
    verdict: 'violated',
    operations: 3,
    stuck: { process: 'c', line: 5, answerLine: 6 },
  });
});

test('too little work is unknown, and a bad line is named', async () => {
  freshFolder();
  writeFileSync('good.jsonl', recorded(...written, ['c', 'ok', 'read', 2]));
  expect((await run('check-history', 'good.jsonl', '--work', '1')).status).toBe(3);
  writeFileSync('torn.jsonl', `${recorded(...written)}\n{"process":`);
  const torn = await run('check-history', 'torn.jsonl', '--json');
  expect(torn.status).toBe(2);
  expect(torn.err).toContain('line 6: not a JSON object');
  expect((await run('check-history', 'none.jsonl')).status).toBe(2);
});
