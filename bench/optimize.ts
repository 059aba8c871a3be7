/**
 * What a user waits for: processor seconds by phase and peak memory of `optimize`, for the shipped programs
 * and for made-up ones of growing size. Each program is a process of its own; prints a table, and JSON with
 * `--json`. Seconds are of this machine and this hour: compare rows, not runs.
 */

import type { Optimized } from '../src/optimize.ts';
import { headerLines, tableLine } from './markdown-table.ts';
import { syntheticProgram } from './synthetic.ts';
import { type Case, inProcess, optimizeText, shippedText } from './whole-run.ts';

const cases: readonly Case[] = [
  { name: 'voting', machines: 26 },
  { name: '2pc', machines: 46 },
  { name: '2pc-recovery', machines: 46 },
  { name: 'paxos', machines: 20 },
  { name: 'verified-kvs', machines: 20 },
  { name: 'kvs', machines: 8 },
  { name: 'synthetic-10', machines: 8 },
  { name: 'synthetic-100', machines: 8 },
  { name: 'synthetic-1000', machines: 8 },
];

interface Row {
  readonly name: string;
  readonly clauses: number;
  readonly stop: string;
  readonly enodes: number;
  readonly eclasses: number;
  /** Processor seconds by phase, all threads together. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
}

async function measureOne({ name, machines }: Case): Promise<Row> {
  const started = performance.now();
  const seconds: Record<string, number> = {};
  let phase = 'start';
  let mark = process.cpuUsage();
  const close = (): void => {
    const used = process.cpuUsage(mark);
    seconds[phase] = (seconds[phase] ?? 0) + (used.user + used.system) / 1e6;
    mark = process.cpuUsage();
  };
  const optimized = await optimizeText({ name, machines }, textOf(name), (event) => {
    if (event.kind !== 'phase') return;
    close();
    phase = event.phase;
  });
  close();
  const total = process.cpuUsage();
  return {
    name,
    ...sizesOf(optimized),
    seconds,
    cpuSeconds: (total.user + total.system) / 1e6,
    wallSeconds: (performance.now() - started) / 1e3,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

function sizesOf({
  document,
  saturated,
}: Optimized): Pick<Row, 'clauses' | 'stop' | 'enodes' | 'eclasses'> {
  const { enodes, eclasses, stop } = document.search;
  const clauses = saturated.space.base.roles.flatMap((role) => role.clauses).length;
  return { clauses, stop, enodes, eclasses };
}

function textOf(name: string): string {
  const size = name.startsWith('synthetic-') ? Number(name.slice('synthetic-'.length)) : null;
  if (size !== null) return syntheticProgram(size);
  return shippedText(name);
}

function printTable(rows: readonly Row[]): void {
  const phases = ['start', 'load', 'measure', 'saturate', 'extract'];
  const header = [
    'program',
    'clauses',
    'e-nodes',
    'stop',
    ...phases.map((p) => `${p} s`),
    'CPU s',
    'wall s',
    'peak MB',
  ];
  console.log(headerLines(header));
  for (const row of rows) {
    const times = phases.map((phase) => (row.seconds[phase] ?? 0).toFixed(2));
    const cells = [
      row.name,
      row.clauses,
      row.enodes,
      row.stop,
      ...times,
      row.cpuSeconds.toFixed(1),
      row.wallSeconds.toFixed(1),
      row.peakMb.toFixed(0),
    ];
    console.log(tableLine(cells));
  }
}

const [flag, name, machines] = process.argv.slice(2);
if (flag === '--one' && name !== undefined) {
  console.log(JSON.stringify(await measureOne({ name, machines: Number(machines) })));
} else {
  const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
  const rows = cases
    .filter((each) => wanted.length === 0 || wanted.includes(each.name))
    .map((each) => inProcess(import.meta.url, each) as Row);
  if (flag === '--json') console.log(JSON.stringify({ schema: 'compart/optimize-bench@1', rows }));
  else printTable(rows);
}
