/**
 * Draws places of a text: the source lines with a gutter of line numbers, and under each line a
 * row of markers for each place on it. Columns are display columns: tabs are expanded, wide
 * characters count two, and characters that would move the cursor are replaced by visible ones.
 */
import stringWidth from 'string-width';
import { defined } from './assert.ts';
import { defaultLimits } from './limits.ts';
import { by, compareNumbers, inOrder, sorted } from './order.ts';
import { type LineIndex, lineSpan, positionAt, type Span, shownSpan } from './source.ts';

export type Mark = {
  readonly span: Span;
  readonly message: string;
  readonly rank: 'primary' | 'secondary';
};

/** Colours of the parts; each function gets a text without line ends. */
export type Palette = {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly note: (text: string) => string;
  /** Line numbers, bars, arrows and secondary markers. */
  readonly frame: (text: string) => string;
  readonly strong: (text: string) => string;
};

export type SnippetStyle = {
  /** Digits that the gutter leaves for line numbers. */
  readonly gutter: number;
  readonly frame: (text: string) => string;
  readonly primary: (text: string) => string;
};

/** The lines of the snippet, from the first source line to the last row of markers. */
export function drawSnippet(
  index: LineIndex,
  marks: readonly Mark[],
  style: SnippetStyle,
): readonly string[] {
  const rows: string[] = [];
  let previous: number | undefined;
  for (const excerpt of excerptsOf(index, marks)) {
    rows.push(...rowsBetween(index, previous, excerpt.line, style));
    rows.push(sourceRow(excerpt.text, excerpt.line, style));
    for (const mark of excerpt.marks) rows.push(markerRow(excerpt.text, mark, style));
    previous = excerpt.line;
  }
  return rows;
}

/** The largest line number that `drawSnippet` would print for these places. */
export function lastLineShown(index: LineIndex, spans: readonly Span[]): number {
  return Math.max(1, ...spans.map((at) => positionAt(index, shownSpan(index, at).start).line));
}

/** The row of a gutter without a number. */
export function emptyGutter(style: SnippetStyle): string {
  return style.frame(`${' '.repeat(style.gutter)} |`);
}

/** Replaces, unit for unit, what a terminal would obey instead of showing; tabs stay. */
export function visible(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** Control characters but tab, lone surrogates, line separators and changes of text direction. */
const unprintable = /(?!\t)[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu;

/** A mark on one line, in offsets of the excerpt's text; `end` is past `start` unless empty. */
type LineMark = Mark & { readonly start: number; readonly end: number };

/** One source line, or a part of a long one, with the marks drawn under it. */
type Excerpt = {
  readonly line: number;
  readonly text: string;
  readonly marks: readonly LineMark[];
};

function excerptsOf(index: LineIndex, marks: readonly Mark[]): readonly Excerpt[] {
  const byLine = new Map<number, LineMark[]>();
  const placed = marks.map((mark) => placeMark(index, mark));
  for (const { line, mark } of sorted(
    placed,
    inOrder(
      by((p) => p.line),
      byPlace,
    ),
  )) {
    const group = byLine.get(line);
    if (group === undefined) byLine.set(line, [mark]);
    else group.push(mark);
  }
  return [...byLine].flatMap(([line, group]) => excerptsOfLine(index, line, group));
}

type PlacedMark = { readonly line: number; readonly mark: LineMark };

function byPlace(a: PlacedMark, b: PlacedMark): number {
  return compareNumbers(a.mark.start, b.mark.start) || compareNumbers(a.mark.end, b.mark.end);
}

/** A span over several lines is marked on its first one, and says where it ends. */
function placeMark(index: LineIndex, mark: Mark): PlacedMark {
  const shown = shownSpan(index, mark.span);
  const { line } = positionAt(index, shown.start);
  const whole = lineSpan(index, line);
  const start = Math.min(shown.start, whole.end) - whole.start;
  const end = Math.min(shown.end, whole.end) - whole.start;
  const lastLine = positionAt(index, Math.max(shown.start, shown.end - 1)).line;
  const message =
    lastLine > line ? `${mark.message} (up to line ${lastLine})`.trim() : mark.message;
  return { line, mark: { ...mark, message: visible(message), start, end: Math.max(start, end) } };
}

/** A line that fits carries all its marks; a longer one is cut around each mark in turn. */
function excerptsOfLine(
  index: LineIndex,
  line: number,
  marks: readonly LineMark[],
): readonly Excerpt[] {
  const at = lineSpan(index, line);
  const text = index.text.slice(at.start, at.end);
  if (text.length <= defaultLimits.snippetColumnsMax) return [{ line, text: visible(text), marks }];
  return marks.map((mark) => cutAround(text, line, mark));
}

const cut = '\u2026';

function cutAround(text: string, line: number, mark: LineMark): Excerpt {
  const columns = defaultLimits.snippetColumnsMax;
  const last = Math.max(0, text.length - columns);
  const from = Math.max(0, Math.min(mark.start - Math.floor(columns / 4), last));
  const to = Math.min(text.length, from + columns);
  const before = from > 0 ? cut : '';
  const after = to < text.length ? cut : '';
  const shift = before.length - from;
  const moved = { ...mark, start: mark.start + shift, end: Math.min(mark.end, to) + shift };
  return { line, text: before + visible(text.slice(from, to)) + after, marks: [moved] };
}

/** Nothing between neighbours, the line itself for a gap of one, else an ellipsis. */
function rowsBetween(
  index: LineIndex,
  previous: number | undefined,
  next: number,
  style: SnippetStyle,
): readonly string[] {
  if (previous === undefined || next - previous <= 1) return [];
  if (next - previous > 2) return [style.frame('...')];
  const at = lineSpan(index, previous + 1);
  const text = index.text.slice(at.start, at.end);
  if (text.length > defaultLimits.snippetColumnsMax) return [style.frame('...')];
  return [sourceRow(visible(text), previous + 1, style)];
}

function sourceRow(text: string, line: number, style: SnippetStyle): string {
  const number = style.frame(`${String(line).padStart(style.gutter)} |`);
  return `${number} ${expandTabs(text)}`.trimEnd();
}

function markerRow(text: string, mark: LineMark, style: SnippetStyle): string {
  const left = displayWidth(text.slice(0, mark.start));
  const width = Math.max(1, displayWidth(text.slice(0, mark.end)) - left);
  const paint = mark.rank === 'primary' ? style.primary : style.frame;
  const markers = (mark.rank === 'primary' ? '^' : '-').repeat(width);
  const words = mark.message === '' ? markers : `${markers} ${mark.message}`;
  return `${emptyGutter(style)} ${' '.repeat(left)}${paint(words)}`;
}

const tabColumns = 4;

function displayWidth(text: string): number {
  return stringWidth(expandTabs(text));
}

function expandTabs(text: string): string {
  const [first, ...rest] = text.split('\t');
  let expanded = defined(first, 'a split string has a first part');
  for (const part of rest) {
    expanded += ' '.repeat(tabColumns - (stringWidth(expanded) % tabColumns)) + part;
  }
  return expanded;
}
