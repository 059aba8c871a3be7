/** A chosen plan as the plan document: both deployments, the front, and the trace with its proofs. */

import { defined } from '../base/assert.ts';
import { sha256 } from '../base/order.ts';
import type { Source } from '../base/source.ts';
import { printProgram } from '../ir/print.ts';
import type { Program } from '../ir/program.ts';
import { describeChannels, describeRoles } from '../plan/describe.ts';
import {
  type BrokenDependency,
  type CostRequest,
  type Deployment,
  type FrontierPoint,
  PLAN_SCHEMA,
  type PlanDocument,
  type PlanRole,
  type RunnerUp,
  type TraceStep,
  VERSION,
} from '../plan/document.ts';
import { lowerPlacement } from '../plan/lower.ts';
import { whyLost } from '../plan/runner-up.ts';
import { partsOf } from '../plan/size.ts';
import type { ProgramStep } from '../rewrite/normalize.ts';
import type { Application, Saturated } from '../rewrite/saturate.ts';
import { splitsOf } from '../rewrite/split.ts';
import { asWritten } from './as-written.ts';
import type { Forest } from './choose.ts';
import type { CostModel } from './cost.ts';
import type { Extracted } from './extract.ts';
import type { Measured } from './part-load.ts';
import { afterSteps, originalForest, placeForest, stepsOf } from './place.ts';
import { type Forecast, predictPlacement } from './predict.ts';

export interface DocumentContext {
  readonly source: Source;
  readonly seed: number;
  /** What the run of the program as given, in which its load was counted, says against it. */
  readonly run: RunFindings;
  /** The program as given, and after each program rule but the last; empty when no such rule was applied. */
  readonly before: readonly Measured[];
}

export interface RunFindings {
  readonly brokenDependencies: readonly BrokenDependency[];
  /** Commands of the run that a bound left out. */
  readonly commandsLeftOut: number;
  /** It was too long to be run. */
  readonly isNominal: boolean;
}

export function documentOf(
  extracted: Extracted,
  saturated: Saturated,
  { source, seed, before, run }: DocumentContext,
): PlanDocument {
  const { table, request } = extracted;
  const { base } = table.searched;
  const uncut = lowerForest(extracted, originalForest(table));
  const written = [...before.map((each) => lowerWritten(each, table.model)), uncut];
  const original = written[0] ?? uncut;
  const plan = lowerForest(extracted, extracted.forest);
  const cost: CostRequest = {
    objective: request.objective,
    model: table.model.name,
    ...(extracted.isCapped ? { machinesMax: extracted.machinesMax } : {}),
    ...(request.target === null ? {} : { target: request.target }),
  };
  return {
    schema: PLAN_SCHEMA,
    version: VERSION,
    seed,
    program: {
      name: base.name,
      parameters: Object.fromEntries(base.parameters.map(({ name, value }) => [name, value])),
      sha256: sha256(source.text),
      text: source.text,
    },
    ir: printProgram(plan.program),
    cost,
    original: deploymentOf(original),
    plan: { ...deploymentOf(plan), channels: describeChannels(original.program, plan.program) },
    ...runnerUpOf(extracted, plan, cost),
    frontier: extracted.front.map((forest) => frontierPoint(lowerForest(extracted, forest))),
    trace: [...programSteps(saturated.normalized.steps, written), ...traceOf(extracted, saturated)],
    declined: saturated.declined,
    ...(run.brokenDependencies.length === 0 ? {} : { brokenDependencies: run.brokenDependencies }),
    search: searchOf(extracted, saturated, run),
  };
}

/** How the search ended, with what bounds of the measured run and of the extraction left out. */
function searchOf(
  { optimal, interrupted, pointsLeftOut }: Extracted,
  { report }: Saturated,
  { commandsLeftOut, isNominal }: RunFindings,
): PlanDocument['search'] {
  return {
    ...report,
    stop: interrupted ? 'interrupted' : report.stop,
    cutOff: {
      ...report.cutOff,
      ...(commandsLeftOut === 0 ? {} : { [commandsKey(isNominal)]: commandsLeftOut }),
      ...(pointsLeftOut ? { 'parts of the front': 1 } : {}),
    },
    optimal,
  };
}

function commandsKey(isNominal: boolean): string {
  const measured = 'commands of the measured run';
  return isNominal
    ? `${measured} (too long a program: each clause counts once a command)`
    : measured;
}

/** As good by the objective with more machines; where the cap leaves no such plan, the next one of the front. */
function runnerUpOf(
  extracted: Extracted,
  plan: LoweredPlan,
  cost: CostRequest,
): { readonly runnerUp?: RunnerUp } {
  const { front, forest, machinesMax } = extracted;
  const slower = front.filter(
    (each) => each.machines <= machinesMax && each.period > forest.period,
  );
  const next = extracted.runnerUp ?? (cost.target === undefined ? slower.at(-1) : undefined);
  if (next === undefined || !extracted.reached) return {};
  const { machines, roles, predicted } = deploymentOf(lowerForest(extracted, next));
  return {
    runnerUp: {
      machines,
      roles: roles.map(({ clauses: _, ...role }) => role),
      predicted,
      lost: whyLost(deploymentOf(plan), { machines, roles, predicted }, cost),
    },
  };
}

function frontierPoint({ forecast }: LoweredPlan): FrontierPoint {
  const { throughput, latencyMs, dollarsPerHour } = forecast.prediction;
  return {
    machines: forecast.machines,
    throughput,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(dollarsPerHour === undefined ? {} : { dollarsPerHour }),
  };
}

function deploymentOf({ program, forecast, by }: LoweredPlan): Deployment {
  const predicted = new Map(forecast.roles.map((each) => [each.role, each]));
  const roles = describeRoles(program).map((role): PlanRole => {
    const { name, origin, ...facts } = role;
    const prediction = predicted.get(name);
    return {
      name,
      origin,
      by: by.get(name) ?? 'original',
      ...facts,
      ...(prediction === undefined ? {} : { utilization: prediction.utilization }),
    };
  });
  return { machines: forecast.machines, roles, predicted: forecast.prediction };
}

interface LoweredPlan {
  readonly program: Program;
  readonly forecast: Forecast;
  readonly by: ReadonlyMap<string, string>;
}

/** The plan as a program, with the figures that it was chosen by. */
function lowerForest(
  { table, path }: Pick<Extracted, 'table' | 'path'>,
  forest: Forest,
): LoweredPlan {
  const { base } = table.searched;
  const placed = placeForest(table, forest);
  const { program, roles } = lowerPlacement(base, placed.placement);
  const by = new Map(
    roles.map((role, at) => [role, defined(placed.placement.parts[at], 'a role a part').by]),
  );
  const forecast = predictPlacement(base, placed, path, table.model);
  return { program, forecast, by };
}

function lowerWritten(measured: Measured, model: CostModel): LoweredPlan {
  const written = asWritten(measured, model);
  return lowerForest(written, written.forest);
}

/** What was done to the whole program before it was cut; `written` has a program more than there are steps. */
function programSteps(
  steps: readonly ProgramStep[],
  written: readonly LoweredPlan[],
): readonly TraceStep[] {
  return steps.map(({ rule, at, summary, proofs, match }, index): TraceStep => {
    const before = defined(written[index], 'the program before each step is measured');
    const after = defined(written[index + 1], 'the program after each step is measured');
    return {
      rule: rule.name,
      at,
      summary,
      obligations: proofs,
      before: figures(before),
      after: figures(after),
      ir: printProgram(match.after),
    };
  });
}

/** How the plan came about: each step with its proofs, the figures around it, and the program after it. */
function traceOf(extracted: Extracted, saturated: Saturated): readonly TraceStep[] {
  const { table, forest } = extracted;
  const steps = stepsOf(table, forest);
  let before = lowerForest(extracted, afterSteps(table, forest, 0));
  return steps.map((step, index): TraceStep => {
    const after = lowerForest(extracted, afterSteps(table, forest, index + 1));
    const application = defined(saturated.applications.get(step.node), 'a step was applied');
    const made: TraceStep = {
      rule: step.rule,
      at: placeName(before, after, application) ?? step.role,
      summary: summaryOf(application),
      obligations: application.proofs,
      before: figures(before),
      after: figures(after),
      ir: printProgram(after.program),
    };
    before = after;
    return made;
  });
}

/** The role of the program before the step that is no longer the same after it. */
function placeName(before: LoweredPlan, after: LoweredPlan, { match }: Application): string | null {
  const changed = before.program.roles.filter((role) => {
    const now = after.program.roles.find((each) => each.name === role.name);
    const sameSize = partsOf(before.program, role.name) === partsOf(after.program, role.name);
    return now === undefined || now.clauses.length !== role.clauses.length || !sameSize;
  });
  const own = changed.filter((role) => (role.of ?? role.name) === match.site.part.role);
  return (own[0] ?? changed[0])?.name ?? null;
}

/** With the clauses that were split on the way, each at the operator edge above what stays. */
function summaryOf({ match }: Application): string {
  const splits = splitsOf(match).map(
    ({ clause, below, forward }) => `splits ${clause} above \`${below}\` (\`${forward}\`)`,
  );
  return [match.proposal.summary, ...splits].join('; ');
}

function figures({ forecast }: LoweredPlan): TraceStep['before'] {
  return { throughput: forecast.prediction.throughput, machines: forecast.machines };
}
