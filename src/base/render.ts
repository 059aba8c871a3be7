/**
 * Diagnostics as text for people: a header, the place, a snippet with all its labels, then notes
 * and help. `renderShort` is the one-line form for editors, `diagnostic-json.ts` the form for tools.
 */
import { type Diagnostic, inSourceOrder, type Note, type Severity } from './diagnostic.ts';
import { defaultLimits } from './limits.ts';
import {
  drawSnippet,
  emptyGutter,
  lastLineShown,
  type Mark,
  type Palette,
  type SnippetStyle,
  visible,
} from './snippet.ts';
import {
  type LineIndex,
  lineIndex,
  positionAt,
  type Source,
  type Span,
  shownSpan,
} from './source.ts';

export type RenderOptions = {
  readonly palette: Palette;
  /** Notes and help are wrapped to this many columns. */
  readonly columns: number;
  /** Diagnostics shown before the rest are only counted. */
  readonly shownMax: number;
};

const plain = (text: string): string => text;

export const plainPalette: Palette = {
  error: plain,
  warning: plain,
  note: plain,
  frame: plain,
  strong: plain,
};

export const defaultRenderOptions: RenderOptions = {
  palette: plainPalette,
  columns: 100,
  shownMax: defaultLimits.diagnosticsShownMax,
};

/**
 * All findings about one text in source order, then a line that counts them; empty for none.
 * Every line ends in a line feed. `source` is undefined when the findings are about no text.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: Source | undefined,
  options: RenderOptions = defaultRenderOptions,
): string {
  if (diagnostics.length === 0) return '';
  const ordered = inSourceOrder(diagnostics);
  const shown = ordered.slice(0, options.shownMax);
  const text = source === undefined ? undefined : indexed(source);
  const blocks = shown.map((found) => `${renderOne(found, text, options).join('\n')}\n`);
  return `${blocks.join('\n')}\n${summary(ordered, shown.length, source)}\n`;
}

/** One finding, without a line end after the last line. */
export function renderDiagnostic(
  found: Diagnostic,
  source: Source | undefined,
  options: RenderOptions = defaultRenderOptions,
): string {
  return renderOne(found, source === undefined ? undefined : indexed(source), options).join('\n');
}

/** `file:line:column: severity[CODE]: message (first help)` on one line. */
export function renderShort(found: Diagnostic, source: Source | undefined): string {
  const text = source === undefined ? undefined : indexed(source);
  const place = text === undefined || found.span === undefined ? '' : location(text, found.span);
  const file = place === '' && source !== undefined ? source.name : place;
  const help = found.help[0] === undefined ? '' : ` (${found.help[0].split('\n').join(' ')})`;
  const prefix = file === '' ? '' : `${file}: `;
  return visible(`${prefix}${found.severity}[${found.code}]: ${found.message}${help}`);
}

/** `paxos.ir: 2 errors, 1 warning`, and how many of them aren't shown. */
export function summary(
  diagnostics: readonly Diagnostic[],
  shown: number,
  source: Source | undefined,
): string {
  const count = (severity: Severity) =>
    diagnostics.filter((found) => found.severity === severity).length;
  const counts = `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}`;
  const hidden = diagnostics.length - shown;
  const rest = hidden > 0 ? ` (${hidden} more not shown)` : '';
  return `${source === undefined ? '' : `${source.name}: `}${counts}${rest}`;
}

type Indexed = { readonly name: string; readonly index: LineIndex };

function indexed(source: Source): Indexed {
  return { name: source.name, index: lineIndex(source.text) };
}

function renderOne(
  found: Diagnostic,
  text: Indexed | undefined,
  options: RenderOptions,
): readonly string[] {
  const style = styleOf(found, text, options.palette);
  const snippet =
    text === undefined || found.span === undefined
      ? []
      : placed(text, found.span, marksOf(found, found.span), style);
  const remarks = [
    ...found.notes
      .filter((note) => !isPlaced(note, text))
      .map((note) => remark('note', note.message, style, options)),
    ...found.help.map((help) => remark('help', help, style, options)),
  ].flat();
  const separator = snippet.length > 0 && remarks.length > 0 ? [emptyGutter(style)] : [];
  return [
    header(found, options.palette),
    ...snippet,
    ...separator,
    ...remarks,
    ...placedNotes(found, text, style, options.palette),
  ];
}

function header(found: Diagnostic, palette: Palette): string {
  const kind = palette[found.severity](`${found.severity}[${found.code}]`);
  return `${kind}${palette.strong(`: ${visible(found.message)}`)}`;
}

function marksOf(found: Diagnostic, span: Span): readonly Mark[] {
  const primary: Mark = { span, message: found.label, rank: 'primary' };
  const secondary = found.labels.map((label): Mark => ({ ...label, rank: 'secondary' }));
  return [primary, ...secondary];
}

/** The arrow line and the snippet under it. */
function placed(
  text: Indexed,
  span: Span,
  marks: readonly Mark[],
  style: SnippetStyle,
): readonly string[] {
  const arrow = `${' '.repeat(style.gutter)}${style.frame('-->')} ${location(text, span)}`;
  return [arrow, emptyGutter(style), ...drawSnippet(text.index, marks, style)];
}

function placedNotes(
  found: Diagnostic,
  text: Indexed | undefined,
  style: SnippetStyle,
  palette: Palette,
): readonly string[] {
  if (text === undefined) return [];
  return found.notes.flatMap(({ message, span }) => {
    if (span === undefined) return [];
    const marks: readonly Mark[] = [{ span, message: '', rank: 'secondary' }];
    const title = `${palette.note('note')}${palette.strong(`: ${visible(message)}`)}`;
    return [title, ...placed(text, span, marks, style)];
  });
}

function isPlaced(note: Note, text: Indexed | undefined): boolean {
  return note.span !== undefined && text !== undefined;
}

function styleOf(found: Diagnostic, text: Indexed | undefined, palette: Palette): SnippetStyle {
  const spans = [found, ...found.labels, ...found.notes].flatMap(({ span }) =>
    span === undefined ? [] : [span],
  );
  const last = text === undefined ? 1 : lastLineShown(text.index, spans);
  return {
    gutter: String(last).length,
    frame: palette.frame,
    primary: palette[found.severity],
  };
}

function location(text: Indexed, span: Span): string {
  const { line, column } = positionAt(text.index, shownSpan(text.index, span).start);
  return `${text.name}:${line}:${column}`;
}

/** `= help: …`, wrapped, with the lines after the first one aligned under the word. */
function remark(
  kind: 'note' | 'help',
  message: string,
  style: SnippetStyle,
  options: RenderOptions,
): readonly string[] {
  const indent = ' '.repeat(style.gutter + 3);
  const lines = `${kind}: ${message}`
    .split('\n')
    .flatMap((line) => wrapWords(visible(line), options.columns - indent.length));
  return lines.map((line, at) =>
    at === 0 ? `${' '.repeat(style.gutter)} ${style.frame('=')} ${line}` : `${indent}${line}`,
  );
}

/** Breaks at spaces, never inside `code`; the indentation of the line is kept. */
function wrapWords(line: string, columns: number): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    if (current === '') current = indent + word;
    else if (current.length + 1 + word.length <= columns) current += ` ${word}`;
    else {
      lines.push(current);
      current = indent + word;
    }
  }
  return [...lines, current];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
