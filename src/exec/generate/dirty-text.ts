/**
 * Which tables a tick has touched, as bits of a few words: statements about tables that it hasn't are skipped a handful at a time.
 * A table's bit is set when a record of it is touched, so what a statement asks (changes `E_`, touched records `L_`, events `N_`)
 * can only be true where the bit is.
 */
import type { Table } from './table.ts';
import { block, type Lines, range } from './text.ts';

const handful = 6;

/** Declares the words; `D` is this tick, `A` what the next one begins with. */
export function dirtyWords(tables: readonly Table[]): Lines {
  const count = wordCount(tables);
  return [
    `let ${range(count)
      .flatMap((word) => [`D${word} = -1`, `A${word} = 0`])
      .join(', ')};`,
    ...block('function turn()', [
      ...range(count).map((word) => `D${word} = FIRST ? -1 : A${word}; A${word} = 0;`),
    ]),
  ];
}

export function wordCount(tables: readonly Table[]): number {
  return Math.max(...tables.map((table) => table.word)) + 1;
}

/** The statements behind tests of the bits of all tables that they name. */
export function behindBits(run: Lines, tables: readonly Table[], also: Aliases): Lines {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const lines: string[] = [];
  let group: Lines[] = [];
  let bits = new Map<number, number>();
  const close = (): void => {
    if (group.length === 0) return;
    const tests = Array.from(bits, ([word, mask]) => `(D${word} & ${mask})`);
    lines.push(...block(`if ((${tests.join(' | ')}) !== 0)`, group.flat()));
    group = [];
    bits = new Map();
  };
  for (const statement of statementsOf(run)) {
    const named = tablesIn(statement, byId, also);
    const goesOn = clauseOf(statement) !== null && clauseOf(statement) === clauseOf(group.at(-1));
    if (named.length === 0 && goesOn) {
      // The groups of an aggregate change only in what comes before it, all of it in this handful.
      group.push(statement);
      continue;
    }
    if (named.length === 0 || isUnconditional(statement)) {
      close();
      lines.push(...statement);
      continue;
    }
    if (group.length >= handful && !goesOn) close();
    group.push(statement);
    for (const table of named) bits.set(table.word, (bits.get(table.word) ?? 0) | table.bit);
  }
  close();
  return lines;
}

/** Tables whose bit stands for another one's too: what holds may be the same while what it is merged from is not. */
export type Aliases = ReadonlyMap<Table, Table>;

/** The clause that a statement is about; null when it says none. */
function clauseOf(statement: Lines | undefined): string | null {
  return /\bAT = (\d+);/.exec(statement?.join(' ') ?? '')?.[1] ?? null;
}

/** Stands in statements that find something though the tick has touched nothing that they name. */
export const always = '/* always */';

function isUnconditional(statement: Lines): boolean {
  return statement[0]?.includes('REDO_') === true || statement[0]?.includes(always) === true;
}

function tablesIn(
  statement: Lines,
  byId: ReadonlyMap<string, Table>,
  also: Aliases,
): readonly Table[] {
  const names = statement.flatMap((line) =>
    Array.from(line.matchAll(/\b(?:E|N|L|FR)_(\w+)\b/g), ([, id]) => byId.get(id ?? '')),
  );
  const tables = names.filter((table) => table !== undefined);
  return [...new Set(tables.flatMap((table) => [table, also.get(table) ?? table]))];
}

/** Lines that begin at the margin, each with what is indented below it. */
function statementsOf(run: Lines): readonly Lines[] {
  const statements: string[][] = [];
  for (const line of run) {
    const last = statements.at(-1);
    if (last !== undefined && /^(\s|\})/.test(line)) last.push(line);
    else statements.push([line]);
  }
  return statements;
}
