/**
 * Program texts and places in them. Offsets count UTF-16 code units, as `string` does; lines and
 * columns are 1-based and columns count code points, as editors show them.
 */

/** A text and the name it is reported under (a path as the user gave it, or `<stdin>`). */
export type Source = { readonly name: string; readonly text: string };

/** A half-open range of offsets; `start === end` is a place between two characters. */
export type Span = { readonly start: number; readonly end: number };

export type Position = { readonly line: number; readonly column: number };

export function span(start: number, end: number): Span {
  return { start, end };
}

/** The smallest span that covers both. */
export function cover(first: Span, second: Span): Span {
  return { start: Math.min(first.start, second.start), end: Math.max(first.end, second.end) };
}

export function textAt(source: Source, at: Span): string {
  return source.text.slice(at.start, at.end);
}

/** Offset of the first character of each line. Lines end at `\n`, `\r\n` or a lone `\r`. */
export type LineIndex = { readonly text: string; readonly starts: readonly number[] };

export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (
      code === lineFeed ||
      (code === carriageReturn && text.charCodeAt(offset + 1) !== lineFeed)
    ) {
      starts.push(offset + 1);
    }
  }
  return { text, starts };
}

/** The line and column of an offset; offsets outside the text are clamped to it. */
export function positionAt(index: LineIndex, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, index.text.length));
  const line = lineAt(index.starts, clamped);
  const start = index.starts[line - 1] ?? 0;
  return { line, column: codePoints(index.text, start, clamped) + 1 };
}

/** The span of a 1-based line without its line end. */
export function lineSpan(index: LineIndex, line: number): Span {
  const start = index.starts[line - 1] ?? index.text.length;
  let end = index.starts[line] ?? index.text.length;
  while (end > start && isLineEnd(index.text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/**
 * Where a span is shown: clamped to the text, and moved from the empty line after the last line
 * end to the end of the text before it, since "expected `;`" is read best right after what is there.
 */
export function shownSpan(index: LineIndex, at: Span): Span {
  const length = index.text.length;
  const start = Math.max(0, Math.min(at.start, length));
  if (start < length) return { start, end: Math.max(start, Math.min(at.end, length)) };
  let last = length;
  while (last > 0 && isBlank(index.text.charCodeAt(last - 1))) last--;
  return { start: last, end: last };
}

const lineFeed = 10;
const carriageReturn = 13;

function isLineEnd(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || isLineEnd(code);
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    const continues = code >= 0xdc00 && code <= 0xdfff && offset > start;
    if (!continues) count++;
  }
  return count;
}
