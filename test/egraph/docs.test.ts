import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { example } from './support/docs-example.ts';

const page = readFileSync(new URL('../../docs/egraph.md', import.meta.url), 'utf8');

function block(language: string): string {
  return page.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';
}

test('the example of the page is the one that runs here', () => {
  const file = readFileSync(new URL('./support/docs-example.ts', import.meta.url), 'utf8');
  const code = file.split('// example: begin\n')[1]?.split('\n// example: end')[0] ?? '';
  expect(block('ts')).toBe(code.replaceAll("'../../../src/", "'./src/"));
});

test('the example prints what the page says', () => {
  expect(example()).toEqual(block('text').split('\n'));
});

test('the page names files and exports that exist', () => {
  const rows = [...page.matchAll(/^\| [^|]+ \| (`[^|]+\.ts`[^|]*) \| ([^|]+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(8);
  for (const [, files = '', names = ''] of rows) {
    const text = [...files.matchAll(/`([^`]+)`/g)]
      .map(([, file]) => readFileSync(new URL(`../../src/egraph/${file}`, import.meta.url), 'utf8'))
      .join('');
    for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) expect(text).toContain(` ${name}`);
  }
});
