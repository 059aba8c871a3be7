/** Plan documents as JSON text: written in one fixed layout, read with every mistake reported at once. */

import { z } from 'zod';
import type { Diagnostic } from '../base/diagnostic.ts';
import { describeJson, fieldName, parseJson, valueAt } from '../base/json-document.ts';
import { sha256 } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import { codecMessages } from './codec-messages.ts';
import { PLAN_SCHEMA, type PlanDocument } from './document.ts';

const amount = z.number().nonnegative();
const count = z.int().nonnegative();
const texts = z.array(z.string());

const prediction = z.object({
  throughput: amount,
  latencyMs: amount.exactOptional(),
  dollarsPerHour: amount.exactOptional(),
  bottleneck: z.string(),
});

const role = z.object({
  name: z.string(),
  origin: z.string(),
  by: z.string(),
  instances: z.int().positive(),
  of: z.int().positive(),
  partitionKey: texts,
  clauses: texts,
  utilization: amount.exactOptional(),
});

const deployment = z.object({ machines: count, roles: z.array(role), predicted: prediction });

const runnerUp = z.object({
  machines: count,
  roles: z.array(role.omit({ clauses: true })),
  predicted: prediction,
  lost: z.string(),
});

const channel = z.object({
  name: z.string(),
  from: z.string(),
  to: z.string(),
  route: z.string(),
  introduced: z.boolean(),
});

const proof = z.object({
  id: z.string(),
  kind: z.enum(['instance', 'bounded', 'syntactic', 'argued']),
  lemma: z.string(),
  verdict: z.enum(['proved', 'refuted', 'unknown']),
  claim: z.string(),
  hypotheses: texts,
  solver: z.string().exactOptional(),
});

const figures = z.object({ throughput: amount, machines: count });

const step = z.object({
  rule: z.string(),
  at: z.string(),
  summary: z.string(),
  obligations: z.array(proof).min(1),
  before: figures,
  after: figures,
  ir: z.string(),
});

const declined = z.object({
  rule: z.string(),
  at: z.string(),
  condition: z.string(),
  reason: z.string(),
  verdict: z.enum(['refuted', 'unknown', 'not-applicable']),
  counterexample: texts,
});

const brokenDependency = z.object({
  relation: z.string(),
  dependency: z.string(),
  node: z.string(),
  facts: z.tuple([z.string(), z.string()]),
});

const frontierPoint = z.object({
  machines: count,
  throughput: amount,
  latencyMs: amount.exactOptional(),
  dollarsPerHour: amount.exactOptional(),
});

const search = z.object({
  enodes: count,
  eclasses: count,
  iterations: count,
  stop: z.enum(['saturated', 'iterations', 'nodes', 'matches', 'time', 'interrupted']),
  rules: z.record(z.string(), count),
  cutOff: z.record(z.string(), count),
  optimal: z.boolean(),
  elapsedMs: amount.exactOptional(),
});

const cost = z.object({
  objective: z.enum(['throughput', 'latency', 'machines', 'dollars']),
  model: z.string(),
  machinesMax: count.exactOptional(),
  target: amount.exactOptional(),
});

const schema: z.ZodType<PlanDocument> = z.object({
  schema: z.literal(PLAN_SCHEMA),
  version: z.string(),
  seed: z.int(),
  program: z.object({
    // Files are named after it.
    name: z.string().regex(/^[^/\\\p{Cc}]*[^/\\\p{Cc}.][^/\\\p{Cc}]*$/u),
    parameters: z.record(z.string(), z.int()),
    sha256: z.string(),
    text: z.string(),
  }),
  ir: z.string(),
  cost,
  original: deployment,
  plan: deployment.extend({ channels: z.array(channel) }),
  runnerUp: runnerUp.exactOptional(),
  frontier: z.array(frontierPoint),
  trace: z.array(step),
  declined: z.array(declined),
  brokenDependencies: z.array(brokenDependency).exactOptional(),
  search,
});

/** The text that `--json` prints and `--out` writes. */
export function writePlan(document: PlanDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** `file` is what messages call the text. */
export function readPlan(text: string, file: string): Result<PlanDocument, readonly Diagnostic[]> {
  const data = parseJson(text);
  if (data.kind === 'ok') return planOf(data.value, file);
  return err([codecMessages.report('PL0101', undefined, { file, problem: data.error })]);
}

export function planOf(data: unknown, file: string): Result<PlanDocument, readonly Diagnostic[]> {
  const found = valueAt(data, ['schema']);
  if (found !== PLAN_SCHEMA) {
    const parameters = { file, found: describeJson(found), expected: PLAN_SCHEMA };
    return err([codecMessages.report('PL0102', undefined, parameters)]);
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    return err(parsed.error.issues.map((issue) => problemOf(issue, data, file)));
  }
  const { program } = parsed.data;
  if (sha256(program.text) !== program.sha256) {
    return err([codecMessages.report('PL0105', undefined, { file })]);
  }
  return ok(parsed.data);
}

function problemOf(issue: z.core.$ZodIssue, data: unknown, file: string): Diagnostic {
  const field = fieldName(issue.path);
  const value = valueAt(data, issue.path);
  if (value === undefined) return codecMessages.report('PL0103', undefined, { file, field });
  const parameters = { file, field, found: describeJson(value), expected: expectedOf(issue) };
  return codecMessages.report('PL0104', undefined, parameters);
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'at least one entry' : `at least ${issue.minimum}`;
    case 'invalid_format':
      return 'a name without slashes';
    default:
      return 'another value';
  }
}
