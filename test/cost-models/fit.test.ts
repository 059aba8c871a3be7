import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { comparison } from '../../bench/comparison.ts';
import { fitCosts, type PlanLoad } from '../../bench/fit.ts';
import { loadOf } from '../../bench/plan-load.ts';
import { readLoads, readPublished } from '../../bench/published.ts';
import { throughputModel } from '../../cost-models/index.ts';
import { mapWork, workTerms } from '../../src/extract/cost.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loads = readLoads(root);
const rows = comparison(loads, throughputModel.work);

test('the shipped costs are those that the stored loads give', () => {
  const fitted = fitCosts(loads);
  for (const term of workTerms) {
    expect(fitted[term], term).toBeCloseTo(throughputModel.work[term], 2);
  }
});

test('fitted figures are within 3 % of the published ones', () => {
  const fitted = rows.filter((row) => row.use === 'fit');
  expect(fitted).toHaveLength(6);
  for (const { name, predicted, published } of fitted) {
    expect(Math.abs(predicted / published - 1), name).toBeLessThan(0.03);
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
    return { ...plan, commandsPerSecond: 1e6 / Math.max(...times) };
  });
  // Six figures don't determine ten costs: the plans that were fitted come back, the others nearly.
  for (const { name, use, predicted, published } of comparison(plans, fitCosts(plans))) {
    const most = use === 'fit' ? 0.02 : 0.2;
    expect(Math.abs(predicted / published - 1), name).toBeLessThan(most);
  }
});
