/** `optimize PROGRAM`: the main job. */

import { resolve } from 'node:path';
import { writePlan } from '../../plan/codec.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report } from '../failure.ts';
import { readProgramText, shippedFolder, writable, writeWhole } from '../files.ts';
import { type Finished, type JobFlags, readJob, runJob } from '../job.ts';
import { wrapped } from '../layout.ts';
import { optimizeReport, planName } from '../report/optimize-report.ts';
import { saveRun } from '../run-directory.ts';
import type { Terminal } from '../terminal.ts';

export interface OptimizeFlags extends JobFlags {
  readonly out?: string;
  readonly save: boolean;
  readonly json: boolean;
}

export async function optimizeCommand(
  context: Context,
  file: string,
  flags: OptimizeFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const job = await readJob(flags);
  if (job.kind === 'err') return report(terminal, job.error, flags.json);
  const text = await readProgramText(file, 'optimize');
  if (text.kind === 'err') return report(terminal, text.error, flags.json);
  if (text.value.isShipped) noteShipped(terminal, file);
  if (flags.out !== undefined) {
    const room = writable(flags.out);
    if (room.kind === 'err') return report(terminal, room.error, flags.json);
  }
  const finished = await runJob(context, text.value.source, job.value);
  if (finished.kind === 'err') return report(terminal, finished.error, flags.json);
  return deliver(context, file, flags, finished.value);
}

export function noteShipped({ err }: Terminal, file: string): void {
  const text = `${file} is not in the working directory; taking the shipped ${shippedFolder}/${file}`;
  err.write(`${wrapped(text, err.columns, 2).join('\n')}\n`);
}

/** Writes and prints what came out; the files first, so that what is printed is true. */
function deliver(
  { terminal, argv }: Context,
  file: string,
  flags: OptimizeFlags,
  { optimized, document, interrupted }: Finished,
): ExitStatus {
  const written =
    flags.out === undefined ? null : writeWhole(resolve(flags.out), writePlan(document));
  // What a long search found is printed and saved all the same.
  if (written?.kind === 'err') report(terminal, written.error, false);
  const answer = interrupted ?? (optimized.reached ? EXIT.yes : EXIT.no);
  const status = written?.kind === 'err' ? written.error.status : answer;
  const name = planName(document);
  const saved = flags.save
    ? saveRun({ document, optimized, name, argv, exitStatus: status })
    : null;
  if (saved?.kind === 'err') terminal.err.write(`warning: the run was not saved: ${saved.error}\n`);
  if (flags.json) terminal.out.write(writePlan(document));
  else {
    const view = {
      file,
      isDefaultCap: flags.machines === undefined,
      reached: optimized.reached,
      saved: saved?.kind === 'ok' ? saved.value : null,
      repeat: repeatLine(argv),
    };
    terminal.out.write(optimizeReport(document, view, terminal.out));
  }
  return status;
}

/** The command line, as a shell takes it. */
function repeatLine(argv: readonly string[]): string {
  const words = argv.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  );
  return ['compart', ...words].join(' ');
}
