/** `optimize check PROGRAM...`: everything that is wrong with each, at once. */

import { type Diagnostic, hasErrors, inSourceOrder } from '../../base/diagnostic.ts';
import { type DiagnosticJson, diagnosticsJson } from '../../base/diagnostic-json.ts';
import type { Source } from '../../base/source.ts';
import { checkLaws } from '../../rewrite/laws.ts';
import { createSolver } from '../../smt/solver.ts';
import { type Checked as LoadedProgram, loadProgram } from '../../syntax/load.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, showDiagnostics, unusable } from '../failure.ts';
import { counted } from '../figures.ts';
import { readProgramText } from '../files.ts';
import { readSettings } from '../flags.ts';
import { wrapped } from '../layout.ts';
import { noteShipped } from './optimize.ts';

export interface CheckFlags {
  readonly set: readonly string[];
  readonly json: boolean;
}

interface Checked {
  readonly file: string;
  readonly ok: boolean;
  readonly diagnostics: readonly DiagnosticJson[];
}

export async function checkCommand(
  { terminal }: Context,
  files: readonly string[],
  flags: CheckFlags,
): Promise<ExitStatus> {
  const set = readSettings(flags.set);
  if (set.kind === 'err') return report(terminal, unusable(...set.error), flags.json);
  const checked: Checked[] = [];
  const note = (source: Source, diagnostics: readonly Diagnostic[]): void => {
    showDiagnostics(terminal.err, diagnostics, source);
    const ok = !hasErrors(diagnostics);
    checked.push({ file: source.name, ok, diagnostics: diagnosticsJson(diagnostics, source) });
  };
  for (const file of files) {
    const text = await readProgramText(file, 'check');
    if (text.kind === 'err') {
      showDiagnostics(terminal.err, text.error.diagnostics, null);
      const diagnostics = diagnosticsJson(text.error.diagnostics, undefined);
      checked.push({ file, ok: false, diagnostics });
      continue;
    }
    if (text.value.isShipped) noteShipped(terminal, file);
    const { source } = text.value;
    const loaded = loadProgram(source, { set: set.value });
    const laws = loaded.kind === 'ok' ? await brokenLaws(loaded.value) : [];
    const found = loaded.kind === 'ok' ? [...loaded.value.warnings, ...laws] : loaded.error;
    note(source, inSourceOrder(found));
    if (loaded.kind === 'err' || hasErrors(laws) || flags.json) continue;
    const { roles, channels } = loaded.value.program;
    const clauses = roles.reduce((sum, role) => sum + role.clauses.length, 0);
    const warnings = found.length;
    const end = warnings === 0 ? 'no problems' : counted(warnings, 'warning');
    const sizes = [
      counted(roles.length, 'role'),
      counted(channels.length, 'channel'),
      counted(clauses, 'clause'),
    ];
    const { out } = terminal;
    const line = `${source.name}: ${sizes.join(', ')}: ${end}`;
    out.write(`${wrapped(line, out.columns, 2).join('\n')}\n`);
  }
  if (flags.json) {
    terminal.out.write(
      `${JSON.stringify({ schema: 'compart/check@1', files: checked }, null, 2)}\n`,
    );
  }
  return checked.every((each) => each.ok) ? EXIT.yes : EXIT.input;
}

/** What the solver has to say; it isn't started for a program that declares no lattices. */
async function brokenLaws({ program, spans }: LoadedProgram): Promise<readonly Diagnostic[]> {
  if (program.lattices.length === 0) return [];
  const solver = createSolver();
  return checkLaws(program, solver, spans.node).finally(() => solver.dispose());
}
