/**
 * Programs and plans with random damage: every command ends with a status of the contract, names what is wrong by a
 * code and, in a program, by a place, and never shows its own stack or a value that isn't one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { shippedNames, shippedSource } from '../support/protocols.ts';
import { freshFolder, type Ran, run } from './support.ts';

const seed = 20261123;
const ourFault = /internal error|undefined|\[object |\bNaN\b|^\s+at .*:\d+:\d+\)?$/m;

function isAnswered({ status, err }: Ran): void {
  expect([0, 1, 2, 3]).toContain(status);
  expect(err).not.toMatch(ourFault);
  if (status === 2) expect(err).toMatch(/^error\[[A-Z]{2}\d{4}\]: /m);
}

beforeAll(async () => {
  freshFolder();
  await run('voting.ir', '--no-save', '--out', 'whole.json');
}, 60_000);

const words = /\s+|\w+|"[^"]*"|:[-+~]|[^\s\w]/g;
const texts = shippedNames().map((name) => shippedSource(name).text.match(words) ?? []);
const odd = ['0', '-1', '99999999999999999999', '""', '\0', '(', '!', '//', 'until', ':+', '_'];

const damagedProgram = fc
  .record({
    program: fc.constantFrom(...texts),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        length: fc.nat({ max: 8 }),
        word: fc.oneof(fc.constantFrom(...odd), fc.constantFrom(...texts.flat())),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ program, edits }) => {
    const left = [...program];
    for (const { at, length, word } of edits) {
      left.splice(Math.floor(at * left.length), length, word);
    }
    return left.join('');
  });

test('a damaged program is checked, formatted, run and optimized, or it is said why not', async () => {
  await fc.assert(
    fc.asyncProperty(damagedProgram, async (text) => {
      writeFileSync('program.ir', text);
      const checked = await run('check', 'program.ir', '--json');
      isAnswered(checked);
      const { files } = JSON.parse(checked.out);
      for (const each of files[0].diagnostics) expect(each).toHaveProperty('range');
      isAnswered(await run('fmt', '--check', 'program.ir'));
      if (checked.status !== 0) return;
      isAnswered(await run('sim', 'program.ir', '--commands', '4'));
      isAnswered(await run('optimize', 'program.ir', '--no-save', '--limit-iterations', '1'));
    }),
    { seed, numRuns: 50 },
  );
}, 120_000);

/** Places in a document, by the keys that lead there; of lists, the first items. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value).slice(0, Array.isArray(value) ? 2 : undefined);
  return [path, ...entries.flatMap(([key, each]) => placesIn(each, [...path, key]))];
}

/** The same document with another value at the place, or with nothing there. */
function withValue(document: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof document !== 'object' || document === null) return document;
  const entries = Object.entries(document).flatMap(([name, each]) => {
    if (name !== key) return [[name, each] as const];
    if (rest.length === 0 && value === undefined) return [];
    return [[name, withValue(each, rest, value)] as const];
  });
  return Array.isArray(document) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

test('a damaged plan is refused or read, and never half understood', async () => {
  const plan: unknown = JSON.parse(readFileSync('whole.json', 'utf8'));
  const values = [undefined, null, -1, 1.5, 1e308, '', 'x', true, [], {}, [null], 'sha256:0'];
  const damage = fc.record({
    place: fc.constantFrom(...placesIn(plan)),
    value: fc.constantFrom(...values),
    command: fc.constantFrom(
      ['trace', 'plan.json'],
      ['trace', 'plan.json', '--declined'],
      ['trace', 'plan.json', '--json'],
      ['sim', 'plan.json', '--commands', '2'],
      ['emit', 'plan.json', '--target', 'mermaid'],
      ['emit', 'plan.json', '--target', 'ir'],
    ),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ place, value, command }) => {
      writeFileSync('plan.json', JSON.stringify(withValue(plan, place, value) ?? null));
      isAnswered(await run(...command));
    }),
    { seed, numRuns: 300 },
  );
}, 120_000);
