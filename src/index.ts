/**
 * compart as a library. Mistakes in programs and plans come back as values; nothing is printed, no process is left,
 * and equal inputs give equal results.
 */

import { costModels, throughputModel } from '../cost-models/index.ts';
import { rules } from '../rules/index.ts';
import type { ProgramReport } from './analysis/report.ts';
import { analyzeProgram } from './analysis/report.ts';
import type { Diagnostic } from './base/diagnostic.ts';
import { err, ok, type Result } from './base/result.ts';
import type { Source } from './base/source.ts';
import type { Program } from './ir/program.ts';
import { type Optimized, type OptimizeRequest, optimize as optimizeWhole } from './optimize.ts';
import { checkDocument } from './plan/check-document.ts';
import type { PlanDocument } from './plan/document.ts';
import { searchLimits } from './rewrite/saturate.ts';
import {
  defaultVerifyOptions,
  verify as judge,
  type VerificationResult,
  type VerifyOptions,
} from './sim/judge/verify.ts';
import {
  defaultSimulationOptions,
  type SimulationOptions,
  type SimulationResult,
  simulate as simulateWhole,
} from './sim/simulate.ts';
import { type Checked, type LoadOptions, loadProgram } from './syntax/load.ts';

export { renderDiagnostics } from './base/render.ts';
export { checkProof } from './egraph/check-proof.ts';
export { printDot as printEGraphDot } from './egraph/dot.ts';
export { EGraph } from './egraph/egraph.ts';
export { explain } from './egraph/explain.ts';
export { RandomExtractor } from './egraph/extract-random.ts';
export { extractTree } from './egraph/extract-tree.ts';
export { checkInvariants } from './egraph/invariants.ts';
export { matchesOf } from './egraph/matcher.ts';
export { parsePattern, parseRule, parseTerm } from './egraph/pattern-text.ts';
export { readSerialized } from './egraph/read-serialized.ts';
export { saturate as saturateEGraph } from './egraph/saturate.ts';
export { serialize } from './egraph/serialize.ts';
export { diagramOf } from './emit/diagram.ts';
export { printDot } from './emit/dot.ts';
export { printMermaid } from './emit/mermaid.ts';
export { drawSvg } from './emit/svg.ts';
export { printProgram } from './ir/print.ts';
export { readPlan, writePlan } from './plan/codec.ts';
export { existenceDependency } from './smt/lemmas/existence-dependency.ts';
export { latticeLaws } from './smt/lemmas/lattice.ts';
export { noChangeDependency } from './smt/lemmas/no-change-dependency.ts';
export { createSolver } from './smt/solver.ts';
export { format } from './syntax/format.ts';
export type {
  Checked,
  Diagnostic,
  LoadOptions,
  Optimized,
  PlanDocument,
  Program,
  ProgramReport,
  Result,
  SimulationResult,
  Source,
  VerificationResult,
};
export { costModels, rules };

type Findings = readonly Diagnostic[];

/** Parses and checks a program; `name` is what messages call it. */
export function load(source: Source, options: LoadOptions = {}): Result<Checked, Findings> {
  return loadProgram(source, options);
}

export type OptimizeOptions = Partial<Omit<OptimizeRequest, 'source'>>;

/** The cheapest proved deployment: for throughput, with all rules and the shipped cost model unless said otherwise. */
export function optimize(
  source: Source,
  options: OptimizeOptions = {},
): Promise<Result<Optimized, Findings>> {
  return optimizeWhole({
    objective: 'throughput',
    model: throughputModel,
    rules,
    machinesMax: null,
    target: null,
    seed: 0,
    limits: searchLimits,
    functions: {},
    ...options,
    source,
  });
}

/** What holds of each role, relation and channel, and where coordination is needed. */
export function analyze(program: Program): ProgramReport {
  return analyzeProgram(program);
}

/** Judges a plan against its original, without trusting what made it. May take long: it doesn't wait for anything. */
export function verify(
  document: PlanDocument,
  options: Partial<VerifyOptions> = {},
): Result<VerificationResult, Findings> {
  const { program, ir } = document;
  const { name, text, parameters } = program;
  const original = loadProgram({ name: `${name}.ir`, text }, { set: parameters });
  if (original.kind === 'err') return original;
  const plan = loadProgram({ name: `${name}.plan.ir`, text: ir });
  if (plan.kind === 'err') return plan;
  const programs = { original: original.value.program, plan: plan.value.program };
  const problems = checkDocument(document, programs, name, 'judged');
  if (problems.length > 0) return err(problems);
  const all = { ...defaultVerifyOptions, ...options };
  return ok(judge(original.value.program, plan.value.program, all));
}

/** One deterministic run in a simulated world. */
export function simulate(
  program: Program,
  options: Partial<SimulationOptions> = {},
): SimulationResult {
  return simulateWhole(program, { ...defaultSimulationOptions, ...options });
}
