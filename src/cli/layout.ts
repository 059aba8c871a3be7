/** Text laid out for a width: tables without borders, and paragraphs. */

import Table from 'cli-table3';
import stringWidth from 'string-width';

export type Align = 'left' | 'right';

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};

/** Blanks between two columns, where there is room. */
const widestGap = 3;

/** One string a line, without spaces at the end. */
export function table(
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
  gap: number = widestGap,
): readonly string[] {
  if (rows.length === 0) return [];
  const made = new Table({
    chars: { ...bare, middle: ' '.repeat(gap) },
    style: { 'padding-left': 0, 'padding-right': 0, compact: true, head: [], border: [] },
    colAligns: [...align],
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** A table that fits a width, if need be without its last columns; at least `least` of them are kept. */
export function fitted(
  rows: readonly (readonly string[])[],
  columns: number,
  { align = [], least = 1 }: { readonly align?: readonly Align[]; readonly least?: number } = {},
): { readonly lines: readonly string[]; readonly shown: number } {
  const most = Math.max(0, ...rows.map((row) => row.length));
  for (let shown = most; ; shown--) {
    const kept = rows.map((row) => row.slice(0, shown));
    const fits = (lines: readonly string[]): boolean =>
      lines.every((line) => stringWidth(line) <= columns);
    const lines = table(kept, align.slice(0, shown));
    if (fits(lines)) return { lines, shown };
    if (shown > least) continue;
    const closer = table(kept, align.slice(0, shown), 2);
    return { lines: fits(closer) ? closer : table(kept, align.slice(0, shown), 1), shown };
  }
}

/**
 * A table, or where it is wider than the width: as many columns as fit, and the other cells of each row as words
 * below them, with the head of their column. Nothing is left out.
 */
export function folded(
  rows: readonly (readonly string[])[],
  columns: number,
  head: readonly string[] = [],
): readonly string[] {
  const titled = head.length === 0 ? rows : [head, ...rows];
  const { lines, shown } = fitted(titled, columns);
  const most = Math.max(0, ...titled.map((row) => row.length));
  if (shown === most) return lines;
  const [first, ...rest] = head.length === 0 ? ['', ...lines] : lines;
  return [
    ...(head.length === 0 ? [] : [first ?? '']),
    ...rows.flatMap((row, at) => {
      const cells = row
        .slice(shown)
        .map((cell, index) => `${head[shown + index] ?? ''} ${cell}`.trim());
      const below = cells.filter((_, index) => row[shown + index] !== '').join(', ');
      return [rest[at] ?? '', ...wrapped(below, columns - 4).map((line) => `    ${line}`)];
    }),
  ];
}

/** Words filled to a width; lines after the first are indented by `hanging` columns. */
export function wrapped(text: string, columns: number, hanging: number = 0): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const room = columns - (lines.length === 0 ? 0 : hanging);
    if (line === '') line = word;
    else if (stringWidth(line) + 1 + stringWidth(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  const all = [...lines, line];
  return all.map((each, at) => (at === 0 ? each : ' '.repeat(hanging) + each));
}

/** A label in a column of its own, and a text wrapped beside it. */
export function labelled(
  label: string,
  text: string,
  columns: number,
  width: number = 10,
): readonly string[] {
  const [first = '', ...rest] = wrapped(text, columns - width);
  return [label.padEnd(width) + first, ...rest.map((line) => ' '.repeat(width) + line)];
}

/** Cut at a width, with a mark where something is missing. */
export function clipped(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  return `${text.slice(0, Math.max(1, columns - 1))}…`;
}
