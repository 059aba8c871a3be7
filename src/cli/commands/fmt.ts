/** `optimize fmt PROGRAM... [--check]`: the canonical text, in place; of stdin, to stdout. */

import { type DiagnosticJson, diagnosticsJson } from '../../base/diagnostic-json.ts';
import { format } from '../../syntax/format.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { type Failure, report, unusableText } from '../failure.ts';
import { readProgramText, writeWhole } from '../files.ts';
import { noteShipped } from './optimize.ts';

export interface FmtFlags {
  readonly check: boolean;
  readonly json: boolean;
}

type Outcome = 'formatted' | 'changed' | 'differs' | 'unusable';

interface Done {
  readonly file: string;
  readonly outcome: Outcome;
  readonly status: ExitStatus;
  /** Why it is unusable. */
  readonly diagnostics: readonly DiagnosticJson[];
}

export async function fmtCommand(
  context: Context,
  files: readonly string[],
  flags: FmtFlags,
): Promise<ExitStatus> {
  const { out } = context.terminal;
  const done: Done[] = [];
  for (const file of files) done.push(await formatOne(context, file, flags));
  if (flags.json) {
    const outcomes = done.map(({ status: _, ...each }) => each);
    out.write(`${JSON.stringify({ schema: 'compart/fmt@1', files: outcomes }, null, 2)}\n`);
  } else {
    for (const { file, outcome } of done) {
      if (outcome === 'changed') out.write(`${file}\n`);
      if (outcome === 'differs' && flags.check) out.write(`${file} is not formatted\n`);
    }
  }
  return done.reduce<ExitStatus>((worst, { status }) => (status > worst ? status : worst), 0);
}

async function formatOne(
  { terminal }: Context,
  file: string,
  { check, json }: FmtFlags,
): Promise<Done> {
  const unusable = (failure: Failure): Done => {
    const diagnostics = diagnosticsJson(failure.diagnostics, failure.source ?? undefined);
    return { file, outcome: 'unusable', status: report(terminal, failure, false), diagnostics };
  };
  const text = await readProgramText(file, 'fmt');
  if (text.kind === 'err') return unusable(text.error);
  const { source, path, isShipped } = text.value;
  const formatted = format(source);
  if (formatted.kind === 'err') return unusable(unusableText(formatted.error, source));
  if (isShipped) noteShipped(terminal, file);
  if (path === null && !check && !json) terminal.out.write(formatted.value);
  const found = (outcome: Outcome, status: ExitStatus): Done => {
    return { file, outcome, status, diagnostics: [] };
  };
  if (formatted.value === source.text) return found('formatted', EXIT.yes);
  if (check) return found('differs', EXIT.no);
  if (path === null) return found('differs', EXIT.yes);
  const written = writeWhole(path, formatted.value);
  return written.kind === 'ok' ? found('changed', EXIT.yes) : unusable(written.error);
}
