/**
 * The compiled Paxos against one written by hand (`bench/handwritten`): user and system time per command, at the leader
 * and at the other roles. Both send the same messages, over the same transport and codec, and keep the same records on disk.
 *
 *     npx tsx bench/handwritten.ts [--json] [--repeats N] [--seconds N] [--warm-up N] [--clients N] [--only steps|processes]
 *
 * `steps`: only what the code of a process does with its inputs, which were recorded in a run of all processes; nothing is
 * sent or written. `processes`: real processes, whose time has the transport in it, after `--warm-up` seconds: the engine that
 * runs them compiles what is run often, and generated code is long. The two are interleaved, repeat by repeat.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultDeploymentOptions } from '../src/runtime/deployment-options.ts';
import { Machine, type MakeReactive } from '../src/runtime/machine.ts';
import { Supervisor } from '../src/runtime/supervisor.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { StoreLoad } from './handwritten/load.ts';
import { handwritten } from './handwritten/process.ts';
import { type Recorded, recordInputs } from './recorded-inputs.ts';
import { shippedText } from './whole-run.ts';

const kinds = ['compiled', 'by hand'] as const;
type Kind = (typeof kinds)[number];

interface Row {
  readonly what: 'steps' | 'processes';
  readonly role: string;
  /** Closed loop: so many commands are under way. */
  readonly clients: number;
  /** Microseconds of CPU per command, one for each repeat. */
  readonly compiled: readonly number[];
  readonly byHand: readonly number[];
  /** Of the medians. */
  readonly ratio: number;
}

const roles = ['proposer', 'acceptor', 'replica'] as const;
const recordedCommands = 60_000;

const loaded = loadProgram({ name: 'paxos.ir', text: shippedText('paxos') });
if (loaded.kind === 'err') throw new Error('shipped programs load');
const { program } = loaded.value;
const make: Readonly<Record<Kind, MakeReactive>> = {
  compiled: (code, me, recovered) => new Machine(code, me, recovered),
  'by hand': handwritten,
};

/** CPU of the last two thirds of the history. */
function playedUs(recorded: Recorded, kind: Kind): number {
  const { process: its, wakeUps, answered } = recorded;
  const machine = make[kind](its.code, its.member, null);
  let start: NodeJS.CpuUsage | null = null;
  for (const [at, inputs] of wakeUps.entries()) {
    if ((answered[at] ?? 0) >= recordedCommands / 3) start ??= process.cpuUsage();
    const { fault } = machine.react(inputs);
    if (fault !== null) throw new Error(fault.message);
  }
  const { user, system } = process.cpuUsage(start ?? undefined);
  return (user + system) / ((recordedCommands * 2) / 3);
}

function stepRows(repeats: number): readonly Row[] {
  return [1, 8, 64].flatMap((clients) =>
    roles.map((role) => {
      const recorded = recordInputs(program, { role, commands: recordedCommands, clients });
      const times: Record<Kind, number[]> = { compiled: [], 'by hand': [] };
      // The first one is for the compiler of the engine that runs this.
      for (let repeat = 0; repeat <= repeats; repeat++) {
        for (const kind of kinds) {
          const us = playedUs(recorded, kind);
          if (repeat > 0) times[kind].push(us);
        }
      }
      return rowOf('steps', role, clients, times);
    }),
  );
}

/** By role: CPU per command at the member that takes most. */
async function measured(
  kind: Kind,
  clients: number,
  seconds: number,
  warmUpSeconds: number,
): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'compart-bench-'));
  const entry =
    kind === 'compiled' ? null : fileURLToPath(new URL('handwritten/entry.ts', import.meta.url));
  const supervisor = new Supervisor(program, {
    ...defaultDeploymentOptions,
    clients,
    folder,
    entry,
    durability: 'none',
    statusMs: 50,
  });
  try {
    const problem = await supervisor.start();
    if (problem !== null) throw new Error(problem.message);
    const load = await StoreLoad.start(supervisor, clients);
    const used = (): readonly number[] => supervisor.nodes.map(({ status }) => status?.cpuUs ?? 0);
    await load.run(warmUpSeconds);
    const before = { used: used(), answered: load.answered };
    await load.run(seconds);
    const commands = load.answered - before.answered;
    const after = used();
    load.close();
    if (supervisor.nodes.some(({ restarts }) => restarts > 0)) throw new Error('a process died');
    const byRole = new Map<string, number>();
    for (const [at, { place }] of supervisor.nodes.entries()) {
      const us = ((after[at] ?? 0) - (before.used[at] ?? 0)) / commands;
      byRole.set(place.role, Math.max(us, byRole.get(place.role) ?? 0));
    }
    return byRole;
  } finally {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function processRows(
  repeats: number,
  clients: number,
  seconds: number,
  warmUpSeconds: number,
): Promise<readonly Row[]> {
  const all: Record<Kind, ReadonlyMap<string, number>[]> = { compiled: [], 'by hand': [] };
  for (let repeat = 0; repeat < repeats; repeat++) {
    // Which one comes first changes, in case the machine gets slower or faster meanwhile.
    for (const kind of repeat % 2 === 0 ? kinds : kinds.toReversed()) {
      all[kind].push(await measured(kind, clients, seconds, warmUpSeconds));
    }
  }
  return roles.map((role) => {
    const of = (kind: Kind): number[] => all[kind].map((each) => each.get(role) ?? 0);
    return rowOf('processes', role, clients, {
      compiled: of('compiled'),
      'by hand': of('by hand'),
    });
  });
}

function rowOf(
  what: Row['what'],
  role: string,
  clients: number,
  times: Readonly<Record<Kind, readonly number[]>>,
): Row {
  const { compiled, 'by hand': byHand } = times;
  const row = { what, role, clients, compiled, byHand, ratio: median(compiled) / median(byHand) };
  if (!json) print(row);
  return row;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

function print({ what, role, clients, compiled, byHand, ratio }: Row): void {
  const spread = (values: readonly number[]): string =>
    `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}..${Math.max(...values).toFixed(2)})`;
  const cells = [
    what.padEnd(10),
    role.padEnd(9),
    String(clients).padStart(8),
    spread(compiled).padStart(24),
    spread(byHand).padStart(24),
    ratio.toFixed(2).padStart(7),
  ];
  console.log(cells.join(' '));
}

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '12' },
    clients: { type: 'string', default: '64' },
    only: { type: 'string', default: '' },
  },
});
const { json } = flags;
if (!json) {
  console.log(
    'what       role       clients     compiled, µs/command      by hand, µs/command   ratio',
  );
}
const repeats = Number(flags.repeats);
const rows = [
  ...(flags.only === 'processes' ? [] : stepRows(repeats)),
  ...(flags.only === 'steps'
    ? []
    : await processRows(
        repeats,
        Number(flags.clients),
        Number(flags.seconds),
        Number(flags['warm-up']),
      )),
];
if (json) console.log(JSON.stringify(rows, null, 2));
