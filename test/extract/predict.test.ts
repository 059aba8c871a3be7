import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { throughputModel } from '../../cost-models/index.ts';
import { rules } from '../../rules/index.ts';
import { type Forecast, predict } from '../../src/extract/predict.ts';
import type { Program } from '../../src/ir/program.ts';
import { optimize } from '../../src/optimize.ts';
import type { Objective, PlanDocument } from '../../src/plan/document.ts';
import { searchLimits } from '../../src/rewrite/saturate.ts';
import { defaultLoadOptions, measureLoad } from '../../src/sim/load-profile.ts';
import { programOf, shipped, shippedSource } from '../support/protocols.ts';
import { root } from '../support/source-facts.ts';

function predicted(program: Program, commands: number = defaultLoadOptions.commands): Forecast {
  const profile = measureLoad(program, { ...defaultLoadOptions, commands });
  if (profile.kind === 'err') throw new Error(profile.error.message);
  return predict({ program, profile: profile.value }, throughputModel);
}

interface Asked {
  readonly objective?: Objective;
  readonly machinesMax?: number;
  readonly target?: number;
}

async function planFor(name: string, asked: Asked): Promise<PlanDocument & { reached: boolean }> {
  const { objective = 'throughput', machinesMax = null, target = null } = asked;
  const source = shippedSource(name);
  const request = { source, objective, machinesMax, target, rules, seed: 0, functions: {} };
  const optimized = await optimize({ ...request, model: throughputModel, limits: searchLimits });
  if (optimized.kind === 'err') throw new Error(optimized.error[0]?.message);
  return { ...optimized.value.document, reached: optimized.value.reached };
}

test('what a plan was chosen by is what its program shows when it runs', async () => {
  const document = await planFor('voting', { machinesMax: 26 });
  const { machines, predicted: promised } = document.plan;
  const again = predicted(programOf({ name: 'plan.ir', text: document.ir }), 300);
  expect(document.plan.predicted.throughput).toBeGreaterThan(
    2 * document.original.predicted.throughput,
  );
  expect(again.machines).toBe(machines);
  // Facts are spread by command id here; a run of a few hundred commands spreads them evenly within a few percent.
  expect(again.prediction.throughput / promised.throughput).toBeCloseTo(1, 1);
  expect(again.prediction.latencyMs).toBeCloseTo(promised.latencyMs ?? 0, 2);
  expect(again.prediction.bottleneck).toBe(promised.bottleneck);
});

test('Paxos counts votes on several processes of a proposer, until its replicas are the busiest', async () => {
  const document = await planFor('paxos', { machinesMax: 20 });
  const { machines, predicted: promised, roles } = document.plan;
  expect(machines).toBe(20);
  // As far as the published structure goes: replicas stay whole there, too.
  expect(promised.throughput / document.original.predicted.throughput).toBeGreaterThan(2.1);
  expect(promised.bottleneck).toBe('replica');
  const spread = roles.filter(({ instances }) => instances > 1).map(({ by }) => by);
  expect(spread).toEqual(['decouple/asymmetric-partitioned', 'partition/partial']);
  const again = predicted(programOf({ name: 'plan.ir', text: document.ir }));
  expect(again.prediction.throughput / promised.throughput).toBeCloseTo(1, 1);
}, 60_000);

test('a target asks for the fewest machines, and is refused under a cap that is too low', async () => {
  const plan = await planFor('voting', { target: 200_000 });
  const front = plan.frontier.find((point) => point.throughput >= 200_000);
  expect(plan.plan.machines).toBe(front?.machines);
  expect(plan.reached).toBe(true);
  const capped = await planFor('voting', { target: 200_000, machinesMax: 5 });
  expect(capped.reached).toBe(false);
});

test('hops, flushes and the slowest of the awaited answers make the latency', () => {
  const { hopMs, jitterMs, syncMs } = throughputModel.latency;
  const voting = predicted(shipped('voting'));
  const workMs = voting.roles.reduce((sum, role) => sum + role.microseconds / 1000, 0);
  // All three participants are awaited: the slowest of three.
  const slowest = jitterMs * (1 / 3 + 1 / 2 + 1 / 1 - 1);
  expect(voting.prediction.latencyMs).toBeCloseTo(4 * hopMs + slowest + workMs, 6);
  const kvs = predicted(shipped('kvs'));
  const served = (kvs.roles[0]?.microseconds ?? 0) / 1000;
  expect(kvs.prediction.latencyMs).toBeCloseTo(2 * hopMs + served, 6);
  const commit = predicted(shipped('2pc')).prediction.latencyMs ?? 0;
  expect(commit).toBeGreaterThan(6 * hopMs + 3 * syncMs);
  expect(commit).toBeLessThan(6 * hopMs + 3 * syncMs + 0.5);
});

test('a decoupled plan has a hop more than its base program', () => {
  const file = 'cost-models/calibration/voting-plan.ir';
  const plan = predicted(programOf({ name: file, text: readFileSync(join(root, file), 'utf8') }));
  const more =
    (plan.prediction.latencyMs ?? 0) - (predicted(shipped('voting')).prediction.latencyMs ?? 0);
  expect(more).toBeGreaterThan(throughputModel.latency.hopMs - 0.01);
  expect(more).toBeLessThan(throughputModel.latency.hopMs + 0.02);
  expect(plan.machines).toBe(6);
  expect(plan.prediction.dollarsPerHour).toBeCloseTo(6 * throughputModel.dollarsPerMachineHour);
});
