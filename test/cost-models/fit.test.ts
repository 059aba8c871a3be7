import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { comparison } from '../../bench/comparison.ts';
import { fitCosts, type PlanLoad } from '../../bench/fit.ts';
import { loadOf } from '../../bench/plan-load.ts';
import { readLoads, readPublished } from '../../bench/published.ts';
import { costRange, gainRange } from '../../bench/ranges.ts';
import { throughputModel } from '../../cost-models/index.ts';
import { mapWork, NO_WORK, type Work, workTerms } from '../../src/extract/cost.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loads = readLoads(root);
const rows = comparison(loads, throughputModel.work);

test('the shipped costs are those that the stored loads give', () => {
  const fitted = fitCosts(loads).costs;
  for (const term of workTerms) {
    expect(fitted[term], term).toBeCloseTo(throughputModel.work[term], 2);
  }
});

test('fitted figures are what the rounding of the published ones leaves open', () => {
  expect(fitCosts(loads).slack).toBe(0);
  const bounds = loads.flatMap(({ name, between }) =>
    between === null ? [] : [{ name, between }],
  );
  expect(bounds).toHaveLength(6);
  for (const { name, between } of bounds) {
    const predicted = rows.find((row) => row.name === name)?.predicted;
    // Shipped costs have four digits.
    expect(predicted, name).toBeGreaterThan(between[0] * 0.999);
    expect(predicted, name).toBeLessThan(between[1] * 1.001);
  }
});

test('no published plan is predicted to gain more than 25 % above what it gained', () => {
  const checked = rows.filter((row) => row.use === 'check');
  expect(checked.map((row) => row.name)).toEqual([
    'voting, 26 machines',
    '2PC, 46 machines',
    'ScalablePaxos, 20 machines',
    'ScalablePaxos, 29 machines',
    'CompPaxos, 20 machines',
  ]);
  for (const { name, predictedRatio, publishedRatio } of checked) {
    expect(predictedRatio / publishedRatio, name).toBeLessThan(1.25);
    expect(predictedRatio / publishedRatio, name).toBeGreaterThan(0.75);
  }
});

test('the stored loads are those of the published plans', () => {
  const { plans } = readPublished(root);
  expect(loads.map((load) => load.name)).toEqual(plans.map((plan) => plan.name));
  for (const plan of plans.filter((each) => each.protocol === 'voting')) {
    expect(loadOf(root, plan)).toEqual(loads.find((load) => load.name === plan.name));
  }
});

test('costs that made the figures are found again', () => {
  const truth = mapWork((term) => ({ wake: 4, send: 0.5, fact: 0.25, held: 6 })[String(term)] ?? 0);
  const plans = loads.map((plan): PlanLoad => {
    const times = plan.roles.map(({ work }) =>
      workTerms.reduce((sum, term) => sum + work[term] * truth[term], 0),
    );
    const commandsPerSecond = 1e6 / Math.max(...times);
    return { ...plan, commandsPerSecond, between: [commandsPerSecond, commandsPerSecond] };
  });
  // Six figures don't determine ten costs: the plans that were fitted come back, the others nearly.
  for (const { name, use, predicted, published } of comparison(plans, fitCosts(plans).costs)) {
    const most = use === 'fit' ? 0.02 : 0.2;
    expect(Math.abs(predicted / published - 1), name).toBeLessThan(most);
  }
});

function plan(name: string, between: readonly [number, number], roles: readonly Work[]): PlanLoad {
  const commandsPerSecond = (between[0] + between[1]) / 2;
  const named = roles.map((work, at) => ({ role: `${name}${at}`, work }));
  return { name, protocol: 'p', use: 'fit', machines: 1, commandsPerSecond, between, roles: named };
}

const messages = (receive: number, send: number): Work => ({ ...NO_WORK, receive, send });

test('ranges are those of all costs that meet the bounds', () => {
  // 1 receive + 1 send take 2 to 4 microseconds, and a receive alone at least 1 of them.
  const both = plan('both', [250_000, 500_000], [messages(1, 1)]);
  const one = plan('one', [250_000, 1_000_000], [messages(1, 0)]);
  const { regions, slack } = fitCosts([both, one]);
  expect(slack).toBe(0);
  expect(costRange(regions, 'receive').least).toBeCloseTo(1, 6);
  expect(costRange(regions, 'receive').most).toBeCloseTo(4, 6);
  expect(costRange(regions, 'send').least).toBeCloseTo(0, 6);
  expect(costRange(regions, 'send').most).toBeCloseTo(3, 6);
  expect(costRange(regions, 'wake').most).toBe(Number.POSITIVE_INFINITY);
  const { least, most } = gainRange(regions, both.roles, one.roles);
  expect(least).toBeCloseTo(1, 4);
  expect(most).toBeCloseTo(4, 4);
});

test('either of two roles may be the busiest, and both explanations count', () => {
  const either = plan('either', [500_000, 500_000], [messages(1, 0), messages(0, 1)]);
  const { regions } = fitCosts([either]);
  expect(regions).toHaveLength(2);
  for (const term of ['receive', 'send'] as const) {
    expect(costRange(regions, term)).toEqual({ least: 0, most: expect.closeTo(2, 6) });
  }
});

test('figures that no costs explain are widened until some do', () => {
  const slow = plan('slow', [100_000, 100_000], [messages(1, 0)]);
  const fast = plan('fast', [110_000, 110_000], [messages(1, 0)]);
  const { slack, costs } = fitCosts([slow, fast]);
  expect(slack).toBeGreaterThan(0.04);
  expect(slack).toBeLessThan(0.1);
  expect(costs.receive).toBeGreaterThan(9);
  expect(costs.receive).toBeLessThan(10);
});
