/**
 * The results table of the README: every shipped program through the optimizer and the judge. Each program is a process
 * of its own, and its row is printed when it is done; `--json` prints all rows as JSON. Names select programs. A program
 * that fails is a row too, and the status is then 1.
 */

import { defined } from '../src/base/assert.ts';
import type { PlanDocument } from '../src/plan/document.ts';
import { defaultScope, type Scope } from '../src/sim/judge/scope.ts';
import {
  defaultVerifyOptions,
  type Verdict,
  type VerificationResult,
  type VerifyOptions,
  verify,
} from '../src/sim/judge/verify.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { headerLines, tableLine } from './markdown-table.ts';
import { paxosPools, paxosScope } from './paxos-scope.ts';
import { type Case, inProcess, optimizeText, shippedText } from './whole-run.ts';

interface Judged extends Case {
  /** Those without a published counterpart are our own. */
  readonly isOurs?: true;
  /** States of all its searches, and of each of them, where those of the default scope aren't right. */
  readonly states?: Pick<Scope, 'statesMax' | 'statesPerSearchMax'>;
}

const upTo = (statesMax: number, statesPerSearchMax: number): Required<Judged>['states'] => ({
  statesMax,
  statesPerSearchMax,
});

const cases: readonly Judged[] = [
  { name: 'voting', machines: 26 },
  { name: '2pc', machines: 46 },
  { name: '2pc-recovery', machines: 46 },
  { name: 'paxos', machines: 20, states: upTo(1_000_000, 300_000) },
  { name: 'paxos', machines: 10, states: upTo(2_000_000, 2_000_000) },
  { name: 'verified-kvs', machines: 20 },
  { name: 'kvs', machines: 8 },
  { name: 'quota', machines: 12, isOurs: true },
  { name: 'blob-store', machines: 15, isOurs: true, states: upTo(5_000_000, 5_000_000) },
  { name: 'tickets', machines: 6, isOurs: true },
];

type Searched = Pick<Row, 'states' | 'histories' | 'complete' | 'searches' | 'searchesPlanned'>;

interface Row {
  readonly name: string;
  readonly base: number;
  readonly asked: number;
  readonly plan: string;
  readonly ratio: number;
  readonly rules: readonly string[];
  /** By kind of obligation, each counted once. */
  readonly proofs: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
  readonly states: number;
  readonly histories: number;
  /** Every run of the scope was searched; if not, so many searches came to their end. */
  readonly complete: boolean;
  readonly searches: number;
  readonly searchesPlanned: number;
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
  const verdict = verify(base.value.program, plan.value.program, optionsOf(name, machines));
  return {
    name,
    asked: machines,
    ...summary(document),
    verdict: verdict.verdict,
    ...searched(verdict),
    seeds: verdict.random?.seeds ?? 0,
    seconds: (optimized - started) / 1e3,
    judgeSeconds: (performance.now() - optimized) / 1e3,
    peakMb,
  };
}

/** Paxos: two puts to the proposer that leads, and a change of leaders in the place of a fault (paxos-scope.ts). */
function optionsOf(name: string, machines: number): VerifyOptions {
  const known = cases.find((each) => each.name === name && each.machines === machines);
  const isPaxos = name === 'paxos';
  return {
    ...defaultVerifyOptions,
    scope: { ...defaultScope, ...(isPaxos ? paxosScope : {}), ...known?.states },
    pools: isPaxos ? paxosPools([0, 0]) : null,
  };
}

function searched({ exhaustive }: VerificationResult): Searched {
  const { states, histories, complete, searches, searchesPlanned } = defined(
    exhaustive,
    'a scope was asked for',
  );
  return { states, histories, complete, searches, searchesPlanned };
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
    plan:
      trace.length === 0
        ? `${plan.machines}: unchanged, with the reasons`
        : `${plan.machines}: ${roles.join(', ')}`,
    ratio: plan.predicted.throughput / original.predicted.throughput,
    rules: [...new Set(trace.map((step) => step.rule))],
    proofs,
  };
}

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

function rowLine(row: Row, isOurs: boolean): string {
  const kinds = Object.entries(row.proofs).map(([kind, count]) => `${count} ${kind}`);
  return tableLine([
    isOurs ? `${row.name} (ours)` : row.name,
    row.base,
    row.asked,
    row.plan,
    `${row.ratio.toFixed(2)}x`,
    row.rules.join(', ') || 'none',
    kinds.join(', ') || 'none needed',
    `${row.verdict}: ${searchedText(row)} / ${row.seeds}`,
    `${row.seconds.toFixed(1)}, ${row.peakMb.toFixed(0)}`,
  ]);
}

function searchedText({ states, histories, complete, ...counts }: Searched): string {
  const found = `${grouped(states)} states, ${grouped(histories)} histories`;
  const ended = `${grouped(counts.searches)} of ${grouped(counts.searchesPlanned)} searches`;
  return complete ? found : `${found} in ${ended} to their end`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function failedLine(name: string, problem: string): string {
  const reason = problem.replace(/\s+/g, ' ').slice(0, 200);
  return tableLine([name, ...header.slice(2, -1).map(() => ''), `failed: ${reason}`, '']);
}

function measureAll(chosen: typeof cases, isJson: boolean): void {
  if (!isJson) console.log(headerLines(header));
  const rows: Row[] = [];
  const failed: { readonly name: string; readonly problem: string }[] = [];
  for (const each of chosen) {
    try {
      const row = inProcess(import.meta.url, each) as Row;
      rows.push(row);
      if (!isJson) console.log(rowLine(row, each.isOurs === true));
    } catch (thrown) {
      const problem = thrown instanceof Error ? thrown.message : String(thrown);
      failed.push({ name: each.name, problem });
      if (!isJson) console.log(failedLine(each.name, problem));
      process.exitCode = 1;
    }
  }
  if (isJson) console.log(JSON.stringify({ schema: 'compart/results@1', rows, failed }));
}

const words = process.argv.slice(2);
const [flag, name, machines] = words;
const names = words.filter((each) => !each.startsWith('--'));
const unknown = names.find((each) => !cases.some((known) => known.name === each));
if (flag === '--one' && name !== undefined) {
  console.log(JSON.stringify(await measureOne(name, Number(machines))));
} else if (unknown !== undefined) {
  const known = cases.map((each) => each.name).join(', ');
  console.error(`there is no program ${unknown} in the table; there are ${known}`);
  process.exitCode = 2;
} else {
  const chosen = cases.filter((each) => names.length === 0 || names.includes(each.name));
  measureAll(chosen, words.includes('--json'));
}
