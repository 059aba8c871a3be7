/** Tables of the benchmarks, as Markdown: line by line, since a row may take minutes. */

export function headerLines(columns: readonly string[]): string {
  return `${tableLine(columns)}\n|${columns.map(() => '---|').join('')}`;
}

export function tableLine(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
