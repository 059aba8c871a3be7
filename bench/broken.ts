/**
 * The known ways to get the shipped programs wrong (test/data/programs/broken), judged at verification size against the
 * programs that they were made of: how each is caught, after how many states and processor seconds. Stops at the first
 * violation. Two puts to Paxos go one to each proposer. A table, and JSON with `--json`; names select programs,
 * `--states N` bounds each of them.
 *
 * What grows without end, or needs more faults at once than a scope has, isn't wrong at this size; seeds catch those
 * (test/protocols/broken.test.ts).
 */

import { judgeExhaustively } from '../src/sim/judge/exhaustive.ts';
import { defaultScope } from '../src/sim/judge/scope.ts';
import { type Broken, brokenPrograms, programOf, shipped } from '../test/support/protocols.ts';
import { headerLines, tableLine } from './markdown-table.ts';
import { paxosPools, paxosScope } from './paxos-scope.ts';

interface Row {
  readonly name: string;
  /** The invariant that is violated, or what clients see. */
  readonly caught: string;
  readonly states: number;
  readonly searches: number;
  readonly searchesPlanned: number;
  readonly cpuSeconds: number;
}

const statesDefault = 400_000;

function measure({ name, base, source }: Broken, states: number): Row {
  const isPaxos = base === 'paxos';
  const limits = { statesMax: states, statesPerSearchMax: states };
  const started = process.cpuUsage();
  const { verdict, report } = judgeExhaustively(shipped(base), programOf(source), {
    scope: { ...defaultScope, ...(isPaxos ? paxosScope : {}), ...limits },
    functions: {},
    pools: isPaxos ? paxosPools([0, 1]) : null,
  });
  const used = process.cpuUsage(started);
  const broken = report.invariants.find((each) => each.verdict === 'violated');
  const { searches, searchesPlanned } = report;
  return {
    name,
    caught: broken?.name ?? verdict,
    states: report.states,
    searches,
    searchesPlanned,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

function line({ name, caught, states, searches, searchesPlanned, cpuSeconds }: Row): string {
  const searched = `${searches}/${searchesPlanned}`;
  return tableLine([name, caught, states, searched, cpuSeconds.toFixed(1)]);
}

const args = process.argv.slice(2);
const at = args.indexOf('--states');
const states = at < 0 ? statesDefault : Number(args[at + 1]);
const all = brokenPrograms();
const named = all.filter(({ name, base }) => args.includes(name) || args.includes(base));
const isJson = args.includes('--json');
if (!isJson)
  console.log(headerLines(['broken program', 'caught by', 'states', 'searches', 'CPU s']));
const rows = (named.length === 0 ? all : named).map((broken) => {
  const row = measure(broken, states);
  if (!isJson) console.log(line(row));
  return row;
});
if (isJson) console.log(JSON.stringify({ schema: 'compart/broken-bench@1', states, rows }));
