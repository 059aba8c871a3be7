import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/runtime/make-folder.ts';

const here = mkdtempSync(join(tmpdir(), 'compart-'));

test('a folder is made with what it lies in, and may be there already', () => {
  const folder = join(here, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
});

test('a file in the way is said', () => {
  const file = join(here, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow(/EEXIST/);
  expect(() => makeFolder(join(file, 'in-it'))).toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')('where nothing can be made, that is said', () => {
  expect(() => makeFolder('/proc/nothing/here')).toThrow(/ENOENT|EACCES|EPERM/);
});
