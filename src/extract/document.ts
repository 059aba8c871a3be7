/** A chosen plan as the plan document: both deployments, the front, and the trace with its proofs. */

import { defined } from '../base/assert.ts';
import type { Source } from '../base/source.ts';
import type { Expression } from '../ir/expression.ts';
import { printProgram } from '../ir/print.ts';
import { printClause } from '../ir/print-clause.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Channel, Program } from '../ir/program.ts';
import {
  type Deployment,
  type FrontierPoint,
  PLAN_SCHEMA,
  type PlanChannel,
  type PlanDocument,
  type PlanRole,
  type TraceStep,
  VERSION,
} from '../plan/document.ts';
import { lowerPlacement } from '../plan/lower.ts';
import { membersOf, partsOf } from '../plan/size.ts';
import type { Application, Saturated } from '../rewrite/saturate.ts';
import type { Forest } from './choose.ts';
import type { Extracted } from './extract.ts';
import { afterSteps, originalForest, placeForest, stepsOf } from './place.ts';
import { type Forecast, predictPlacement } from './predict.ts';

export interface DocumentContext {
  readonly source: Source;
  readonly sha256: string;
  readonly seed: number;
}

export function documentOf(
  extracted: Extracted,
  saturated: Saturated,
  { source, sha256, seed }: DocumentContext,
): PlanDocument {
  const { table, request } = extracted;
  const { base } = table.searched;
  const original = lowerForest(extracted, originalForest(table));
  const plan = lowerForest(extracted, extracted.forest);
  return {
    schema: PLAN_SCHEMA,
    version: VERSION,
    seed,
    program: {
      name: base.name,
      parameters: Object.fromEntries(base.parameters.map(({ name, value }) => [name, value])),
      sha256,
      text: source.text,
    },
    ir: printProgram(plan.program),
    cost: {
      objective: request.objective,
      model: table.model.name,
      machinesMax: extracted.machinesMax,
      ...(request.target === null ? {} : { target: request.target }),
    },
    original: deploymentOf(original),
    plan: { ...deploymentOf(plan), channels: channelsOf(base, plan.program) },
    frontier: extracted.front.map((forest) => frontierPoint(lowerForest(extracted, forest))),
    trace: traceOf(extracted, saturated),
    declined: saturated.declined,
    search: { ...saturated.report, optimal: extracted.optimal },
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
  const roles = program.roles
    .filter((role) => !role.external)
    .map((role): PlanRole => {
      const prediction = forecast.roles.find((each) => each.role === role.name);
      return {
        name: role.name,
        origin: role.of ?? role.name,
        by: by.get(role.name) ?? 'original',
        instances: partsOf(program, role.name),
        of: membersOf(program, role.name),
        partitionKey: partitionKey(program, role.name),
        clauses: role.clauses.map((clause) => printClause(clause)),
        ...(prediction === undefined ? {} : { utilization: prediction.utilization }),
      };
    });
  return { machines: forecast.machines, roles, predicted: forecast.prediction };
}

/** The columns by which the channels of a partitioned role are routed, each name once. */
function partitionKey(program: Program, role: string): readonly string[] {
  if (partsOf(program, role) <= 1) return [];
  const routes = program.channels.filter((channel) => channel.to === role);
  return [...new Set(routes.flatMap((channel) => channel.route.map(printExpression)))];
}

function channelsOf(base: Program, program: Program): readonly PlanChannel[] {
  return program.channels.map((channel) => ({
    name: channel.name,
    from: channel.from,
    to: channel.to,
    route: printRoute(program, channel),
    introduced: !base.channels.some((each) => each.name === channel.name),
  }));
}

function printRoute(program: Program, channel: Channel): string {
  const parts = partsOf(program, channel.to);
  if (parts <= 1) return 'member';
  const [only] = channel.route;
  const text = channel.route.map(printExpression).join(', ');
  const whole = channel.route.length === 1 && only !== undefined && isInteger(channel, only);
  return `member, ${whole ? text : `hash(${text})`} mod ${parts}`;
}

function isInteger(channel: Channel, key: Expression): boolean {
  const column = channel.columns.find((each) => key.kind === 'variable' && each.name === key.name);
  return column?.type.kind === 'int';
}

interface LoweredPlan {
  readonly program: Program;
  readonly forecast: Forecast;
  readonly by: ReadonlyMap<string, string>;
}

/** The plan as a program, with the figures that it was chosen by. */
function lowerForest({ table, path }: Extracted, forest: Forest): LoweredPlan {
  const { base } = table.searched;
  const placed = placeForest(table, forest);
  const { program, roles } = lowerPlacement(base, placed.placement);
  const by = new Map(
    roles.map((role, at) => [role, defined(placed.placement.parts[at], 'a role a part').by]),
  );
  const forecast = predictPlacement(base, placed, path, table.model);
  return { program, forecast, by };
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

function summaryOf({ match }: Application): string {
  return match.proposal.summary;
}

function figures({ forecast }: LoweredPlan): TraceStep['before'] {
  return { throughput: forecast.prediction.throughput, machines: forecast.machines };
}
