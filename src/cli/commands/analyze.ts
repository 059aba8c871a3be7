/** `optimize analyze PROGRAM`: what holds of it, and which compartmentalizations are legal. */

import { analyzeProgram } from '../../analysis/report.ts';
import { groupBy } from '../../base/order.ts';
import type { Program } from '../../ir/program.ts';
import { answerQuestions, questionsOf } from '../../rewrite/answer.ts';
import { type Established, establishDependencies, howDeclared } from '../../rewrite/establish.ts';
import { type Saturated, saturate } from '../../rewrite/saturate.ts';
import { confirmStateMachines } from '../../rewrite/state-machine.ts';
import { createSolver } from '../../smt/solver.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, showDiagnostics, unusable } from '../failure.ts';
import { readProgramText } from '../files.ts';
import { readSettings } from '../flags.ts';
import { watchInterrupts } from '../interrupt.ts';
import { defaultJobFlags, loadBounded, readJob } from '../job.ts';
import { commandMessages } from '../messages.ts';
import {
  analyzeReport,
  analyzeRoleReport,
  type Columns,
  type DeclaredDependency,
  type LegalRewrite,
} from '../report/analyze-report.ts';
import { placeClauses } from '../report/clause-places.ts';
import { noteShipped } from './optimize.ts';

export interface AnalyzeFlags {
  readonly set: readonly string[];
  /** Only this one, with every reason. */
  readonly role?: string;
  readonly json: boolean;
}

export async function analyzeCommand(
  { terminal }: Context,
  file: string,
  flags: AnalyzeFlags,
): Promise<ExitStatus> {
  const set = readSettings(flags.set);
  if (set.kind === 'err') return report(terminal, unusable(...set.error), flags.json);
  const text = await readProgramText(file, 'analyze');
  if (text.kind === 'err') return report(terminal, text.error, flags.json);
  const { source, isShipped } = text.value;
  if (isShipped) noteShipped(terminal, file);
  const loaded = loadBounded(source, set.value);
  if (loaded.kind === 'err') return report(terminal, loaded.error, flags.json);
  showDiagnostics(terminal.err, loaded.value.warnings, source);
  const { program } = loaded.value;
  const job = await readJob(defaultJobFlags);
  if (job.kind === 'err') return report(terminal, job.error, flags.json);
  const analysis = analyzeProgram(program);
  const role = analysis.roles.find(({ name }) => name === flags.role);
  if (flags.role !== undefined && role === undefined) {
    const candidates = analysis.roles.map(({ name }) => name);
    const named = { kind: 'role', name: flags.role, candidates };
    return report(
      terminal,
      unusable(commandMessages.report('CF0006', undefined, named)),
      flags.json,
    );
  }
  const interrupt = watchInterrupts(terminal, null, 'what is known so far');
  const solver = createSolver();
  const saturated = await saturate(program, {
    rules: job.value.rules,
    limits: job.value.limits,
    solver,
    // No workload is needed to say what is legal; it would only order the proposals.
    rate: () => 1,
    signal: interrupt.signal,
  });
  const dependencies = await establishDependencies(program, solver, interrupt.signal);
  const about = { program, declared: howDeclared(dependencies) };
  const answers = await answerQuestions(about, questionsOf(analysis), solver, interrupt.signal);
  const betweenInputs = await confirmStateMachines(about, solver, interrupt.signal);
  await solver.dispose();
  interrupt.dispose();
  const { rules, stop, cutOff } = saturated.report;
  const legality = { legal: legalIn(saturated), declined: saturated.declined };
  const shown = { dependencies: dependencies.map(withoutObligations), answers, betweenInputs };
  if (flags.json) {
    const document = {
      schema: 'compart/analysis@1',
      ...analysis,
      ...shown,
      applied: rules,
      ...legality,
      search: { stop, cutOff },
    };
    terminal.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const proved = { ...shown, ...legality, stop };
    const placed = placeClauses(source, loaded.value.spans);
    const names = { columnsOf: columnsIn(program), placed };
    terminal.out.write(
      role === undefined
        ? analyzeReport(analysis, proved, names, terminal.out)
        : analyzeRoleReport(role, analysis, proved, names, terminal.out),
    );
  }
  return interrupt.status() ?? EXIT.yes;
}

/** Rules that change the program before it is cut, then those that cut it, by role. */
function legalIn({ normalized, applications }: Saturated): readonly LegalRewrite[] {
  const places = [
    ...normalized.steps.map(({ rule, at }) => ({ rule: rule.name, at })),
    ...[...applications.values()].map(({ rule, match }) => ({
      rule: rule.name,
      at: match.site.role.name,
    })),
  ];
  return [...groupBy(places, ({ rule, at }) => JSON.stringify([rule, at])).values()].flatMap(
    (same) => same.slice(0, 1).map((place) => ({ ...place, ways: same.length })),
  );
}

function withoutObligations({ obligations: _, ...each }: Established): DeclaredDependency {
  return each;
}

function columnsIn(program: Program): Columns {
  return (roleName, name) => {
    const role = program.roles.find((each) => each.name === roleName);
    const found =
      role?.relations.find((each) => each.name === name) ??
      role?.statics.find((each) => each.name === name) ??
      program.channels.find((each) => each.name === name);
    return (found?.columns ?? []).map((column) => column.name);
  };
}
