/** One run of the optimizer for a command: flags in, a plan document or what keeps it from being made out. */

import { costModels } from '../../cost-models/index.ts';
import { defaultLimits } from '../base/limits.ts';
import { err, map, ok, type Result } from '../base/result.ts';
import type { Source } from '../base/source.ts';
import type { CostModel } from '../extract/cost.ts';
import { readCostModel } from '../extract/cost-model-file.ts';
import type { Program } from '../ir/program.ts';
import { type Optimized, type OptimizeRequest, optimize } from '../optimize.ts';
import type { PlanDocument } from '../plan/document.ts';
import { machinesOf } from '../plan/size.ts';
import { type Checked, loadProgram } from '../syntax/load.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import { missingFunctions } from './external-functions.ts';
import { type Failure, showDiagnostics, unusable, unusableText } from './failure.ts';
import { readText } from './files.ts';
import {
  type LimitFlags,
  readFunctions,
  readInteger,
  readLimits,
  readObjective,
  readRate,
  readRules,
  readSettings,
} from './flags.ts';
import { type Interrupt, watchInterrupts } from './interrupt.ts';
import { commandMessages } from './messages.ts';
import { progressView } from './progress.ts';
import { brokenText } from './report/optimize-report.ts';

export interface JobFlags extends LimitFlags {
  readonly cost: string;
  readonly machines?: string;
  readonly target?: string;
  readonly set: readonly string[];
  readonly rules: string;
  readonly model: string;
  readonly functions?: string;
  readonly seed: string;
  readonly limitMs?: string;
}

export const defaultJobFlags: JobFlags = {
  cost: 'throughput',
  set: [],
  rules: 'all',
  model: 'throughput',
  seed: '0',
};

export type Job = Omit<OptimizeRequest, 'source' | 'signal' | 'onProgress'> & {
  readonly limitMs: number | null;
};

export interface Finished {
  readonly optimized: Optimized;
  readonly document: PlanDocument;
  readonly original: Program;
  readonly elapsedMs: number;
  /** 130 or 143 when a signal ended the search early; else null. */
  readonly interrupted: ExitStatus | null;
}

/** Every flag is read, and all that is wrong is reported together. */
export async function readJob(flags: JobFlags): Promise<Result<Job, Failure>> {
  const objective = readObjective(flags.cost);
  const rules = readRules(flags.rules);
  const limits = readLimits(flags);
  const set = readSettings(flags.set);
  const seed = readInteger('--seed', flags.seed, 0);
  const machines = optional(flags.machines, (text) =>
    readInteger('--machines', text, 1, defaultLimits.machinesMax),
  );
  const target = optional(flags.target, (text) => readRate('--target', text));
  const limitMs = optional(flags.limitMs, (text) =>
    readInteger('--limit-ms', text, 1, 2 ** 31 - 1),
  );
  const functions = await readFunctions(flags.functions);
  const wrong = [objective, rules, limits, set, seed, machines, target, limitMs, functions];
  const problems = wrong.flatMap((each) => (each.kind === 'err' ? each.error : []));
  const model = await readModel(flags.model);
  if (model.kind === 'err') {
    return err({ ...model.error, diagnostics: [...problems, ...model.error.diagnostics] });
  }
  if (
    objective.kind === 'err' ||
    rules.kind === 'err' ||
    limits.kind === 'err' ||
    set.kind === 'err' ||
    seed.kind === 'err' ||
    machines.kind === 'err' ||
    target.kind === 'err' ||
    limitMs.kind === 'err' ||
    functions.kind === 'err'
  ) {
    return err(unusable(...problems));
  }
  return ok({
    objective: objective.value,
    rules: rules.value,
    limits: limits.value,
    set: set.value,
    seed: seed.value,
    machinesMax: machines.value,
    target: target.value,
    limitMs: limitMs.value,
    functions: functions.value,
    model: model.value,
  });
}

/** Shows phases on stderr, and stops with the best plan so far on a signal or at the time limit. */
export async function runJob(
  { terminal }: Context,
  source: Source,
  job: Job,
): Promise<Result<Finished, Failure>> {
  const { limitMs, ...request } = job;
  const started = terminal.clock();
  const original = loadBounded(source, job.set ?? {});
  if (original.kind === 'err') return original;
  showDiagnostics(terminal.err, original.value.warnings, source);
  const missing = missingFunctions(original.value.program, job.functions);
  if (missing !== null) return err(missing);
  const interrupt = watchInterrupts(terminal, limitMs);
  const view = progressView(terminal);
  try {
    const made = await optimize({
      ...request,
      source,
      signal: interrupt.signal,
      onProgress: view.onEvent,
    });
    view.end(interrupt.signal.aborted);
    if (made.kind === 'err') return err(unusableText(made.error, source));
    for (const broken of made.value.document.brokenDependencies ?? []) {
      terminal.err.write(`warning: ${brokenText(broken)}\n`);
    }
    const elapsedMs = Math.round(terminal.clock() - started);
    return ok({
      optimized: made.value,
      document: stamped(made.value.document, interrupt, elapsedMs),
      original: original.value.program,
      elapsedMs,
      interrupted: interrupt.status(),
    });
  } finally {
    interrupt.dispose();
  }
}

/** A checked program that is small enough to be simulated. */
export function loadBounded(
  source: Source,
  set: Readonly<Record<string, number>>,
): Result<Checked, Failure> {
  const loaded = loadProgram(source, { set });
  if (loaded.kind === 'err') return err(unusableText(loaded.error, source));
  const machines = machinesOf(loaded.value.program);
  const { machinesMax } = defaultLimits;
  if (machines <= machinesMax) return ok(loaded.value);
  const report = commandMessages.report('CF0013', undefined, { machines, max: machinesMax });
  return err(unusable(report));
}

/** What the clock and signals add to the document. */
function stamped(document: PlanDocument, interrupt: Interrupt, elapsedMs: number): PlanDocument {
  const { stop } = document.search;
  const isCut = stop === 'interrupted' && interrupt.isLate();
  return { ...document, search: { ...document.search, stop: isCut ? 'time' : stop, elapsedMs } };
}

/** The name of a shipped cost model, or a file. */
async function readModel(name: string): Promise<Result<CostModel, Failure>> {
  const shipped = costModels.find((model) => model.name === name);
  if (shipped !== undefined) return ok(shipped);
  const text = await readText(name);
  if (text.kind === 'err') return text;
  const model = readCostModel(text.value.source.text, name);
  return model.kind === 'ok' ? model : err(unusable(...model.error));
}

function optional<T, E>(
  text: string | undefined,
  read: (text: string) => Result<T, E>,
): Result<T | null, E> {
  return text === undefined ? ok(null) : map(read(text), (value): T | null => value);
}
