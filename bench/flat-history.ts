/**
 * Does a deployment stay as fast and as small however long its history? Runs many commands on real processes in stretches
 * of equal length, and compares rate, processor time and resident memory after the first with those at the end.
 *
 *     npx tsx bench/flat-history.ts [paxos] [--commands N] [--stretch N] [--clients N] [--json]
 *
 * Exit status 1: the end differs from the first stretch by more than a tenth, to the worse. Rates are those of the
 * moment on a shared machine; processor time per command and memory are what other work disturbs least.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Contender,
  readNodes,
  startContender,
  stopContender,
  troubleOf,
} from '../src/measure/contender.ts';
import { aimAtLeader } from '../src/measure/leader-search.ts';
import { defaultDeploymentOptions } from '../src/runtime/deployment-options.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { shippedText } from './whole-run.ts';

interface Stretch {
  /** Commands answered from the start to its end. */
  readonly commands: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  /** Of all processes together. */
  readonly cpuUsPerCommand: number;
  readonly residentMb: number;
  readonly largestMb: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    commands: { type: 'string', default: '1000000' },
    stretch: { type: 'string', default: '50000' },
    clients: { type: 'string', default: '256' },
    json: { type: 'boolean', default: false },
  },
});

/** A tenth to the worse. */
const limit = 1.1;

function fail(message: string): never {
  throw new Error(message);
}

async function run(contender: Contender, total: number, size: number): Promise<Stretch[]> {
  const { load } = contender;
  const found: Stretch[] = [];
  for (let commands = size; commands <= total; commands += size) {
    await aimAtLeader(contender);
    const before = await load.read();
    const cpuBefore = (await readNodes(contender)).map(({ status }) => status?.cpuUs ?? 0);
    load.start({ kind: 'closed', clients: Number(values.clients), commands: size });
    await load.quiet();
    const after = await load.read();
    const trouble = troubleOf(contender);
    if (trouble !== null || before === null || after === null) fail(trouble ?? 'no reading');
    const nodes = await readNodes(contender);
    const cpuUs = nodes.reduce(
      (sum, { status }, at) => sum + (status?.cpuUs ?? 0) - (cpuBefore[at] ?? 0),
      0,
    );
    const megabytes = nodes.map(({ status }) => (status?.residentBytes ?? 0) / 2 ** 20);
    const stretch = {
      commands,
      perSecond: (size * 1000) / (after.atMs - before.atMs),
      p50Ms: after.latency?.p50 ?? 0,
      cpuUsPerCommand: cpuUs / size,
      residentMb: megabytes.reduce((sum, each) => sum + each, 0),
      largestMb: Math.max(...megabytes),
    };
    found.push(stretch);
    process.stderr.write(`${rowOf(stretch)}\n`);
  }
  return found;
}

function rowOf(stretch: Stretch): string {
  const { commands, perSecond, p50Ms, cpuUsPerCommand, residentMb, largestMb } = stretch;
  const cells = [
    `${commands}`,
    `${perSecond.toFixed(0)} /s`,
    `${p50Ms.toFixed(1)} ms`,
    `${cpuUsPerCommand.toFixed(0)} µs`,
    `${residentMb.toFixed(0)} MB`,
    `${largestMb.toFixed(0)} MB`,
  ];
  return cells.map((cell) => cell.padStart(12)).join('');
}

const name = positionals[0] ?? 'paxos';
const source = shippedText(name);
const loaded = loadProgram({ name: `${name}.ir`, text: source });
if (loaded.kind === 'err') fail(`${name} has errors`);
const folder = mkdtempSync(join(tmpdir(), 'compart-flat-'));
const clients = Number(values.clients);
const started = await startContender('original', loaded.value.program, {
  deployment: { ...defaultDeploymentOptions, folder, clients },
  patience: { retryMs: loaded.value.program.workload?.retryMs ?? null, timeoutMs: 60_000 },
  clients,
  historyFile: null,
});
if (typeof started === 'string') fail(started);
process.stderr.write(`${name} on ${availableParallelism()} cores, ${clients} clients\n`);
process.stderr.write(
  `${['commands', 'rate', 'p50', 'CPU/command', 'all', 'largest'].map((cell) => cell.padStart(12)).join('')}\n`,
);
const stretches = await run(started, Number(values.commands), Number(values.stretch));
await stopContender(started);
rmSync(folder, { recursive: true });
const [first] = stretches;
const last = stretches.at(-1);
if (first === undefined || last === undefined) fail('nothing was measured');
const compared = {
  throughput: last.perSecond / first.perSecond,
  cpu: last.cpuUsPerCommand / first.cpuUsPerCommand,
  resident: last.residentMb / first.residentMb,
};
if (values.json) process.stdout.write(`${JSON.stringify({ stretches, compared }, null, 2)}\n`);
else {
  const { throughput, cpu, resident } = compared;
  process.stdout.write(
    `end against first stretch: rate ×${throughput.toFixed(2)}, CPU ×${cpu.toFixed(2)}, memory ×${resident.toFixed(2)}\n`,
  );
}
const isFlat = compared.cpu < limit && compared.resident < limit;
process.exitCode = isFlat ? 0 : 1;
