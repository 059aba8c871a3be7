/**
 * CPU per command at the process that does most, for histories of growing length: is it flat? The process is fed with what it
 * was sent in a run of the whole protocol, once as the machine that keeps its state in place, and once, for as many
 * commands as it takes patience for, as values: a state that each tick is loaded from and saved to.
 *
 *     npx tsx bench/exec.ts                 the table
 *     npx tsx bench/exec.ts --json paxos    one program, as JSON
 */

import { Machine } from '../src/exec/machine.ts';
import { initialState, settle } from '../src/exec/node.ts';
import type { Program } from '../src/ir/program.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { type Recorded, recordInputs } from './recorded-inputs.ts';
import { shippedText } from './whole-run.ts';

interface Case {
  readonly name: string;
  readonly role: string;
}

const cases: readonly Case[] = [
  { name: 'voting', role: 'leader' },
  { name: '2pc', role: 'coordinator' },
  { name: 'paxos', role: 'proposer' },
];

const histories = [1_000, 10_000, 100_000] as const;
/** As values a tick costs what the state holds. */
const valueCommandsMax = 1_000;

interface Row {
  readonly name: string;
  readonly process: string;
  /** Commands that may share a batch. */
  readonly clients: number;
  readonly commands: number;
  readonly how: 'in place' | 'as values';
  /** Over the last fifth of the history. */
  readonly cpuUsPerCommand: number;
  readonly ticksPerCommand: number;
  /** Inputs and messages per CPU-second. */
  readonly factsPerSecond: number;
  /** What the machine holds in the end. */
  readonly heapMb: number;
}

function programOf(name: string): Program {
  const loaded = loadProgram({ name: `${name}.ir`, text: shippedText(name) });
  if (loaded.kind === 'err') throw new Error('shipped programs load');
  return loaded.value.program;
}

/** Runs one wake-up until the process is settled: ticks, and messages sent. */
type Wake = (inputs: Recorded['wakeUps'][number]) => {
  readonly ticks: number;
  readonly sent: number;
};

function inPlace({ process }: Recorded): Wake {
  const machine = new Machine(process.code, process.member);
  return (inputs) => {
    let ticks = 0;
    let sent = 0;
    let inbox = inputs;
    do {
      const result = machine.tick(inbox);
      if (result.kind === 'fault') throw new Error(result.fault.message);
      ticks += 1;
      sent += result.outbox.length;
      inbox = [];
    } while (!machine.settled);
    return { ticks, sent };
  };
}

function asValues({ process }: Recorded): Wake {
  let state = initialState(process.code, process.member);
  return (inputs) => {
    const result = settle(process.code, state, inputs);
    if (result.kind === 'fault') throw new Error(result.fault.message);
    state = result.state;
    const sent = result.ticks.reduce((sum, { outbox }) => sum + outbox.length, 0);
    return { ticks: result.ticks.length, sent };
  };
}

function measure(recorded: Recorded, commands: number, wake: Wake): Omit<Row, 'name' | 'how'> {
  const counted = commands / 5;
  let ticks = 0;
  let facts = 0;
  let start: NodeJS.CpuUsage | null = null;
  const heapBefore = heapMb();
  for (const [at, inputs] of recorded.wakeUps.entries()) {
    if ((recorded.answered[at] ?? 0) >= commands - counted) start ??= process.cpuUsage();
    const done = wake(inputs);
    if (start === null) continue;
    ticks += done.ticks;
    facts += inputs.length + done.sent;
  }
  const spent = process.cpuUsage(start ?? process.cpuUsage());
  const cpuUs = spent.user + spent.system;
  return {
    process: recorded.process.name,
    clients: recorded.clients,
    commands,
    cpuUsPerCommand: cpuUs / counted,
    ticksPerCommand: ticks / counted,
    factsPerSecond: (facts / cpuUs) * 1e6,
    heapMb: heapMb() - heapBefore,
  };
}

/** Live memory where the process was started with `--expose-gc`; else an upper bound. */
function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function rowsOf({ name, role }: Case): readonly Row[] {
  const program = programOf(name);
  return [1, 64].flatMap((clients) =>
    histories.flatMap((commands): readonly Row[] => {
      const recorded = recordInputs(program, { role, commands, clients });
      const placed = measure(recorded, commands, inPlace(recorded));
      const rows: Row[] = [{ name, how: 'in place', ...placed }];
      if (commands <= valueCommandsMax) {
        rows.push({ name, how: 'as values', ...measure(recorded, commands, asValues(recorded)) });
      }
      for (const row of rows) if (!json) print(row);
      return rows;
    }),
  );
}

function print(row: Row): void {
  const cells = [
    `${row.name} ${row.process}`.padEnd(20),
    String(row.clients).padStart(8),
    String(row.commands).padStart(10),
    row.how.padStart(11),
    row.cpuUsPerCommand.toFixed(1).padStart(12),
    row.ticksPerCommand.toFixed(2).padStart(10),
    Math.round(row.factsPerSecond).toLocaleString('en').padStart(12),
    row.heapMb.toFixed(1).padStart(9),
  ];
  console.log(cells.join(' '));
}

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((arg) => !arg.startsWith('--'));
if (!json) {
  console.log(
    'process               clients   commands         how   µs/command ticks/cmd      facts/s   heap MB',
  );
}
const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));
const rows = chosen.flatMap(rowsOf);
if (json) console.log(JSON.stringify(rows, null, 2));
