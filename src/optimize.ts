/**
 * The whole of compart on one page: a program in, a proved and cheaper plan out.
 *
 *   load -> measure -> saturate, proving each rewrite -> measure the cuts -> extract -> document
 */

import { invariant } from './base/assert.ts';
import { type Diagnostic, hasErrors } from './base/diagnostic.ts';
import { sha256 } from './base/order.ts';
import { err, ok, type Result } from './base/result.ts';
import type { Source } from './base/source.ts';
import type { ExternalFunctions } from './exec/functions.ts';
import type { CostModel } from './extract/cost.ts';
import { documentOf } from './extract/document.ts';
import { extractPlan } from './extract/extract.ts';
import { instrument } from './extract/instrument.ts';
import type { Measured } from './extract/part-load.ts';
import type { Program } from './ir/program.ts';
import { planProblems } from './plan/check.ts';
import type { Objective, PlanDocument } from './plan/document.ts';
import type { LoadProfile } from './plan/load-profile.ts';
import { planMessages } from './plan/messages.ts';
import { checkLaws } from './rewrite/laws.ts';
import type { ProgramFacts } from './rewrite/normal/change.ts';
import type { Normalized } from './rewrite/normalize.ts';
import type { Rule } from './rewrite/rule.ts';
import { type Progress, type Saturated, type SearchLimits, saturate } from './rewrite/saturate.ts';
import { defaultLoadOptions, describeLoadFault, measureLoad } from './sim/load-profile.ts';
import { createSolver } from './smt/solver.ts';
import { loadProgram } from './syntax/load.ts';

export interface OptimizeRequest {
  readonly source: Source;
  readonly set?: Readonly<Record<string, number>>;
  readonly objective: Objective;
  readonly model: CostModel;
  readonly rules: readonly Rule[];
  /** Null: three times the machines of the original. */
  readonly machinesMax: number | null;
  /** Commands per second; null: as many as possible. */
  readonly target: number | null;
  readonly seed: number;
  readonly limits: SearchLimits;
  readonly functions: ExternalFunctions;
  /** When it fires, the best plan found and proved so far comes out. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: OptimizeEvent) => void;
}

export type Phase = 'load' | 'measure' | 'saturate' | 'extract';

export type OptimizeEvent =
  | { readonly kind: 'phase'; readonly phase: Phase; readonly text: string }
  | { readonly kind: 'progress'; readonly progress: Progress };

export interface Optimized {
  readonly document: PlanDocument;
  readonly saturated: Saturated;
  /** False when no plan under the cap reaches the target. */
  readonly reached: boolean;
}

export async function optimize(
  request: OptimizeRequest,
): Promise<Result<Optimized, readonly Diagnostic[]>> {
  const say = (phase: Phase, text: string): void =>
    request.onProgress?.({ kind: 'phase', phase, text });

  say('load', request.source.name);
  const loaded = loadProgram(request.source, { set: request.set ?? {} });
  if (loaded.kind === 'err') return loaded;
  const base = loaded.value.program;

  say('measure', `${base.name} as written`);
  const original = measured(base, request);
  if (original.kind === 'err') return original;

  say('saturate', `${request.rules.length} rules`);
  const solver = createSolver();
  const laws = await checkLaws(base, solver, loaded.value.spans.node, request.signal);
  if (hasErrors(laws)) return solver.dispose().then(() => err(laws));
  const saturated = await saturate(base, {
    rules: request.rules,
    solver,
    limits: request.limits,
    rate: (role, clause) => rateOf(original.value, role, clause),
    facts: factsOf(original.value),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    onProgress: (progress) => request.onProgress?.({ kind: 'progress', progress }),
  }).finally(() => solver.dispose());

  say('measure', `${saturated.space.forwards.length} possible cuts`);
  const { forwards, introduced } = saturated.space;
  const { program, steps } = saturated.normalized;
  const observed = instrument(program, forwards, introduced);
  const isAsWritten = forwards.length === 0 && steps.length === 0;
  const profile = isAsWritten ? original : measured(observed, request);
  if (profile.kind === 'err') return profile;
  const before = measuredBefore(base, original.value, saturated.normalized, request);
  if (before.kind === 'err') return before;

  say('extract', `the plan for ${request.objective}`);
  const roots = [...saturated.roots].map(([role, plan]) => ({ role, plan }));
  const searched = { base: program, space: saturated.space, roots };
  const extracted = extractPlan(searched, { program, profile: profile.value }, request);
  const document = documentOf(extracted, saturated, {
    source: request.source,
    sha256: sha256(request.source.text),
    seed: request.seed,
    before: before.value,
  });
  const again = loadProgram({ name: `${base.name}.plan.ir`, text: document.ir });
  invariant(again.kind === 'ok', 'a plan is a program that loads');
  const [problem] = planProblems(base, again.value.program);
  invariant(problem === undefined, problem ?? '');
  return ok({ document, saturated, reached: extracted.reached });
}

/** The program as given, and after each step but the last: what the figures of the trace are of. */
function measuredBefore(
  base: Program,
  original: LoadProfile,
  { steps }: Normalized,
  request: OptimizeRequest,
): Result<readonly Measured[], readonly Diagnostic[]> {
  if (steps.length === 0) return ok([]);
  const found: Measured[] = [{ program: base, profile: original }];
  for (const { match } of steps.slice(0, -1)) {
    const profile = measured(match.after, request);
    if (profile.kind === 'err') return profile;
    found.push({ program: match.after, profile: profile.value });
  }
  return ok(found);
}

/** What a command of the workload costs, counted in a simulated run. */
function measured(
  program: Program,
  { seed, functions }: OptimizeRequest,
): Result<LoadProfile, readonly Diagnostic[]> {
  const { name, workload } = program;
  if (workload === null) return err([planMessages.report('PL0001', undefined, { program: name })]);
  const profile = measureLoad(program, {
    ...defaultLoadOptions,
    ...runLength(program),
    seed,
    functions,
  });
  if (profile.kind === 'err') {
    const fault = describeLoadFault(profile.error);
    return err([planMessages.report('PL0002', undefined, { program: name, fault })]);
  }
  const { commands, answered } = profile.value;
  if (answered > 0) return profile;
  return err([planMessages.report('PL0003', undefined, { program: name, commands, answered })]);
}

/** What the choice of a program rule depends on: how messages spread, and how often they are the same. */
function factsOf({ keys, roles, commands }: LoadProfile): ProgramFacts {
  return {
    heaviest: (channel, column) => keys[channel]?.[column]?.heaviest ?? null,
    repeated: (channel) => {
      const seen = keys[channel];
      const messages = Math.max(...roles.map((each) => each.received[channel]?.messages ?? 0));
      if (seen === undefined || messages === 0) return null;
      // No more different messages than combinations of values.
      const different = seen.reduce((product, { distinct }) => product * Math.max(1, distinct), 1);
      return (messages * commands) / different;
    },
  };
}

/** Long programs are run for fewer commands: a command of theirs touches more clauses. */
function runLength({ roles }: Program): { readonly commands: number; readonly warmup: number } {
  const clauses = roles.reduce((sum, role) => sum + role.clauses.length, 0);
  const share = Math.min(1, 200 / clauses);
  return {
    commands: Math.ceil(defaultLoadOptions.commands * share),
    warmup: Math.ceil(defaultLoadOptions.warmup * share),
  };
}

/** Messages or facts of a clause per command, on the busiest process of its role. */
function rateOf({ roles }: LoadProfile, role: string, clause: string): number {
  const load = roles.find((each) => each.role === role);
  return load?.sent[clause]?.messages ?? load?.derived[clause] ?? 0;
}
