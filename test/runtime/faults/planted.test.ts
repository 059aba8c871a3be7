/** Planted bugs: each can still be planted, and some are, so that the tests are seen to fail. `bench/faults.ts` plants all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../support/source-facts.ts';
import { type Copy, copyOfProject, planted, verdictOn } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';

const timeout = 300_000;
let copy: Copy;

beforeAll(() => {
  copy = copyOfProject();
}, timeout);
afterAll(() => copy.remove());

test('every planted bug still fits the sources, and names a test that is there', () => {
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  expect(plantedBugs.length).toBeGreaterThanOrEqual(15);
  for (const bug of plantedBugs) {
    const text = readFileSync(join(root, bug.file), 'utf8');
    expect(planted(text, bug)).not.toBe(text);
  }
});

/** Of each kind one that a test without processes catches. */
const quick = [
  'answers leave before the flush',
  'the length of a frame is not bounded',
  'everything is sent again, whatever had arrived',
  'back-pressure is off',
];

describe.each(plantedBugs.filter(({ name }) => quick.includes(name)))('$name', (bug) => {
  test(
    `$testFile passes without it, and fails with it`,
    async () => {
      const without = await verdictOn(copy, bug, false);
      expect(without).toMatchObject({ kind: 'survived' });
      const found = await verdictOn(copy, bug, true);
      expect(found).toMatchObject({ kind: 'caught' });
      if (found.kind === 'caught') expect(found.by.join()).toContain(bug.test);
    },
    timeout,
  );
});
