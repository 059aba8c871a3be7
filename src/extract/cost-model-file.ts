/** Cost models as JSON text: read with every mistake reported at once, and written back. */

import { z } from 'zod';
import type { Diagnostic } from '../base/diagnostic.ts';
import { describeJson, fieldName, parseJson, valueAt } from '../base/json-document.ts';
import { err, ok, type Result } from '../base/result.ts';
import { nearestName } from '../base/suggest.ts';
import { type CostModel, mapWork, type Work } from './cost.ts';
import { costModelMessages } from './messages.ts';

export const COST_MODEL_SCHEMA = 'compart/cost-model@1';

/** Beyond it sums and quotients are no numbers any more: a thousand seconds, or a billion dollars an hour. */
const mostCost = 1e9;

const cost = z.number().nonnegative().max(mostCost);

const schema = z.strictObject({
  schema: z.literal(COST_MODEL_SCHEMA),
  name: z.string(),
  machine: z.string(),
  work: z.strictObject({
    wake: cost,
    receive: cost,
    send: cost,
    fromClient: cost,
    toClient: cost,
    held: cost,
    byte: cost,
    fact: cost,
    aggregate: cost,
    sync: cost,
  } satisfies Record<keyof Work, typeof cost>),
  latency: z.strictObject({ hopMs: cost, jitterMs: cost, syncMs: cost }),
  dollarsPerMachineHour: cost,
  provenance: z.record(z.string(), z.string()),
});

/** `file` is what messages call the text. */
export function readCostModel(
  text: string,
  file: string,
): Result<CostModel, readonly Diagnostic[]> {
  const data = parseJson(text);
  if (data.kind === 'ok') return costModelOf(data.value, file);
  return err([costModelMessages.report('CM0001', undefined, { file, problem: data.error })]);
}

export function costModelOf(data: unknown, file: string): Result<CostModel, readonly Diagnostic[]> {
  const found = valueAt(data, ['schema']);
  if (found !== COST_MODEL_SCHEMA) {
    const parameters = { file, found: describeJson(found), expected: COST_MODEL_SCHEMA };
    return err([costModelMessages.report('CM0002', undefined, parameters)]);
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    return err(parsed.error.issues.flatMap((issue) => problemsOf(issue, data, file)));
  }
  const { schema: _, ...model } = parsed.data;
  if (timeless(model.work)) {
    const parameters = {
      file,
      term: 'work',
      found: 'nothing but zeros',
      expected: 'at least one cost above 0',
    };
    return err([costModelMessages.report('CM0005', undefined, parameters)]);
  }
  return ok(model);
}

export function writeCostModel(model: CostModel): string {
  return `${JSON.stringify({ schema: COST_MODEL_SCHEMA, ...model }, null, 2)}\n`;
}

/** With free work every plan reaches any throughput, and no prediction is a number. */
function timeless(work: Work): boolean {
  return Object.values(work).every((value) => value === 0);
}

function problemsOf(issue: z.core.$ZodIssue, data: unknown, file: string): readonly Diagnostic[] {
  const report = costModelMessages.report;
  const term = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearestName(key, knownKeys(issue.path)) ?? null;
      return report('CM0004', undefined, { file, term: [...issue.path, key].join('.'), near });
    });
  }
  const value = valueAt(data, issue.path);
  if (value === undefined) {
    const isCost = issue.code === 'invalid_type' && issue.expected === 'number';
    return [report('CM0003', undefined, { file, term, isCost })];
  }
  const found = typeof value === 'number' ? `${value}` : describeJson(value);
  return [report('CM0005', undefined, { file, term, found, expected: expectedOf(issue) })];
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [group] = path;
  if (group === 'work') return Object.keys(mapWork(() => 0));
  return Object.keys(group === 'latency' ? schema.shape.latency.shape : schema.shape);
}

const range = `a number from 0 to ${mostCost}`;

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' || issue.code === 'too_big') return range;
  if (issue.code !== 'invalid_type') return 'another value';
  if (issue.expected === 'number') return range;
  return issue.expected === 'string' ? 'a text' : 'an object';
}
