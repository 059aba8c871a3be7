/**
 * A run as text: a column for each client and process that takes part, time running down, an arrow where something
 * arrives, and what happened beside it.
 */

/** Something that happens at one place. */
export interface Happening {
  /** Where; a name of the diagram's columns. */
  readonly at: string;
  /** Where what arrives here comes from. */
  readonly from: readonly string[];
  readonly text: string;
}

const gap = 2;

export function drawSpaceTime(happenings: readonly Happening[]): readonly string[] {
  const names = columnsOf(happenings);
  const width = new Map(names.map((name) => [name, name.length + gap]));
  const centre = new Map<string, number>();
  let left = 0;
  for (const name of names) {
    centre.set(name, left + Math.floor(name.length / 2));
    left += width.get(name) ?? gap;
  }
  const lines = [
    names
      .map((name) => name.padEnd(width.get(name) ?? 0))
      .join('')
      .trimEnd(),
  ];
  for (const happening of happenings) {
    const row = Array.from({ length: left }, () => ' ');
    for (const at of centre.values()) row[at] = '|';
    const to = centre.get(happening.at) ?? 0;
    for (const source of happening.from) drawArrow(row, centre.get(source) ?? to, to);
    row[to] = '*';
    lines.push(`${row.join('')}  ${happening.text}`.trimEnd());
  }
  return lines;
}

/** Clients first, then places in order of their first appearance. */
function columnsOf(happenings: readonly Happening[]): readonly string[] {
  const names = new Set(happenings.flatMap((each) => [...each.from, each.at]));
  const isClient = (name: string): boolean => name.startsWith('client:');
  const all = [...names];
  return [...all.filter(isClient).sort(), ...all.filter((name) => !isClient(name))];
}

function drawArrow(row: string[], from: number, to: number): void {
  if (from === to) return;
  const step = from < to ? 1 : -1;
  row[from] = 'o';
  for (let at = from + step; at !== to; at += step) if (row[at] !== 'o') row[at] = '-';
  row[to - step] = step === 1 ? '>' : '<';
}
