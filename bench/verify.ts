/**
 * What judging costs: every run of the shipped programs' plans at verification size, with all reductions, with those of
 * every search, and with none. Processor seconds, states per second, and how much of the scope was searched to its end
 * within the states that each may take. Each row is a process of its own; prints a table, and JSON with `--json`.
 *
 * `paxos` is judged at a scope of its own (paxos-scope.ts), with 10 machines.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Program } from '../src/ir/program.ts';
import type { ClientPool } from '../src/sim/judge/client-pool.ts';
import { type ExhaustiveReport, judgeExhaustively } from '../src/sim/judge/exhaustive.ts';
import { defaultScope, type Reductions, type Scope } from '../src/sim/judge/scope.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { headerLines, tableLine } from './markdown-table.ts';
import { paxosPools, paxosScope } from './paxos-scope.ts';
import { optimizeText, shippedText } from './whole-run.ts';

interface Case {
  readonly name: string;
  readonly machines: number;
  readonly scope?: Partial<Scope>;
  readonly pools?: readonly ClientPool[];
}

const cases: readonly Case[] = [
  { name: 'voting', machines: 26 },
  { name: '2pc', machines: 46 },
  { name: '2pc-recovery', machines: 46 },
  { name: 'verified-kvs', machines: 20 },
  { name: 'kvs', machines: 8 },
  { name: 'quota', machines: 12 },
  { name: 'tickets', machines: 12 },
  { name: 'blob-store', machines: 12 },
  {
    name: 'paxos',
    machines: 10,
    scope: paxosScope,
    // To the proposer that leads.
    pools: paxosPools([0, 0]),
  },
];

interface Row extends Omit<ExhaustiveReport, 'scope'> {
  readonly name: string;
  readonly reductions: Reductions;
  readonly verdict: string;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** States of one row, unless `--states N` says otherwise. */
const statesDefault = 200_000;

async function measureOne(
  { name, machines, scope = {}, pools }: Case,
  reductions: Reductions,
  states: number,
): Promise<Row> {
  const text = shippedText(name);
  const { document } = await optimizeText({ name, machines }, text);
  const limits = { reductions, statesMax: states, statesPerSearchMax: states };
  const started = process.cpuUsage();
  const { verdict, report } = judgeExhaustively(loaded(name, text), loaded(name, document.ir), {
    scope: { ...defaultScope, ...scope, ...limits },
    functions: {},
    pools: pools ?? null,
  });
  const used = process.cpuUsage(started);
  const { scope: _, ...rest } = report;
  return {
    name,
    reductions,
    verdict,
    ...rest,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

function loaded(name: string, text: string): Program {
  const result = loadProgram({ name: `${name}.ir`, text });
  if (result.kind === 'err') throw new Error(result.error.map((each) => each.message).join('\n'));
  return result.value.program;
}

function printTable(rows: readonly Row[]): void {
  const header = ['program', 'reductions', 'verdict', 'processes', 'searches', 'composed'];
  const figures = ['states', 'histories', 'ends', 'quiet', 'open', 'CPU s', 'states/s', 'peak MB'];
  const columns = [...header, ...figures];
  console.log(headerLines(columns));
  for (const row of rows) {
    const cells = [
      row.name,
      row.reductions,
      row.verdict,
      row.nodes,
      `${row.searches}/${row.searchesPlanned}`,
      row.composed,
      row.states,
      row.histories,
      row.completions,
      row.quietCompletions,
      row.openCompletions,
      row.cpuSeconds.toFixed(1),
      Math.round(row.states / row.cpuSeconds),
      row.peakMb.toFixed(0),
    ];
    console.log(tableLine(cells));
  }
}

/** Runs this file with `--one NAME REDUCTIONS STATES`, so that memory and warm-up are each row's own. */
function inProcess(name: string, reductions: Reductions, states: number): Row {
  const script = fileURLToPath(import.meta.url);
  const args = ['--import', 'tsx', script, '--one', name, reductions, `${states}`];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Row;
}

function option(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at < 0 ? null : (args[at + 1] ?? null);
}

const args = process.argv.slice(2);
const [flag, one, how, most] = args;
if (flag === '--one') {
  const found = cases.find((each) => each.name === one);
  if (found === undefined) throw new Error(`no case of the name ${one}`);
  console.log(JSON.stringify(await measureOne(found, how as Reductions, Number(most))));
} else {
  const states = Number(option(args, '--states') ?? statesDefault);
  const kinds = (option(args, '--reductions') ?? 'all,eager,none').split(',') as Reductions[];
  const named = cases.filter((each) => args.includes(each.name));
  const wanted = named.length === 0 ? cases : named;
  const rows = wanted.flatMap(({ name }) => kinds.map((kind) => inProcess(name, kind, states)));
  if (args.includes('--json')) {
    console.log(JSON.stringify({ schema: 'compart/verify-bench@1', states, rows }));
  } else printTable(rows);
}
