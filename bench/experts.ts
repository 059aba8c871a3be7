/**
 * Our plans beside those that experts reached by hand, under one cost model: `npx tsx bench/experts.ts [NAME ..]`
 * prints the table, and JSON with `--json`. Nothing here is measured but the seconds of the search.
 */

import { compareWithExperts, type ExpertsRow, expertsCases } from './experts-plans.ts';
import { headerLines, tableLine } from './markdown-table.ts';

type TimedRow = ExpertsRow & { readonly seconds: number };

async function main(args: readonly string[]): Promise<void> {
  const wanted = args.filter((each) => !each.startsWith('--'));
  const rows: TimedRow[] = [];
  for (const each of expertsCases) {
    if (wanted.length > 0 && !wanted.includes(each.name)) continue;
    const started = performance.now();
    const row = await compareWithExperts(each);
    rows.push({ ...row, seconds: (performance.now() - started) / 1e3 });
  }
  if (args.includes('--json')) console.log(JSON.stringify({ schema: 'compart/experts@1', rows }));
  else printTable(rows);
}

function printTable(rows: readonly TimedRow[]): void {
  const header = [
    'protocol',
    'machines: allowed, used',
    'roles found',
    'rules used',
    'predicted ratio',
    "the experts' plan of the same program",
    "the experts' plan as published, of its own base",
    'seconds',
  ];
  console.log(headerLines(header));
  for (const row of rows) {
    const cells = [
      row.label,
      `${row.machines}, ${row.used}`,
      row.roles.join(', '),
      row.rules.join(', '),
      `${row.ratio.toFixed(2)}x (${row.bottleneck})`,
      `${row.experts.ratio.toFixed(2)}x (${row.experts.bottleneck})`,
      row.published === null ? 'the same' : `${row.published.toFixed(2)}x`,
      row.seconds.toFixed(1),
    ];
    console.log(tableLine(cells));
  }
}

await main(process.argv.slice(2));
