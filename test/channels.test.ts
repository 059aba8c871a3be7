/** Whole compiles of programs whose channels carry more than anybody reads: what each rule is worth. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { throughputModel } from '../cost-models/index.ts';
import { rules } from '../rules/index.ts';
import { optimize } from '../src/optimize.ts';
import { planProblems } from '../src/plan/check.ts';
import type { PlanDocument } from '../src/plan/document.ts';
import type { Rule } from '../src/rewrite/rule.ts';
import { searchLimits } from '../src/rewrite/saturate.ts';
import { load } from './judge/judge.ts';
import { root } from './support/source-facts.ts';

async function compiled(
  name: string,
  using: readonly Rule[] = rules,
  change: (text: string) => string = (text) => text,
): Promise<PlanDocument> {
  const file = join(root, 'test/data/programs/channels', `${name}.ir`);
  const text = change(readFileSync(file, 'utf8'));
  const optimized = await optimize({
    source: { name: `${name}.ir`, text },
    objective: 'throughput',
    machinesMax: 9,
    target: null,
    rules: using,
    seed: 0,
    functions: {},
    model: throughputModel,
    limits: searchLimits,
  });
  if (optimized.kind === 'err') throw new Error(optimized.error[0]?.message);
  const { document } = optimized.value;
  expect(planProblems(load(text), load(document.ir))).toEqual([]);
  return document;
}

const without = (name: string): readonly Rule[] => rules.filter((rule) => rule.name !== name);

const others = rules.filter((rule) => rule.kind !== 'program');
const stepsOf = ({ trace }: PlanDocument): readonly string[] => trace.map((step) => step.rule);
const gain = ({ plan, original }: PlanDocument): number =>
  plan.predicted.throughput / original.predicted.throughput;

test('what no monitor looks at is not sent: fewer messages, and smaller ones', async () => {
  const plan = await compiled('telemetry');
  expect(stepsOf(plan)).toEqual([
    'normalize/push-selection',
    'normalize/push-projection',
    'normalize/push-projection',
    'decouple/functional',
  ]);
  for (const { before, after, ir } of plan.trace) {
    expect(after.throughput).toBeGreaterThan(before.throughput);
    expect(load(ir).roles.length).toBeGreaterThanOrEqual(3);
  }
  expect(gain(plan)).toBeGreaterThan(1.5);
  const plain = await compiled('telemetry', others);
  expect(plain.original).toEqual(plan.original);
  expect(gain(plain)).toBe(1);
});

test('a broadcast can leave the hub only when the count that nobody reads is gone', async () => {
  const plan = await compiled('fan-out');
  const [first, second] = plan.trace;
  expect(first?.summary).toBe('sends `report` without `together`, which nobody reads');
  expect(second?.rule).toBe('alias');
  expect(second?.summary).toBe(
    'sends `report` from a process of its own; splits hub.5 above `reading(_, id, level)` (`reportForward`)',
  );
  expect(gain(plan)).toBeGreaterThan(1.3);
  const plain = await compiled('fan-out', without('normalize/push-projection'));
  expect(gain(plain)).toBe(1);
});

test('a rate that was told is not told again with every order', async () => {
  const plan = await compiled('told-again');
  expect(stepsOf(plan)).toEqual(['normalize/send-once']);
  expect(gain(plan)).toBeGreaterThan(1.05);
});

test('what is kept twice under two names is kept once, and what was derived of it, too', async () => {
  const plan = await compiled('two-ledgers');
  expect(stepsOf(plan).slice(0, 2)).toEqual([
    'normalize/share-definitions',
    'normalize/share-definitions',
  ]);
  const plain = await compiled('two-ledgers', others);
  expect(plan.trace.at(1)?.after.throughput).toBeGreaterThan(
    1.1 * plain.original.predicted.throughput,
  );
  expect(plan.plan.predicted.throughput).toBeGreaterThanOrEqual(plain.plan.predicted.throughput);
});

test('a column that spreads messages best is worth its bytes, and a message sent once is not remembered', async () => {
  const balance = (name: string, change: (text: string) => string): Promise<PlanDocument> =>
    compiled(name, rules, change);
  const keyed = await balance('fan-out', (text) =>
    text
      .replace('report@m(id, level, count<c>) :~', 'report@m(0, level, id) :~')
      .replace('together: int): hub -> watcher', 'together: int): hub -> watcher reliable'),
  );
  const reasons = keyed.declined.filter((each) => each.rule === 'normalize/push-projection');
  expect(reasons.map((each) => [each.condition, each.reason])).toEqual([
    ['keeps-spread', '`together` spreads `report` better than every other column'],
  ]);
  const fresh = await balance('told-again', (text) =>
    text
      .replace('rate(k, price) :- start(k, price)', 'rate(id, k) :- order(_, id, k)  persist rate')
      .replace(
        'told@me(k, price) :~ order(_, _, _), rate(k, price)',
        'told@me(i, k) :~ order(_, i, k), rate(i, k)',
      ),
  );
  expect(fresh.declined.map((each) => each.condition)).toContain('repeats-often');
});
