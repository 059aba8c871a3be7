/** Diagnostics as JSON for tools: ranges resolved to lines and columns, texts as people see them. */
import { type Diagnostic, inSourceOrder, type Severity } from './diagnostic.ts';
import {
  type LineIndex,
  lineIndex,
  type Position,
  positionAt,
  type Source,
  type Span,
  shownSpan,
} from './source.ts';

/** A place: 1-based lines and columns in code points, offsets in UTF-16 code units; `end` is past it. */
export type RangeJson = {
  readonly start: Position & { readonly offset: number };
  readonly end: Position & { readonly offset: number };
};

export type DiagnosticJson = {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file?: string;
  readonly range?: RangeJson;
  readonly label?: string;
  readonly labels: readonly { readonly message: string; readonly range?: RangeJson }[];
  readonly notes: readonly { readonly message: string; readonly range?: RangeJson }[];
  readonly help: readonly string[];
};

/** In source order, like the rendered text; without a source no ranges are known. */
export function diagnosticsJson(
  diagnostics: readonly Diagnostic[],
  source: Source | undefined,
): readonly DiagnosticJson[] {
  const index = source === undefined ? undefined : lineIndex(source.text);
  return inSourceOrder(diagnostics).map((found) => ({
    code: found.code,
    severity: found.severity,
    message: found.message,
    ...(source === undefined ? {} : { file: source.name }),
    ...rangeOf(index, found.span),
    ...(found.label === '' ? {} : { label: found.label }),
    labels: found.labels.map(({ message, span }) => ({ message, ...rangeOf(index, span) })),
    notes: found.notes.map(({ message, span }) => ({ message, ...rangeOf(index, span) })),
    help: found.help,
  }));
}

function rangeOf(
  index: LineIndex | undefined,
  span: Span | undefined,
): { readonly range?: RangeJson } {
  if (index === undefined || span === undefined) return {};
  const { start, end } = shownSpan(index, span);
  return {
    range: {
      start: { ...positionAt(index, start), offset: start },
      end: { ...positionAt(index, end), offset: end },
    },
  };
}
