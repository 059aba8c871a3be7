/** Lines of program text: what is too long for one line is broken between its pieces. */

export const lineWidth = 100;

/** Continuation lines stand this much deeper than the first one. */
const continuation = 2;

/** Pieces of one declaration or clause, none of which may be broken; a blank goes between two. */
export type Pieces = readonly string[];

/** As few lines as the width allows, filled from the left; a piece that is too long has its own line. */
export function fill(pieces: Pieces, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const depth = lines.length === 0 ? indent : indent + continuation;
    if (line === '') line = piece;
    else if (depth + line.length + 1 + piece.length <= lineWidth) line += ` ${piece}`;
    else {
      lines.push(' '.repeat(depth) + line);
      line = piece;
    }
  }
  if (line === '') return lines;
  lines.push(' '.repeat(lines.length === 0 ? indent : indent + continuation) + line);
  return lines;
}

/** `before(a, b)after`, to be broken after commas. */
export function enclosed(before: string, items: Pieces, after: string): Pieces {
  if (items.length === 0) return [before + after];
  return items.map((item, index) => {
    const start = index === 0 ? before : '';
    return start + item + (index === items.length - 1 ? after : ',');
  });
}

/** The parts as one list, each but the last followed by a comma. */
export function separated(parts: readonly Pieces[]): Pieces {
  return parts.flatMap((part, index) => {
    const isLast = index === parts.length - 1;
    return part.map((piece, at) => (at === part.length - 1 && !isLast ? `${piece},` : piece));
  });
}

/** One piece where that is not too long; the parts otherwise. */
export function whole(pieces: Pieces, width: number = lineWidth - 10): Pieces {
  const text = pieces.join(' ');
  return text.length <= width ? [text] : pieces;
}

/** The last piece with something behind it, without a blank. */
export function followed(pieces: Pieces, suffix: string): Pieces {
  return pieces.map((piece, index) => (index === pieces.length - 1 ? piece + suffix : piece));
}
