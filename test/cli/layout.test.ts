/** Text in narrow terminals: nothing is left out, and nothing is wider than it may be. */
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { filled } from '../../src/cli/help-layout.ts';
import { fitted, folded } from '../../src/cli/layout.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { styleOf } from '../../src/cli/terminal.ts';

const rows = [
  ['req', 'client -> leader', 'may be lost', 'key (c, id)'],
  ['vote', 'helper -> leader', 'arrives', ''],
];

test('a table that is too wide goes on below its rows', () => {
  expect(folded(rows, 60)).toEqual([
    'req    client -> leader   may be lost   key (c, id)',
    'vote   helper -> leader   arrives',
  ]);
  expect(folded(rows, 30)).toEqual([
    'req    client -> leader',
    '    may be lost, key (c, id)',
    'vote   helper -> leader',
    '    arrives',
  ]);
});

test('what goes on below says what it is', () => {
  expect(folded(rows, 28, ['name', 'way', 'loss', 'key'])).toEqual([
    'name   way',
    'req    client -> leader',
    '    loss may be lost, key',
    '    key (c, id)',
    'vote   helper -> leader',
    '    loss arrives',
  ]);
});

test('columns that have to be kept move together before they are too wide', () => {
  const [line = ''] = fitted(rows, 35, { least: 3 }).lines;
  expect(line).toBe('req   client -> leader  may be lost');
});

test('paragraphs are filled, examples stay as they are', () => {
  expect(filled('one two three\nfour\n\n  an example that is long', 9)).toBe(
    'one two\nthree\nfour\n\n  an example that is long',
  );
});

test.each([40, 80])('help fits %i columns, but for usage and examples', async (columns) => {
  const lines: string[] = [];
  const stream = {
    write: (text: string) => lines.push(...text.split('\n')),
    style: styleOf(false),
    columns,
    isTerminal: true,
    unicode: true,
  };
  for (const command of ['optimize', 'bench', 'run', 'sim', 'trace', 'prove', 'verify']) {
    await runCli([command, '--help'], { out: stream, err: stream, clock: () => 0 });
  }
  const text = lines.filter((line) => !/^(Usage: | {2}compart )/.test(line));
  expect(text.length).toBeGreaterThan(100);
  expect(text.filter((line) => stringWidth(line) > columns)).toEqual([]);
});
