/** Reading what a solver prints: symbols, numbers, strings and lists. */

export type SExpression = string | readonly SExpression[];

/** All expressions of a text, or null when its parentheses or quotes don't match. */
export function parseSExpressions(text: string): readonly SExpression[] | null {
  const open: SExpression[][] = [[]];
  for (const [token] of text.matchAll(/\(|\)|\|[^|]*\||"(?:[^"]|"")*"|[^\s()|"]+|[|"]/g)) {
    if (token === '|' || token === '"') return null;
    if (token === '(') open.push([]);
    else if (token === ')') {
      const closed = open.pop();
      const outer = open.at(-1);
      if (closed === undefined || outer === undefined) return null;
      outer.push(closed);
    } else open.at(-1)?.push(unquote(token));
  }
  return open.length === 1 ? (open[0] ?? null) : null;
}

function unquote(token: string): string {
  if (token.startsWith('|')) return token.slice(1, -1);
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token;
}
