import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cover,
  lineIndex,
  lineSpan,
  positionAt,
  shownSpan,
  span,
  textAt,
} from '../../src/base/source.ts';

test('lines end at \\n, \\r\\n or \\r', () => {
  const index = lineIndex('a\nbb\r\nc\rd\n');
  expect(index.starts).toEqual([0, 2, 6, 8, 10]);
  const lines = index.starts.map((_, line) =>
    textAt({ name: '', text: index.text }, lineSpan(index, line + 1)),
  );
  expect(lines).toEqual(['a', 'bb', 'c', 'd', '']);
});

test('columns count code points', () => {
  const index = lineIndex('x\n🗳a提b');
  expect(positionAt(index, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(index, 4)).toEqual({ line: 2, column: 2 });
  expect(positionAt(index, 6)).toEqual({ line: 2, column: 4 });
  expect(positionAt(index, 99)).toEqual({ line: 2, column: 5 });
  expect(positionAt(index, -1)).toEqual({ line: 1, column: 1 });
});

test('a place past the last text is shown right after that text', () => {
  const index = lineIndex('a;\n b \n');
  expect(shownSpan(index, span(7, 7))).toEqual(span(5, 5));
  expect(shownSpan(index, span(4, 99))).toEqual(span(4, 7));
  expect(shownSpan(index, span(1, 2))).toEqual(span(1, 2));
  expect(cover(span(3, 4), span(1, 2))).toEqual(span(1, 4));
});

test('line and column lead back to the offset', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\t', '提') });
  fc.assert(
    fc.property(texts, fc.nat(), (text, seed) => {
      const offset = text.length === 0 ? 0 : seed % text.length;
      const index = lineIndex(text);
      const { line, column } = positionAt(index, offset);
      expect((index.starts[line - 1] ?? 0) + column - 1).toBe(offset);
    }),
    { seed: 1, numRuns: 300 },
  );
});
