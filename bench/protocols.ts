/**
 * The results table of the README: every shipped program through the optimizer and the judge. Each program
 * is a process of its own; `--json` prints the rows as JSON. Names after the flags select programs.
 */

import type { PlanDocument } from '../src/plan/document.ts';
import { defaultVerifyOptions, verify } from '../src/sim/judge/verify.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { type Case, inProcess, optimizeText, shippedText } from './whole-run.ts';

const cases: readonly Case[] = [
  { name: 'voting', machines: 26 },
  { name: '2pc', machines: 46 },
  { name: '2pc-recovery', machines: 46 },
  { name: 'paxos', machines: 20 },
  { name: 'verified-kvs', machines: 20 },
  { name: 'kvs', machines: 8 },
  { name: 'quota', machines: 12 },
  { name: 'blob-store', machines: 15 },
  { name: 'tickets', machines: 6 },
];

interface Row {
  readonly name: string;
  readonly base: number;
  readonly asked: number;
  readonly plan: string;
  readonly ratio: number;
  readonly rules: readonly string[];
  /** By kind of obligation, each counted once. */
  readonly proofs: Readonly<Record<string, number>>;
  readonly verdict: string;
  readonly states: number;
  readonly histories: number;
  readonly complete: boolean;
  readonly seeds: number;
  readonly seconds: number;
  readonly judgeSeconds: number;
  readonly peakMb: number;
}

async function measureOne(name: string, machines: number): Promise<Row> {
  const started = performance.now();
  const text = shippedText(name);
  const { document } = await optimizeText({ name, machines }, text);
  const optimized = performance.now();
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const base = loadProgram({ name: 'base.ir', text });
  const plan = loadProgram({ name: 'plan.ir', text: document.ir });
  if (base.kind === 'err' || plan.kind === 'err') throw new Error('programs of a plan load');
  const verdict = verify(base.value.program, plan.value.program, defaultVerifyOptions);
  return {
    name,
    asked: machines,
    ...summary(document),
    verdict: verdict.verdict,
    states: verdict.exhaustive?.states ?? 0,
    histories: verdict.exhaustive?.histories ?? 0,
    complete: verdict.exhaustive?.complete ?? false,
    seeds: verdict.random?.seeds ?? 0,
    seconds: (optimized - started) / 1e3,
    judgeSeconds: (performance.now() - optimized) / 1e3,
    peakMb,
  };
}

function summary({
  original,
  plan,
  trace,
}: PlanDocument): Pick<Row, 'base' | 'plan' | 'ratio' | 'rules' | 'proofs'> {
  const obligations = new Map(
    trace.flatMap((step) => step.obligations).map((o) => [o.kind + o.id, o]),
  );
  const proofs: Record<string, number> = {};
  for (const { kind } of obligations.values()) proofs[kind] = (proofs[kind] ?? 0) + 1;
  const roles = plan.roles.map((role) => {
    const of = role.of > 1 ? ` of ${role.of}` : '';
    return `${role.name} ${role.instances}${of}`;
  });
  return {
    base: original.machines,
    plan: `${plan.machines}: ${roles.join(', ')}`,
    ratio: plan.predicted.throughput / original.predicted.throughput,
    rules: [...new Set(trace.map((step) => step.rule))],
    proofs,
  };
}

function printTable(rows: readonly Row[]): void {
  const header = [
    'protocol',
    'base machines',
    'asked',
    'plan (roles x instances)',
    'predicted ratio',
    'rules used',
    'obligations proved',
    'judged: exhaustive scope / seeds',
    'seconds, peak MB',
  ];
  console.log(`| ${header.join(' | ')} |`);
  console.log(`|${header.map(() => '---|').join('')}`);
  for (const row of rows) {
    const kinds = Object.entries(row.proofs).map(([kind, count]) => `${count} ${kind}`);
    const scope = `${row.states} states, ${row.histories} histories${row.complete ? '' : ' (not exhausted)'}`;
    const cells = [
      row.name,
      row.base,
      row.asked,
      row.plan,
      `${row.ratio.toFixed(2)}x`,
      row.rules.join(', ') || 'none',
      kinds.join(', ') || 'none needed',
      `${row.verdict}: ${scope} / ${row.seeds}`,
      `${row.seconds.toFixed(1)}, ${row.peakMb.toFixed(0)}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const [flag, name, machines] = process.argv.slice(2);
if (flag === '--one' && name !== undefined) {
  console.log(JSON.stringify(await measureOne(name, Number(machines))));
} else {
  const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
  const chosen = cases.filter((each) => wanted.length === 0 || wanted.includes(each.name));
  const rows = chosen.map((each) => inProcess(import.meta.url, each) as Row);
  if (flag === '--json') console.log(JSON.stringify({ schema: 'compart/results@1', rows }));
  else printTable(rows);
}
