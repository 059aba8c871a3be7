/**
 * Is a plan correct? Judged against its original by running both, without anything that made the plan.
 *
 * A *history* is what clients see: `send(c, fact)` by a client and `recv(c, fact)` at a client, with the pairs
 * recv-before-send across all clients. Clients are the most general ones: they send any fact of the workload at any
 * time, also after any output, and one of them twice. Timers, ticks and internal messages are hidden; output facts
 * count by their first arrival, unless their channel is a `bag`. A plan P' of P is correct when
 *
 * - (S) every history of P' under faults F is a history of P under `origin(F)`: faults fall on logical members, and the
 *   parts of a member share its incarnation (faults.ts);
 * - (L) every complete history of P' (fair, nothing left to do that clients could ever see), without faults or with
 *   faults in one logical member, is a complete history of P. A plan that fails only (L) `stalls`: the empty
 *   plan satisfies (S).
 *
 * A recv that arrives later and a send that is taken later only loosen the order, so P' is run with commands sent when
 * they are taken and outputs seen when they are sent. The searches (exhaustive.ts) are exhaustive within `Scope`:
 * pools of commands, one fault, timers of one member, few firings of per-fact timers, batches up to a size; from the first states, after a warm-up
 * that settles a leader, and where another member is about to stand. `complete` says that all of it was searched.
 * What P doesn't show within its bounds is looked for with higher ones, until raising them changes nothing; only
 * then it is `violated`, before that `unknown`.
 */
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import type { InvariantFound } from '../invariants.ts';
import type { ClientPool } from './client-pool.ts';
import type { Counterexample } from './counterexample.ts';
import {
  type ExhaustiveJudgement,
  type ExhaustiveReport,
  judgeExhaustively,
} from './exhaustive.ts';
import { judgeRandomly, type RandomReport } from './random.ts';
import { randomCounterexample } from './random-counterexample.ts';
import { defaultScope, type Scope } from './scope.ts';

export const VERDICT_SCHEMA = 'compart/verdict@1';

export type Verdict =
  /** Every run of the scope was searched, and each is one of the original; random runs found nothing either. */
  | 'refines'
  | 'stalls'
  | 'violated'
  /** Nothing was found, and the scope wasn't searched to its end. */
  | 'no-violation-found'
  /** Something was found that the original doesn't show within its bounds, and it isn't sure that it never does. */
  | 'unknown';

export interface VerificationResult {
  readonly schema: typeof VERDICT_SCHEMA;
  readonly verdict: Verdict;
  /** Null when it wasn't asked for. */
  readonly exhaustive: ExhaustiveReport | null;
  readonly random: RandomReport | null;
  /** Declared ones, over all that ran. */
  readonly invariants: readonly InvariantFound[];
  readonly counterexample: Counterexample | null;
}

export interface VerifyOptions {
  /** Null: no exhaustive search. */
  readonly scope: Scope | null;
  /** Commands to search in place of the workload's. */
  readonly pools: readonly ClientPool[] | null;
  readonly functions: ExternalFunctions;
  /** Random runs; 0 for none. */
  readonly seeds: number;
  readonly seed: number;
  readonly commands: number;
  readonly comparedSeeds: number;
  readonly comparedCommands: number;
}

export const defaultVerifyOptions: VerifyOptions = {
  scope: defaultScope,
  pools: null,
  functions: {},
  seeds: 60,
  seed: 0,
  commands: 40,
  comparedSeeds: 12,
  comparedCommands: 3,
};

/** A violation of the scope wins over one of random runs, a violation over a stall. */
export function verify(
  original: Program,
  plan: Program,
  options: VerifyOptions = defaultVerifyOptions,
): VerificationResult {
  const { functions, pools } = options;
  const exhaustive =
    options.scope === null
      ? null
      : judgeExhaustively(original, plan, { scope: options.scope, functions, pools });
  const random =
    exhaustive?.verdict === 'violated' || options.seeds + options.comparedSeeds === 0
      ? null
      : judgeRandomly(original, plan, { ...options, scope: options.scope ?? defaultScope });
  const finding = random?.finding ?? null;
  const subject = { original, plan, functions };
  const shown = finding === null ? null : randomCounterexample(subject, finding);
  return concluded(exhaustive, random === null ? null : { report: random.report, shown });
}

/** What random runs came to, with the counterexample that they found. */
export interface RandomConclusion {
  readonly report: RandomReport;
  readonly shown: Counterexample | null;
}

export function concluded(
  exhaustive: ExhaustiveJudgement | null,
  random: RandomConclusion | null,
): VerificationResult {
  const isViolated = exhaustive?.verdict === 'violated';
  const counted = isViolated ? null : random;
  const shown = counted?.shown ?? null;
  const isWorse = shown?.kind === 'violated' || exhaustive?.verdict !== 'stalls';
  return {
    schema: VERDICT_SCHEMA,
    verdict: verdictOf(exhaustive?.verdict ?? null, shown?.kind ?? null),
    exhaustive: exhaustive?.report ?? null,
    random: counted?.report ?? null,
    invariants: invariantsOf(exhaustive?.report.invariants ?? [], counted?.report.invariants ?? []),
    counterexample: shown !== null && isWorse ? shown : (exhaustive?.counterexample ?? null),
  };
}

/** An invariant is violated when either of them saw that; an empty list where nothing ran. */
function invariantsOf(
  exhaustive: readonly InvariantFound[],
  random: readonly InvariantFound[],
): readonly InvariantFound[] {
  const violated = [...exhaustive, ...random].filter((each) => each.verdict === 'violated');
  const names = new Set(violated.map((each) => each.name));
  const all = random.length > 0 ? random : exhaustive;
  return all.map(({ name }) => ({ name, verdict: names.has(name) ? 'violated' : 'held' }));
}

function verdictOf(
  exhaustive: ExhaustiveJudgement['verdict'] | null,
  random: Counterexample['kind'] | null,
): Verdict {
  if (exhaustive === 'violated' || random === 'violated') return 'violated';
  if (exhaustive === 'stalls' || random === 'stalls') return 'stalls';
  if (exhaustive === 'unknown') return 'unknown';
  return exhaustive === 'refines' ? 'refines' : 'no-violation-found';
}
