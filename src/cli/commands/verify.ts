/** `optimize verify PLAN`: judges the plan against its original, without trusting anything that made it. */

import { availableParallelism } from 'node:os';
import { defaultVerifyOptions, type VerificationResult } from '../../sim/judge/verify.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { missingFunctions } from '../external-functions.ts';
import { errorDocument, report, unusable } from '../failure.ts';
import { readFunctions, readInteger } from '../flags.ts';
import { watchInterrupts } from '../interrupt.ts';
import { judge } from '../judge-pool.ts';
import { judgeView } from '../judge-view.ts';
import { readPlanOnly } from '../read-plan.ts';
import { verdictReport } from '../report/verdict-report.ts';
import { readScope, type ScopeFlags } from '../search-scope.ts';

export interface VerifyFlags extends ScopeFlags {
  readonly exhaustive: boolean;
  readonly states?: string;
  readonly seeds: string;
  readonly seed: string;
  readonly workers?: string;
  readonly functions?: string;
  readonly json: boolean;
}

/** States of a search that wasn't asked to be exhaustive: enough to be done within seconds. */
const quickStates = 40_000;

/** States of a search that was: some minutes, and some hundred megabytes. */
const exhaustiveStates = 5_000_000;

/** Processes that judge. */
const workersMax = 64;

export async function verifyCommand(
  { terminal }: Context,
  file: string,
  flags: VerifyFlags,
): Promise<ExitStatus> {
  const seeds = readInteger('--seeds', flags.seeds, 0, 1_000_000);
  const seed = readInteger('--seed', flags.seed, 0);
  const standardStates = flags.exhaustive ? exhaustiveStates : quickStates;
  const states = readInteger('--states', flags.states ?? String(standardStates), 1, 1_000_000_000);
  const workers = readInteger(
    '--workers',
    flags.workers ?? String(Math.min(availableParallelism(), workersMax)),
    1,
    workersMax,
  );
  const asked = readScope(flags);
  const functions = await readFunctions(flags.functions);
  if (
    seeds.kind === 'err' ||
    seed.kind === 'err' ||
    states.kind === 'err' ||
    workers.kind === 'err' ||
    asked.kind === 'err' ||
    functions.kind === 'err'
  ) {
    const wrong = [seeds, seed, states, workers, asked, functions].flatMap((each) =>
      each.kind === 'err' ? each.error : [],
    );
    return report(terminal, unusable(...wrong), flags.json);
  }
  const plan = await readPlanOnly(file, 'verify', 'judged');
  if (plan.kind === 'err') return report(terminal, plan.error, flags.json);
  const missing = missingFunctions(plan.value.program, functions.value);
  if (missing !== null) return report(terminal, missing, flags.json);
  const scope = { ...asked.value, statesMax: states.value, statesPerSearchMax: states.value };
  const { functions: _, ...standard } = defaultVerifyOptions;
  const compared = Math.min(standard.comparedSeeds, seeds.value);
  const interrupt = watchInterrupts(terminal, null, 'the verdict so far');
  const view = judgeView(terminal);
  terminal.err.write(`judging ${plan.value.file} against ${plan.value.document.program.name}\n`);
  const judged = await judge(
    {
      original: plan.value.original,
      plan: plan.value.program,
      options: {
        ...standard,
        scope,
        seeds: seeds.value,
        comparedSeeds: compared,
        seed: seed.value,
      },
      isSearched: true,
      functionsFile: flags.functions ?? null,
    },
    {
      workers: workers.value,
      functions: functions.value,
      signal: interrupt.signal,
      onProgress: view.show,
    },
  );
  interrupt.dispose();
  view.end();
  if (judged.kind === 'died') {
    const message = `the judge died (${judged.how}) before there was a verdict`;
    terminal.err.write(`${message}\n`);
    if (flags.json) terminal.out.write(errorDocument([], message));
    return EXIT.environment;
  }
  const { result } = judged;
  if (flags.json) terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
  else terminal.out.write(verdictReport(file, result, terminal.out));
  return interrupt.status() ?? statusOf(result, flags.exhaustive);
}

function statusOf({ verdict, exhaustive }: VerificationResult, asksForAll: boolean): ExitStatus {
  switch (verdict) {
    case 'refines':
      return EXIT.yes;
    case 'no-violation-found':
      return asksForAll && exhaustive?.complete !== true ? EXIT.unknown : EXIT.yes;
    case 'unknown':
      return EXIT.unknown;
    case 'stalls':
    case 'violated':
      return EXIT.no;
  }
}
