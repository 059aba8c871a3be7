/**
 * How fast random runs are judged, the program itself and its plan: seeds a minute and events per processor second. Runs are
 * those of `optimize verify`: seed by seed another mix of faults, until the time is up, on one core.
 *
 *     npx tsx bench/seeds.ts [PROGRAM ..] [--json] [--seconds N] [--commands N]
 *
 * `sim` only simulates, with invariants and declared dependencies watched; `judged` also judges what the clients saw. An event is
 * a tick of a process or a message that arrived. The first seeds are run twice and counted once: they warm the engine up.
 */
import { parseArgs } from 'node:util';
import type { Program } from '../src/ir/program.ts';
import { randomTasks } from '../src/sim/judge/random.ts';
import { judgeTask, type RandomTask, simulated } from '../src/sim/judge/random-run.ts';
import { defaultScope } from '../src/sim/judge/scope.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { headerLines, tableLine } from './markdown-table.ts';
import { type Case, optimizeText, shippedText } from './whole-run.ts';

const cases: readonly Case[] = [
  { name: 'paxos', machines: 20 },
  { name: '2pc', machines: 46 },
  { name: '2pc-recovery', machines: 46 },
  { name: 'voting', machines: 26 },
  { name: 'kvs', machines: 8 },
  { name: 'quota', machines: 12 },
];

const warmUpSeeds = 12;
const seedsMax = 100_000;

interface Row {
  readonly name: string;
  readonly which: 'original' | 'plan';
  readonly what: 'sim' | 'judged';
  readonly seeds: number;
  readonly cpuSeconds: number;
  readonly seedsPerMinute: number;
  /** Null where the run doesn't tell. */
  readonly eventsPerCpuSecond: number | null;
}

interface Measured {
  readonly seeds: number;
  readonly cpuSeconds: number;
  readonly events: number;
}

/** By kind of run, what it took; a seed is run in both ways before the next one, so that the machine treats them alike. */
function measured(
  tasks: readonly RandomTask[],
  run: Readonly<Record<Row['what'], (task: RandomTask) => number>>,
): Readonly<Record<Row['what'], Measured>> {
  const total = {
    sim: { seeds: 0, cpuSeconds: 0, events: 0 },
    judged: { seeds: 0, cpuSeconds: 0, events: 0 },
  };
  for (const [at, task] of [...tasks.slice(0, warmUpSeeds), ...tasks].entries()) {
    for (const what of ['sim', 'judged'] as const) {
      const start = process.cpuUsage();
      const events = run[what](task);
      const { user, system } = process.cpuUsage(start);
      if (at < warmUpSeeds) continue;
      total[what].seeds += 1;
      total[what].events += events;
      total[what].cpuSeconds += (user + system) / 1e6;
    }
    if (total.sim.cpuSeconds + total.judged.cpuSeconds > seconds) break;
  }
  return total;
}

function rowsOf(
  name: string,
  which: Row['which'],
  original: Program,
  subject: Program,
): readonly Row[] {
  const tasks = randomTasks({
    seeds: seedsMax,
    seed: 0,
    commands,
    comparedSeeds: 0,
    comparedCommands: 0,
    scope: defaultScope,
  }).filter(({ kind }) => kind === 'judged');
  const judge = { original, plan: subject, functions: {}, scope: defaultScope };
  const total = measured(tasks, {
    sim: ({ run }) => {
      const { figures } = simulated(subject, run, {});
      return figures.ticks + figures.delivered;
    },
    judged: (task) => {
      const { finding } = judgeTask(judge, task);
      if (finding !== null) throw new Error(`${name} ${which}: ${finding.claim}`);
      return 0;
    },
  });
  return (['sim', 'judged'] as const).map((what) => {
    const { seeds, cpuSeconds, events } = total[what];
    const seedsPerMinute = (seeds / cpuSeconds) * 60;
    const eventsPerCpuSecond = what === 'sim' ? events / cpuSeconds : null;
    return { name, which, what, seeds, cpuSeconds, seedsPerMinute, eventsPerCpuSecond };
  });
}

function loaded(name: string, text: string): Program {
  const result = loadProgram({ name: `${name}.ir`, text });
  if (result.kind === 'err') throw new Error(result.error.map((each) => each.message).join('\n'));
  return result.value.program;
}

function print({ name, which, what, seeds, seedsPerMinute, eventsPerCpuSecond }: Row): void {
  const events =
    eventsPerCpuSecond === null ? '' : Math.round(eventsPerCpuSecond).toLocaleString('en');
  const perMinute = Math.round(seedsPerMinute).toLocaleString('en');
  console.log(tableLine([name, which, what, seeds, perMinute, events]));
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    commands: { type: 'string', default: '40' },
  },
});
const { json } = flags;
const seconds = Number(flags.seconds);
const commands = Number(flags.commands);
if (!json) {
  const columns = [
    'program',
    'which',
    'what',
    'seeds',
    'seeds per minute',
    'events per CPU second',
  ];
  console.log(headerLines(columns));
}
const rows: Row[] = [];
for (const each of cases) {
  if (positionals.length > 0 && !positionals.includes(each.name)) continue;
  const text = shippedText(each.name);
  const original = loaded(each.name, text);
  const { document } = await optimizeText(each, text);
  for (const [which, subject] of [
    ['original', original],
    ['plan', loaded(each.name, document.ir)],
  ] as const) {
    const found = rowsOf(each.name, which, original, subject);
    if (!json) found.forEach(print);
    rows.push(...found);
  }
}
if (json) console.log(JSON.stringify({ schema: 'compart/seeds-bench@1', commands, rows }, null, 2));
