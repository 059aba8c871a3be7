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
  middle: '   ',
};

/** One string a line, without spaces at the end. */
export function table(
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): readonly string[] {
  if (rows.length === 0) return [];
  const made = new Table({
    chars: bare,
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
    const lines = table(
      rows.map((row) => row.slice(0, shown)),
      align.slice(0, shown),
    );
    if (shown <= least || lines.every((line) => stringWidth(line) <= columns))
      return { lines, shown };
  }
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
