/**
 * The whole of compart on one page: a program in, a proved and cheaper plan out.
 *
 *   load -> measure -> saturate, proving each rewrite -> measure the cuts -> extract -> document
 */

import { invariant } from './base/assert.ts';
import { type Diagnostic, hasErrors } from './base/diagnostic.ts';
import { err, ok, type Result } from './base/result.ts';
import type { Source } from './base/source.ts';
import { inTurns } from './base/turns.ts';
import type { ExternalFunctions } from './exec/functions.ts';
import type { CostModel } from './extract/cost.ts';
import { documentOf } from './extract/document.ts';
import { extractPlan } from './extract/extract.ts';
import { functionKeys, instrument } from './extract/instrument.ts';
import { factsOf, rateOf } from './extract/measured-facts.ts';
import { costModelMessages } from './extract/messages.ts';
import { predict } from './extract/predict.ts';
import { planProblems } from './plan/check.ts';
import type { Objective, PlanDocument } from './plan/document.ts';
import { checkLaws } from './rewrite/laws.ts';
import type { Rule } from './rewrite/rule.ts';
import { type Progress, type Saturated, type SearchLimits, saturate } from './rewrite/saturate.ts';
import { usedCuts } from './rewrite/used-cuts.ts';
import { measureEach, measureWorkload } from './sim/measure-workload.ts';
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
  const original = await measureWorkload(base, request);
  if (original.kind === 'err') return original;
  const given = { program: base, profile: original.value };
  if (predict(given, request.model).prediction.throughput === 0) {
    const parameters = { program: base.name, model: request.model.name };
    return err([costModelMessages.report('CM0006', undefined, parameters)]);
  }

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

  const { forwards, constructions } = usedCuts(saturated.space, saturated.applications.values());
  say('measure', `${forwards.length + constructions.length} possible cuts`);
  const { program, steps } = saturated.normalized;
  const keys = functionKeys(saturated.applications.values());
  const observed = instrument(program, forwards, constructions, saturated.space.introduced, keys);
  const cuts = forwards.length + constructions.length + keys.length;
  const isAsWritten = cuts === 0 && steps.length === 0;
  const profile = isAsWritten ? original : await measureWorkload(observed, request);
  if (profile.kind === 'err') return profile;
  const between = await measureEach(
    steps.slice(0, -1).map(({ match }) => match.after),
    request,
  );
  if (between.kind === 'err') return between;

  say('extract', `the plan for ${request.objective}`);
  const roots = [...saturated.roots].map(([role, plan]) => ({ role, plan }));
  const searched = { base: program, space: saturated.space, roots };
  const measured = { program, profile: profile.value };
  const extracted = await inTurns(extractPlan(searched, measured, given, request), request.signal);
  const document = documentOf(extracted, saturated, {
    source: request.source,
    seed: request.seed,
    run: original.value,
    before: steps.length === 0 ? [] : [given, ...between.value],
  });
  const again = loadProgram({ name: `${base.name}.plan.ir`, text: document.ir });
  invariant(again.kind === 'ok', 'a plan is a program that loads');
  const [problem] = planProblems(base, again.value.program);
  invariant(problem === undefined, problem ?? '');
  return ok({ document, saturated, reached: extracted.reached });
}
