/**
 * Pieces of generated JavaScript. Nothing that a program says gets into the text as it is: names become
 * identifiers of letters, digits and `_`, constants are JSON, and everything else stands in line comments.
 */
import type { Value } from '../value.ts';

/** Lines of code, each with its indentation. */
export type Lines = readonly string[];

export function indent(lines: Lines): Lines {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** `head {`, the body, `}`. */
export function block(head: string, body: Lines): Lines {
  return [`${head} {`, ...indent(body), '}'];
}

/** An identifier that says what it stands for; `number` keeps two of them apart. */
export function identifier(name: string, number: number): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 32);
  return `${plain}_${number}`;
}

/** A constant. JSON is JavaScript, but for two line separators that old parsers end a line at. */
export function literal(value: number | boolean | string): string {
  if (Object.is(value, -0)) return '0';
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, escapeUnit);
}

/** Line comments; what could end the line is escaped. */
export function comment(text: string): Lines {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line ends and other control characters are escaped
  const safe = (line: string): string => line.replace(/[\u0000-\u001f\u2028\u2029]/g, escapeUnit);
  return text.split('\n').map((line) => `// ${safe(line)}`);
}

/** `[a, b]` as the text of an array. */
export function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** The columns of a record as a fact. */
export function factOf(record: string, arity: number, from = 0): string {
  return list(Array.from({ length: arity - from }, (_, at) => `${record}.c${at + from}`));
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

export type Constant = Extract<Value, number | boolean | string>;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
