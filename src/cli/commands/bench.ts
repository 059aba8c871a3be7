/** `optimize bench PROGRAM|PLAN`: original against optimized on real processes. */

import { rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../../base/result.ts';
import type { BenchMode, ModeResult, Predicted } from '../../measure/mode-result.ts';
import { runMode } from '../../measure/mode-run.ts';
import { type BothSides, sides } from '../../measure/sides.ts';
import { countVisits, type Visits } from '../../measure/visits.ts';
import { defaultDeploymentOptions } from '../../runtime/deployment-options.ts';
import { makeFolder } from '../../runtime/make-folder.ts';
import {
  type BenchSetting,
  benchCsv,
  benchDocument,
  predictionDocument,
} from '../bench-document.ts';
import { type BenchOptions, readBenchFlags } from '../bench-options.ts';
import { BenchView } from '../bench-view.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { errorDocument, report } from '../failure.ts';
import { writable, writeWhole } from '../files.ts';
import { type MakingFlags, planFor } from '../plan-for.ts';
import { problemOf } from '../problem.ts';
import type { LoadedPlan } from '../read-plan.ts';
import { benchPlot } from '../report/bench-plot.ts';
import { benchReport } from '../report/bench-report.ts';
import { type StopWatch, watchStop } from '../stop-watch.ts';

export interface BenchFlags extends MakingFlags {
  readonly engine: string;
  readonly mode: string;
  readonly batching?: string;
  readonly durability?: string;
  readonly pace?: string;
  readonly cap?: string;
  readonly clients?: string;
  readonly rate?: string;
  readonly duration: string;
  readonly warmup: string;
  readonly repeats: string;
  readonly seed: string;
  readonly csv?: string;
  readonly plot?: string;
  readonly folder?: string;
  readonly json: boolean;
}

export async function benchCommand(
  context: Context,
  file: string,
  flags: BenchFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const options = await readBenchFlags(flags);
  if (options.kind === 'err') return report(terminal, options.error, flags.json);
  for (const path of [flags.csv, flags.plot]) {
    const room = path === undefined ? null : writable(path);
    if (room?.kind === 'err') return report(terminal, room.error, flags.json);
  }
  const made = await planFor(context, file, flags);
  if (made.kind === 'err') return report(terminal, made.error, flags.json);
  const { plan, interrupted } = made.value;
  if (interrupted !== null) return nothingMeasured(context, interrupted, flags.json);
  const folder = flags.folder ?? freshFolder(plan.original.name);
  try {
    makeFolder(folder);
  } catch (thrown) {
    return failed(context, `${folder} can't be used: ${problemOf(thrown)}`, flags.json);
  }
  const stop = watchStop();
  try {
    return await new Bench(context, plan, flags, options.value, folder, stop).run();
  } finally {
    stop.dispose();
  }
}

class Bench {
  readonly #context: Context;
  readonly #plan: LoadedPlan;
  readonly #flags: BenchFlags;
  readonly #options: BenchOptions;
  readonly #folder: string;
  readonly #stop: StopWatch;
  readonly #view: BenchView;
  readonly #setting: BenchSetting;

  constructor(
    context: Context,
    plan: LoadedPlan,
    flags: BenchFlags,
    options: BenchOptions,
    folder: string,
    stop: StopWatch,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#flags = flags;
    this.#options = options;
    this.#folder = folder;
    this.#stop = stop;
    this.#view = new BenchView(context.terminal);
    this.#setting = {
      program: plan.original.name,
      parameters: plan.document.program.parameters,
      engine: flags.engine,
      seed: options.seed,
    };
  }

  async run(): Promise<ExitStatus> {
    const { terminal } = this.#context;
    const results: ModeResult[] = [];
    for (const mode of this.#options.modes) {
      if (this.#stop.isAsked()) break;
      const result = await this.#mode(mode);
      if (result.kind === 'err') {
        this.#view.end();
        // Signals to the whole group end processes under our hands.
        if (this.#stop.isAsked()) break;
        return failed(this.#context, result.error, this.#flags.json);
      }
      this.#view.end();
      if (result.value === null) break;
      results.push(result.value);
      if (!this.#flags.json) terminal.out.write(benchReport(result.value, terminal.out));
    }
    return this.#deliver(results);
  }

  async #mode(mode: BenchMode): Promise<Result<ModeResult | null, string>> {
    const { modes: _, batching, durability, ...options } = this.#options;
    const { document, original, program } = this.#plan;
    const visits = mode === 'paced' ? this.#visits() : ok(null);
    if (visits.kind === 'err') return visits;
    const result = await runMode(
      {
        ...options,
        mode,
        programs: { original, optimized: program },
        predicted: { original: document.original.predicted, optimized: document.plan.predicted },
        visits: visits.value,
        batching: batching ?? (mode === 'paced' ? 'tick' : 'none'),
        // One disk for all would be what is measured.
        durability: durability ?? (mode === 'paced' ? 'none' : 'group'),
        folder: this.#folder,
        cores: availableParallelism(),
        machineBusyMs,
        deployment: () => ({ ...defaultDeploymentOptions, onEvent: this.#view.onEvent }),
      },
      {
        onStep: (text) => this.#view.step(mode, text),
        onWindow: (side, round, figures) =>
          this.#view.window(mode, { side, round, repeats: options.repeats }, figures),
        onPredicted: (predicted, paceUs) => this.#predicted(mode, predicted, paceUs),
        onKill: (kill) => this.#stop.onSecond(kill),
        isStopped: () => this.#stop.isAsked(),
      },
    );
    for (const side of sides) {
      rmSync(join(this.#folder, `${mode}-${side}`, 'data'), { recursive: true, force: true });
    }
    return result;
  }

  #visits(): Result<BothSides<readonly Visits[]>, string> {
    this.#view.step('paced', 'count the messages of a command in the simulator');
    const { functions, seed } = this.#options;
    const original = countVisits(this.#plan.original, { functions, seed });
    const optimized = countVisits(this.#plan.program, { functions, seed });
    if (original.kind === 'err') return err(original.error.message);
    if (optimized.kind === 'err') return err(optimized.error.message);
    return ok({ original: original.value, optimized: optimized.value });
  }

  /** On disk before anything is measured. */
  #predicted(mode: BenchMode, predicted: BothSides<Predicted>, paceUs: number | null): void {
    const document = predictionDocument(this.#setting, mode, predicted, paceUs);
    const file = join(this.#folder, `${mode}-prediction.json`);
    const written = writeWhole(file, `${JSON.stringify(document, null, 2)}\n`);
    const { terminal } = this.#context;
    if (written.kind === 'err') {
      terminal.err.write(`warning: the prediction was not saved: ${file} can't be written\n`);
    }
    this.#view.predicted(mode, predicted, paceUs);
  }

  #deliver(results: readonly ModeResult[]): ExitStatus {
    const { terminal } = this.#context;
    const { csv, plot, json } = this.#flags;
    if (results.length > 0) {
      const text = `${JSON.stringify(benchDocument(this.#setting, results), null, 2)}\n`;
      const files: (readonly [string, string])[] = [[join(this.#folder, 'bench.json'), text]];
      if (csv !== undefined) files.push([csv, benchCsv(results)]);
      if (plot !== undefined) files.push([plot, benchPlot(this.#setting.program, results)]);
      for (const [file, content] of files) {
        const written = writeWhole(file, content);
        if (written.kind === 'err') return report(terminal, written.error, json);
      }
      if (json) terminal.out.write(text);
      else terminal.out.write(`predictions, histories and logs are in ${this.#folder}\n`);
    }
    if (this.#stop.isAsked()) {
      const status = this.#stop.status();
      return results.length > 0 ? status : nothingMeasured(this.#context, status, json);
    }
    const isGood = results.every((result) =>
      sides.every((side) => {
        const { lost, duplicated, verdict } = result[side].history;
        return lost === 0 && duplicated === 0 && verdict !== 'violated';
      }),
    );
    return isGood ? EXIT.yes : EXIT.no;
  }
}

function machineBusyMs(): number {
  return cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
}

function freshFolder(program: string): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return join('.compart', 'bench', `${time}-${program}-${process.pid}`);
}

/** Interrupted before a mode was done; a reader of JSON still gets a document. */
function nothingMeasured({ terminal }: Context, status: ExitStatus, json: boolean): ExitStatus {
  const message = 'interrupted before anything was measured';
  terminal.err.write(`${message}\n`);
  if (json) terminal.out.write(errorDocument([], message));
  return status;
}

function failed({ terminal }: Context, message: string, json: boolean): ExitStatus {
  terminal.err.write(`error: ${message}\n`);
  if (json) terminal.out.write(errorDocument([], message));
  return EXIT.environment;
}
