/** The README's example of the library is a program that runs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { root } from '../support/source-facts.ts';

test('the example of the library', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, example] = /^## As a library$[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  expect(example).toContain("from 'compart'");
  const library = pathToFileURL(join(root, 'src/index.ts')).href;
  const file = join(mkdtempSync(join(tmpdir(), 'compart-')), 'example.mts');
  writeFileSync(file, `${example}`.replace("'compart'", `'${library}'`));
  const loader = join(root, 'node_modules/tsx/dist/loader.mjs');
  const out = execFileSync(process.execPath, ['--import', loader, file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(out).toContain("[ 'client', 'leader', 'participant' ]");
  expect(out).toMatch(/'relay on leader'/);
  expect(out).toMatch(/^true: 4 to \d machines$/m);
  expect(out).toMatch(/^no-violation-found$/m);
}, 60_000);
