/** `.compart/runs/<time>-<plan>/`: everything about one run, made whole under another name and then renamed. */

import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareNumbers, compareStrings, inOrder, sorted } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import { printSerialized, serialize } from '../egraph/serialize.ts';
import type { Optimized } from '../optimize.ts';
import { writePlan } from '../plan/codec.ts';
import type { PlanDocument } from '../plan/document.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { smtFile, smtFileName } from '../smt/recheck.ts';
import { engineName } from '../smt/z3-thread.ts';
import { exists } from './files.ts';
import { planObligations } from './plan-obligations.ts';
import { problemOf } from './problem.ts';

export const runsFolder: string = join('.compart', 'runs');

/** Runs of the same plan in the same second. */
const namesMax = 1000;

export interface RunRecord {
  readonly document: PlanDocument;
  readonly optimized: Optimized;
  /** Six digits that name the plan. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly exitStatus: number;
}

/** The folder, or why it couldn't be written: never a reason for a command to fail. */
export function saveRun(record: RunRecord): Result<string, string> {
  const started = new Date();
  const time = started.toISOString().replace(/[-:]|\.\d+/g, '');
  const temporary = join(runsFolder, `.${time}-${record.name}.${process.pid}`);
  try {
    makeFolder(join(temporary, 'proofs'));
    for (const [file, text] of filesOf(record, started)) writeFileSync(join(temporary, file), text);
    const folder = publish(temporary, join(runsFolder, `${time}-${record.name}`));
    return ok(folder);
  } catch (thrown) {
    try {
      rmSync(temporary, { recursive: true, force: true });
    } catch {
      // The reason that is reported is the first one.
    }
    return err(problemOf(thrown));
  }
}

/** Runs of one second have names of their own, also those of other processes. */
function publish(temporary: string, folder: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? folder : `${folder}-${number}`;
    try {
      renameSync(temporary, name);
      return name;
    } catch (thrown) {
      if (!exists(name) || number === namesMax) throw thrown;
    }
  }
}

/**
 * The plan of the run that was saved last, in the order of the names' times; null when there is none. What isn't a
 * whole run, or none at all, is passed over.
 */
export function latestPlan(folder: string = runsFolder): string | null {
  const runs = savedRuns(folder).flatMap((run) => {
    const plan = join(folder, run, 'plan.json');
    const saved = modified(plan);
    return saved === null ? [] : [{ plan, time: run.slice(0, timeDigits), saved }];
  });
  const order = inOrder<(typeof runs)[number]>(
    (a, b) => compareStrings(a.time, b.time),
    (a, b) => compareNumbers(a.saved, b.saved),
    (a, b) => compareStrings(a.plan, b.plan),
  );
  return sorted(runs, order).at(-1)?.plan ?? null;
}

const timeDigits = '20261122T182234Z'.length;

function savedRuns(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d{8}T\d{6}Z-/.test(name));
  } catch {
    return [];
  }
}

function modified(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

function filesOf(record: RunRecord, started: Date): readonly (readonly [string, string])[] {
  const { document, optimized } = record;
  return [
    ['plan.json', writePlan(document)],
    ['plan.ir', document.ir],
    ['source.ir', document.program.text],
    ['trace.jsonl', traceLines(document)],
    ['egraph.json', egraphText(optimized)],
    ['run.json', runText(record, started)],
    ...proofFiles(document, optimized),
  ];
}

function traceLines({ trace, declined }: PlanDocument): string {
  const events = [
    ...trace.map((step, at) => ({ event: 'step', step: at + 1, ...step })),
    ...declined.map((each) => ({ event: 'declined', ...each })),
  ];
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function egraphText({ saturated }: Optimized): string {
  const { egraph } = saturated.space;
  return printSerialized(serialize(egraph, { roots: [...saturated.roots.values()] }));
}

/** One file an obligation: steps may share one. */
export function proofFiles(
  document: PlanDocument,
  { saturated }: Optimized,
): readonly (readonly [string, string])[] {
  const files = new Map<string, string>();
  for (const { step, obligations } of planObligations(document, saturated)) {
    const proved = new Set(
      step.obligations.filter((each) => each.verdict === 'proved').map((each) => each.id),
    );
    for (const obligation of obligations) {
      const verdict = proved.has(obligation.id)
        ? ({ kind: 'proved', core: [], rlimit: 0 } as const)
        : ({ kind: 'unknown', reason: 'not proved' } as const);
      files.set(join('proofs', smtFileName(obligation)), smtFile({ obligation, verdict }));
    }
  }
  return [...files];
}

function runText({ document, argv, exitStatus }: RunRecord, started: Date): string {
  const { elapsedMs } = document.search;
  const run = {
    schema: 'compart/run@1',
    argv,
    started: started.toISOString(),
    ...(elapsedMs === undefined ? {} : { elapsedMs }),
    exitStatus,
    seed: document.seed,
    stop: document.search.stop,
    versions: { compart: document.version, node: process.versions.node, solver: engineName() },
  };
  return `${JSON.stringify(run, null, 2)}\n`;
}
