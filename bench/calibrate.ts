/**
 * Fits the cost model to published figures: `npm run calibrate` counts what each published plan costs each
 * role by simulating it, fits the costs of work to the base and decoupled plans, writes
 * `cost-models/calibration/loads.json` and `cost-models/throughput.json`, and prints predicted beside published.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CostModel, mapWork } from '../src/extract/cost.ts';
import { writeCostModel } from '../src/extract/cost-model-file.ts';
import { comparison } from './comparison.ts';
import { fitCosts } from './fit.ts';
import { loadOf } from './plan-load.ts';
import { readPublished } from './published.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function main(): void {
  const { source, plans } = readPublished(root);
  const loads = plans.map((plan) => loadOf(root, plan));
  writeFileSync(
    join(root, 'cost-models/calibration/loads.json'),
    `${JSON.stringify({ source: 'npm run calibrate', plans: loads }, null, 2)}\n`,
  );
  const work = mapWork((term) => Number(fitCosts(loads)[term].toPrecision(4)));
  const rows = comparison(loads, work);
  const residuals = rows.filter((row) => row.use === 'fit');
  const model: CostModel = {
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
  writeFileSync(join(root, 'cost-models/throughput.json'), writeCostModel(model));
  printTable(rows);
  console.log(JSON.stringify(work));
}

function percent(ratio: number): string {
  const off = Math.round((ratio - 1) * 100);
  return `${off < 0 ? '' : '+'}${off} %`;
}

function printTable(rows: ReturnType<typeof comparison>): void {
  for (const row of rows) {
    const figures = `${Math.round(row.predicted)} of ${row.published}/s`;
    const ratios = `${row.predictedRatio.toFixed(2)}x of ${row.publishedRatio.toFixed(2)}x`;
    console.log(
      `${row.name.padEnd(28)} ${figures.padEnd(24)} ${ratios.padEnd(18)} ${row.bottleneck}`,
    );
  }
}

main();
