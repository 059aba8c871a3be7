/**
 * Fits the cost model to published figures: `npm run calibrate` counts what each published plan costs each
 * role by simulating it, fits the costs of work to the base and decoupled plans, writes
 * `cost-models/calibration/loads.json` and `cost-models/throughput.json`, and prints predicted beside published,
 * with the ranges over all costs that explain the figures equally well.
 *
 * `npm run calibrate -- BASE.ir PLAN.ir` also prints what gain of the plan the figures leave open.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CostModel, mapWork, type Work, workTerms } from '../src/extract/cost.ts';
import { writeCostModel } from '../src/extract/cost-model-file.ts';
import { type ComparisonRow, comparison } from './comparison.ts';
import { busiestRole, type Fit, fitCosts, type PlanLoad } from './fit.ts';
import { loadOf, workOfRoles } from './plan-load.ts';
import { readPublished } from './published.ts';
import { costRange, gainRange, type Range } from './ranges.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function main(files: readonly string[]): void {
  const { source, plans } = readPublished(root);
  const loads = plans.map((plan) => loadOf(root, plan));
  writeFileSync(
    join(root, 'cost-models/calibration/loads.json'),
    `${pairsInLine(JSON.stringify({ source: 'npm run calibrate', plans: loads }, null, 2))}\n`,
  );
  const fit = fitCosts(loads);
  const work = mapWork((term) => Number(fit.costs[term].toPrecision(4)));
  const rows = comparison(loads, work);
  const model = modelOf(work, source, rows);
  writeFileSync(join(root, 'cost-models/throughput.json'), writeCostModel(model));
  printPlans(rows, loads, fit);
  printCosts(work, fit);
  const [before, after] = files;
  if (before !== undefined && after !== undefined) printGain(before, after, fit, work);
}

function modelOf(work: Work, source: string, rows: readonly ComparisonRow[]): CostModel {
  const residuals = rows.filter((row) => row.use === 'fit');
  return {
    name: 'throughput',
    machine: 'n2-standard-4 (4 virtual processors, 16 GB), network round trip 0.22 ms',
    work,
    latency: { hopMs: 0.24, jitterMs: 0.07, syncMs: 3.9 },
    dollarsPerMachineHour: 0.1942,
    provenance: {
      work: `microseconds; fitted by \`npm run calibrate\` to the base and decoupled plans of calibration/published.json (${source}); predicted against published: ${residuals.map((row) => `${row.name} ${percent(row.predicted / row.published)}`).join(', ')}`,
      latency:
        'milliseconds; an extra hop on the critical path was published to cost 0.17 to 0.31 ms unloaded: hopMs is the middle and jitterMs half the width of that; syncMs is the median of fdatasync on a cloud disk (3.9 ms, 99th percentile 19 ms)',
      dollarsPerMachineHour: 'list price of n2-standard-4 on demand in us-central1, November 2026',
    },
  };
}

function percent(ratio: number): string {
  const off = Math.round((ratio - 1) * 100);
  return `${off < 0 ? '' : '+'}${off} %`;
}

function printPlans(
  rows: readonly ComparisonRow[],
  loads: readonly PlanLoad[],
  { regions }: Fit,
): void {
  for (const [at, row] of rows.entries()) {
    const plan = loads[at]?.roles ?? [];
    const base = loads.find((each) => each.protocol === loads[at]?.protocol)?.roles ?? [];
    const figures = `${Math.round(row.predicted)} of ${row.published}/s`;
    const ratios = `${row.predictedRatio.toFixed(2)}x of ${row.publishedRatio.toFixed(2)}x`;
    const range = span(gainRange(regions, base, plan), 2);
    console.log(
      `${row.name.padEnd(28)} ${figures.padEnd(24)} ${ratios.padEnd(18)} ${range.padEnd(14)} ${row.bottleneck}`,
    );
  }
}

function printCosts(work: Work, { regions, slack }: Fit): void {
  console.log(slack === 0 ? 'every bound is met' : `bounds widened by ${slack}`);
  for (const term of workTerms) {
    const range = span(costRange(regions, term), 4);
    console.log(`${term.padEnd(12)} ${String(work[term]).padEnd(10)} ${range}`);
  }
}

function printGain(before: string, after: string, { regions }: Fit, work: Work): void {
  const whole = { set: {}, outside: [] };
  const [base, plan] = [workOfRoles(before, whole), workOfRoles(after, whole)];
  const time = (roles: PlanLoad['roles']): number => busiestRole({ roles }, work).microseconds;
  const gain = (time(base) / time(plan)).toFixed(2);
  console.log(`${after}: ${gain}x, ${span(gainRange(regions, base, plan), 2)}`);
}

function span({ least, most }: Range, digits: number): string {
  return `${least.toFixed(digits)} to ${most === Number.POSITIVE_INFINITY ? 'any' : most.toFixed(digits)}`;
}

main(process.argv.slice(2));

/** As the formatter lays it out, so that a run that changes nothing changes no file. */
function pairsInLine(json: string): string {
  return json.replace(/\[\s+([\d.]+),\s+([\d.]+)\s+\]/g, '[$1, $2]');
}
