/** `optimize fmt PROGRAM... [--check]`: the canonical text, in place; of stdin, to stdout. */

import { format } from '../../syntax/format.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { type Failure, report, unusableText } from '../failure.ts';
import { readText, writeWhole } from '../files.ts';
import { shippedNote } from './optimize.ts';

export interface FmtFlags {
  readonly check: boolean;
  readonly json: boolean;
}

type Outcome = 'formatted' | 'changed' | 'differs' | 'unusable';

interface Done {
  readonly file: string;
  readonly outcome: Outcome;
  readonly status: ExitStatus;
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
    const outcomes = done.map(({ file, outcome }) => ({ file, outcome }));
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
    return { file, outcome: 'unusable', status: report(terminal, failure, false) };
  };
  const text = await readText(file);
  if (text.kind === 'err') return unusable(text.error);
  const { source, path, isShipped } = text.value;
  const formatted = format(source);
  if (formatted.kind === 'err') return unusable(unusableText(formatted.error, source));
  if (isShipped) terminal.err.write(shippedNote(file));
  if (path === null && !check && !json) terminal.out.write(formatted.value);
  if (formatted.value === source.text) return { file, outcome: 'formatted', status: EXIT.yes };
  if (check) return { file, outcome: 'differs', status: EXIT.no };
  if (path === null) return { file, outcome: 'differs', status: EXIT.yes };
  const written = writeWhole(path, formatted.value);
  return written.kind === 'ok'
    ? { file, outcome: 'changed', status: EXIT.yes }
    : unusable(written.error);
}
