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
import { printTraceEvent, type TraceEvent } from '../trace.ts';
import { ClientInterface } from './client-interface.ts';
import type { ClientPool } from './client-pool.ts';
import type { Counterexample } from './counterexample.ts';
import { type ExhaustiveReport, judgeExhaustively } from './exhaustive.ts';
import { judgeRandomly, type RandomFinding, type RandomReport } from './random.ts';
import { defaultScope, type Scope } from './scope.ts';
import { drawSpaceTime, type Happening } from './space-time.ts';

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
  readonly invariants: RandomReport['invariants'];
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
  if (exhaustive?.verdict === 'violated') {
    return {
      schema: VERDICT_SCHEMA,
      verdict: 'violated',
      exhaustive: exhaustive.report,
      random: null,
      invariants: [],
      counterexample: exhaustive.counterexample,
    };
  }
  const random =
    options.seeds + options.comparedSeeds === 0
      ? null
      : judgeRandomly(original, plan, { ...options, scope: options.scope ?? defaultScope });
  const finding = random?.finding ?? null;
  const verdict = verdictOf(exhaustive?.verdict ?? null, finding);
  const shown =
    finding !== null && (finding.kind === 'violated' || exhaustive?.verdict !== 'stalls')
      ? randomCounterexample(plan, finding)
      : (exhaustive?.counterexample ?? null);
  return {
    schema: VERDICT_SCHEMA,
    verdict,
    exhaustive: exhaustive?.report ?? null,
    random: random?.report ?? null,
    invariants: random?.report.invariants ?? [],
    counterexample: shown,
  };
}

function verdictOf(
  exhaustive: 'refines' | 'stalls' | 'violated' | 'unknown' | 'incomplete' | null,
  finding: RandomFinding | null,
): Verdict {
  if (finding?.kind === 'violated') return 'violated';
  if (exhaustive === 'stalls' || finding?.kind === 'stalls') return 'stalls';
  if (exhaustive === 'unknown') return 'unknown';
  return exhaustive === 'refines' ? 'refines' : 'no-violation-found';
}

function randomCounterexample(plan: Program, finding: RandomFinding): Counterexample {
  const { run, result } = finding;
  const columns = (name: string) => plan.channels.find((each) => each.name === name)?.columns ?? [];
  const clients = new ClientInterface(plan);
  const trace = result.trace ?? [];
  const events = trace.map((event) => printTraceEvent(event, columns));
  return {
    kind: finding.kind,
    claim: finding.claim,
    history: result.history.map(
      ({ kind, client, channel, fact, to }) =>
        `client:${client} ${kind === 'send' ? `sends to ${to}` : 'receives'} ${clients.printFact(channel, fact)}`,
    ),
    events,
    diagram: drawSpaceTime(happeningsOf(trace, events)),
    replay: {
      commands: [`${run.commands} commands of the workload`],
      faults: run.faults.length === 0 ? 'none' : run.faults.join(','),
      seed: run.seed,
    },
  };
}

/** Sends are drawn where they arrive. */
function happeningsOf(
  trace: readonly TraceEvent[],
  texts: readonly string[],
): readonly Happening[] {
  const senders = new Map<number, string>();
  return trace.flatMap((event, at): readonly Happening[] => {
    if (event.kind === 'send') {
      senders.set(event.message, event.node);
      return [];
    }
    const from =
      event.kind === 'receive' || event.kind === 'lost' ? (senders.get(event.message) ?? '') : '';
    return [{ at: event.node, from: from === '' ? [] : [from], text: (texts[at] ?? '').trim() }];
  });
}
