/** Expected failures of a command: what was found, about which text, and the exit status. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { type DiagnosticJson, diagnosticsJson } from '../base/diagnostic-json.ts';
import { defaultRenderOptions, renderDiagnostic, renderDiagnostics } from '../base/render.ts';
import type { Source } from '../base/source.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { paletteOf, type Stream, type Terminal } from './terminal.ts';

export interface Failure {
  readonly status: ExitStatus;
  readonly diagnostics: readonly Diagnostic[];
  /** The text that the diagnostics have places in, if any. */
  readonly source: Source | null;
}

const ERROR_SCHEMA = 'compart/error@1';

/** The input can't be used. */
export function unusable(...diagnostics: readonly Diagnostic[]): Failure {
  return { status: EXIT.input, diagnostics, source: null };
}

/** Findings in a text. */
export function unusableText(diagnostics: readonly Diagnostic[], source: Source): Failure {
  return { status: EXIT.input, diagnostics, source };
}

/** Prints what was found on stderr and, where one JSON document is due, that document; gives the status. */
export function report(terminal: Terminal, failure: Failure, json: boolean): ExitStatus {
  const { diagnostics, source, status } = failure;
  showDiagnostics(terminal.err, diagnostics, source);
  if (json) terminal.out.write(errorDocument(diagnosticsJson(diagnostics, source ?? undefined)));
  return status;
}

/** `message` says what kept a command from its answer, where no text or flag is to blame. */
export function errorDocument(diagnostics: readonly DiagnosticJson[], message?: string): string {
  const document = {
    schema: ERROR_SCHEMA,
    ...(message === undefined ? {} : { message }),
    diagnostics,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function showDiagnostics(
  { write, style, columns }: Stream,
  diagnostics: readonly Diagnostic[],
  source: Source | null,
): void {
  const options = { ...defaultRenderOptions, palette: paletteOf(style), columns };
  if (source !== null) {
    write(renderDiagnostics(diagnostics, source, options));
    return;
  }
  for (const each of diagnostics) write(`${renderDiagnostic(each, undefined, options)}\n`);
}
