/**
 * Is Paxos flat in its history? All processes in one, without a network, over a million commands: CPU per command and
 * memory around the fifty thousandth and at the end. Nothing but the protocol's own state is kept.
 *
 *     node --expose-gc --import tsx bench/long-run.ts [--json] [--commands N]
 */
import { parseArgs } from 'node:util';
import { Prng } from '../src/base/prng.ts';
import type { Fact } from '../src/exec/value.ts';
import { Machine, type MakeReactive } from '../src/runtime/machine.ts';
import type { ClientMessage } from '../src/sim/clients.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { type Load, runWhole } from './recorded-inputs.ts';
import { shippedText } from './whole-run.ts';

const clients = 64;
const keys = 100;
/** Commands over which CPU is measured, before each of the counts. */
const window = 20_000;

/** Half puts, half gets; each client has one command open. */
class StoreClients implements Load {
  readonly #prng = Prng.fromSeed(1);
  readonly #commands: number;
  readonly #open: number[] = [];
  #issued = 0;
  answered = 0;

  constructor(commands: number) {
    this.#commands = commands;
  }

  get isDone(): boolean {
    return this.answered === this.#commands;
  }

  issue(client: number): ClientMessage | null {
    if (this.#issued === this.#commands) return null;
    const id = this.#issued++;
    this.#open[client] = id;
    const key = this.#prng.below(keys);
    const isPut = this.#prng.below(2) === 0;
    const fact = isPut ? [client, id, key, String(id).padStart(16, '0')] : [client, id, key];
    // Timers fire such that the second proposer leads.
    return { client, channel: isPut ? 'put' : 'get', destination: 1, fact, command: id };
  }

  receive(client: number, _: string, fact: Fact): boolean {
    if (this.#open[client] !== fact[0]) return false;
    this.#open[client] = -1;
    this.answered += 1;
    return true;
  }
}

interface Point {
  readonly commands: number;
  /** Of all processes together. */
  readonly cpuUsPerCommand: number;
  /** Live, where the process was started with `--expose-gc`. */
  readonly heapMb: number;
  readonly residentMb: number;
  /** Facts and groups that all processes remember. */
  readonly records: number;
}

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    commands: { type: 'string', default: '1000000' },
  },
});
const commands = Number(flags.commands);
const counts = [50_000, commands / 2, commands];
const loaded = loadProgram({ name: 'paxos.ir', text: shippedText('paxos') });
if (loaded.kind === 'err') throw new Error('shipped programs load');
const machines: Machine[] = [];
const make: MakeReactive = (code, me, recovered) => {
  const machine = new Machine(code, me, recovered);
  machines.push(machine);
  return machine;
};
const load = new StoreClients(commands);
const points: Point[] = [];
let start: { readonly cpu: NodeJS.CpuUsage; readonly answered: number } | null = null;
runWhole(loaded.value.program, {
  role: 'proposer',
  clients,
  commands,
  make,
  load,
  onProgress: () => {
    const next = counts[points.length];
    if (next === undefined) return;
    if (load.answered >= next - window) {
      start ??= { cpu: process.cpuUsage(), answered: load.answered };
    }
    if (load.answered < next || start === null) return;
    const { user, system } = process.cpuUsage(start.cpu);
    const cpuUsPerCommand = (user + system) / (load.answered - start.answered);
    start = null;
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const records = machines.reduce((sum, machine) => sum + machine.records(), 0);
    const [heapMb, residentMb] = [heapUsed / 2 ** 20, rss / 2 ** 20];
    const point = { commands: next, cpuUsPerCommand, heapMb, residentMb, records };
    points.push(point);
    if (flags.json) return;
    console.log(
      `${String(next).padStart(9)} commands  ${cpuUsPerCommand.toFixed(1)} µs/command  ${heapMb.toFixed(1)} MB live  ${residentMb.toFixed(0)} MB resident  ${records} records`,
    );
  },
});
if (flags.json) console.log(JSON.stringify(points, null, 2));
