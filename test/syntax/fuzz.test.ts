/** Whatever the text, loading and formatting answer: a program or findings, never an exception. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printProgram } from '../../src/ir/print.ts';
import { format } from '../../src/syntax/format.ts';
import { loadProgram } from '../../src/syntax/load.ts';

const seed = 20251122;

const protocols = join(import.meta.dirname, '../../protocols');
const programs = readdirSync(protocols)
  .filter((file) => file.endsWith('.ir'))
  .map((file) => readFileSync(join(protocols, file), 'utf8'));

/** What may go wrong in a text: pieces of the language, and things that are none. */
const fragments = [
  ...[
    'role',
    'relation',
    'channel',
    'persist',
    'until',
    'invariant',
    'workload',
    'issue',
    'static',
  ],
  ...['if', 'then', 'else', 'me', '_', 'stable', 'after', 'since', 'default', 'over', 'key', 'fd'],
  ...['count<x>', 'max<x, y>', 'index<x>', 'set<int>', 'map<int, or>', 'lex<int, max<int>>'],
  ...[':-', ':+', ':~', '=>', '->', '@', '!', '(', ')', '{', '}', '[', ']', '<', '>', ',', '='],
  ...['0', '-1', '99999999999999999999', '"text"', '"open', '// comment\n', '\n\n', '#', ';', '.0'],
  ...['param f = f', 'type T', 'function g(x: int): int = x', 'timer t every 3', 'init r(1)'],
  ...['not', '&&', '||', '%', '/', 'x', 'f', 'leader', 'votes', '\u0000', 'é', '𝒳', '\r', '\t'],
];

/** Deletes, doubles, moves and inserts pieces of a program. */
const mutated = fc
  .record({
    program: fc.constantFrom(...programs),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat({ max: 40 }),
        insert: fc.oneof(fc.constantFrom(...fragments), fc.constant('')),
        keep: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ program, edits }) =>
    edits.reduce((text, { at, length, insert, keep }) => {
      const start = Math.floor(at * text.length);
      const removed = text.slice(start, start + length);
      return text.slice(0, start) + insert + (keep ? removed : '') + text.slice(start + length);
    }, program),
  );

/** Comments and line ends between any two words of a program, which never make it wrong. */
const commented = fc
  .record({
    program: fc.constantFrom(...programs),
    places: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
    text: fc.constantFrom(
      ' // why\n',
      '\n\n// alone\n\n',
      '\n',
      '\n\n\n',
      ' // end, of: all\n  // two\n',
    ),
  })
  .map(({ program, places, text }) => {
    const words = program.split(/(?<=[ ,({\n])(?=[A-Za-z_!(])/);
    const at = new Set(places.map((place) => Math.floor(place * words.length)));
    const isOutside = (index: number): boolean => {
      const before = words.slice(0, index).join('');
      return !before.slice(before.lastIndexOf('\n') + 1).includes('//');
    };
    return words.map((word, i) => (at.has(i) && isOutside(i) ? text + word : word)).join('');
  });

const soup = fc
  .array(fc.constantFrom(...fragments), { maxLength: 60 })
  .map((pieces) => pieces.join(' '));

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new TextDecoder().decode(array));

const texts = fc.oneof(mutated, soup, bytes, fc.string({ unit: 'binary', maxLength: 200 }));

function source(text: string): { readonly name: string; readonly text: string } {
  return { name: 'fuzz.ir', text };
}

test('any text gives a program or findings with places inside of it', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const loaded = loadProgram(source(text));
      if (loaded.kind === 'ok') return;
      expect(loaded.error.some((found) => found.severity === 'error')).toBe(true);
      for (const { span } of loaded.error) {
        if (span === undefined) continue;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(span.start).toBeLessThanOrEqual(span.end);
      }
    }),
    { seed, numRuns: 300 },
  );
});

test('formatting is idempotent, keeps every comment, and changes no meaning', () => {
  let formatted = 0;
  fc.assert(
    fc.property(fc.oneof(texts, { weight: 3, arbitrary: commented }), (text) => {
      const once = format(source(text));
      if (once.kind === 'err') return;
      formatted += 1;
      const twice = format(source(once.value));
      expect(twice).toEqual(once);
      expect(comments(once.value)).toEqual(comments(text));
      expect(codesOf(once.value)).toEqual(codesOf(text));
    }),
    { seed, numRuns: 300 },
  );
  expect(formatted).toBeGreaterThan(100);
});

test('a program that loads is printed, and loads as itself', () => {
  let printed = 0;
  fc.assert(
    fc.property(fc.oneof(mutated, commented), (text) => {
      const loaded = loadProgram(source(text));
      if (loaded.kind === 'err') return;
      printed += 1;
      const canonical = printProgram(loaded.value.program);
      const again = loadProgram(source(canonical));
      expect(again.kind === 'ok' && again.value.program).toEqual(loaded.value.program);
      expect(format(source(canonical))).toEqual({ kind: 'ok', value: canonical });
    }),
    { seed, numRuns: 200 },
  );
  expect(printed).toBeGreaterThan(50);
});

/** Sorted, since one that stood inside of a declaration moves before it. */
function comments(text: string): readonly string[] {
  const strings = /"(?:[^"\\\n\r]|\\[^\n\r])*"/g;
  const found = text.replace(strings, '""').match(/\/\/[^\n\r]*/g) ?? [];
  return found.map((comment) => comment.trimEnd()).sort();
}

function codesOf(text: string): readonly string[] {
  const loaded = loadProgram(source(text));
  const findings = loaded.kind === 'ok' ? loaded.value.warnings : loaded.error;
  return findings.map((found) => found.code).sort();
}
