/**
 * What a process of the engine takes, beside a bare socket in the same run: 16-byte payloads, one connection, all that
 * has arrived makes one tick and all of its answers one write.
 *
 *     npx tsx bench/runtime.ts [--json] [--seconds N] [--repeats N]
 *
 * `echo` answers every message, with 1024 of them open; `sink` takes them as fast as they come. `socket` is a bare
 * socket that copies bytes, `frames` adds handshake and codecs, `engine` is a whole process of a program with a stateless
 * role. The driver is the same loop over bare bytes for all. Throughput is that of this machine in that moment; `cpu` is
 * user and system time of the serving process per message, which other work on the machine disturbs least.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDeploymentOptions } from '../src/runtime/deployment-options.ts';
import { planHash } from '../src/runtime/plan-hash.ts';
import { Supervisor } from '../src/runtime/supervisor.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { type DriveResult, drive, type Shape, type Traffic } from './runtime/drive.ts';
import { type ServerKind, type ServerReport, serve } from './runtime/serve.ts';

const text = `
role client external
role server {
  pong@c(x) :~ ping(c, x)
  last@c(x) :~ drop(c, x), x == "the last one"
}
channel ping(c: client, x: string): client -> server
channel pong(x: string): server -> client
channel drop(c: client, x: string): client -> server
channel last(x: string): server -> client
`;

const SERVE = '--serve';
const loaded = loadProgram({ name: 'echo.ir', text });
if (loaded.kind === 'err') throw new Error('the program of the benchmark has errors');
const { program } = loaded.value;
const clients = 4;
const plan = planHash(program, clients);

type Kind = ServerKind | 'engine';

interface Server {
  readonly port: number;
  /** User and system time so far, in microseconds. */
  readonly cpuUs: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function startServer(kind: Kind): Promise<Server> {
  if (kind !== 'engine') return forked(kind);
  const folder = mkdtempSync(join(tmpdir(), 'compart-bench-'));
  const options = { ...defaultDeploymentOptions, clients, folder, statusMs: 50 };
  const supervisor = new Supervisor(program, options);
  const problem = await supervisor.start();
  if (problem !== null) throw new Error(problem.message);
  const [address] = supervisor.addresses;
  return {
    port: address?.kind === 'tcp' ? address.port : 0,
    cpuUs: async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return supervisor.nodes[0]?.status?.cpuUs ?? 0;
    },
    stop: async () => {
      await supervisor.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function forked(kind: ServerKind): Promise<Server> {
  const child = fork(fileURLToPath(import.meta.url), [SERVE, kind]);
  const ask = (): Promise<ServerReport> =>
    new Promise((resolve) => {
      child.once('message', (report: ServerReport) => resolve(report));
      child.send('report');
    });
  const { port } = await ask();
  return {
    port,
    cpuUs: async () => (await ask()).cpuUs,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

interface Row {
  readonly traffic: Traffic;
  readonly kind: Kind;
  readonly perSecond: number;
  /** Of the server, per message. */
  readonly cpuUs: number;
  /** Throughput and processor time as shares of the bare socket's. */
  readonly ofSocket: { readonly perSecond: number; readonly cpuUs: number };
}

async function measure(kind: Kind, traffic: Traffic, seconds: number): Promise<DriveResult> {
  const server = await startServer(kind);
  const shape: Shape = kind === 'socket' ? { kind: 'socket' } : { kind: 'engine', plan, program };
  const result = await drive(server, shape, { traffic, seconds });
  await server.stop();
  return result;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function main(argv: readonly string[]): Promise<void> {
  const after = (flag: string, otherwise: number): number =>
    argv.includes(flag) ? Number(argv[argv.indexOf(flag) + 1]) : otherwise;
  const seconds = after('--seconds', 3);
  const repeats = after('--repeats', 3);
  const kinds: readonly Kind[] = ['socket', 'frames', 'engine'];
  const rows: Row[] = [];
  for (const traffic of ['echo', 'sink'] as const) {
    const results = new Map<Kind, DriveResult[]>(kinds.map((kind) => [kind, []]));
    // Interleaved, so that a slow minute of the machine hits all of them.
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const kind of kinds) results.get(kind)?.push(await measure(kind, traffic, seconds));
    }
    const of = (kind: Kind, key: 'perSecond' | 'cpuUs'): number =>
      median((results.get(kind) ?? []).map((each) => each[key]));
    for (const kind of kinds) {
      const perSecond = of(kind, 'perSecond');
      const cpuUs = of(kind, 'cpuUs');
      const ofSocket = {
        perSecond: perSecond / of('socket', 'perSecond'),
        cpuUs: cpuUs / of('socket', 'cpuUs'),
      };
      rows.push({ traffic, kind, perSecond, cpuUs, ofSocket });
    }
  }
  if (argv.includes('--json')) {
    console.log(JSON.stringify({ node: process.version, seconds, repeats, rows }, null, 2));
    return;
  }
  console.log('traffic  server    messages/s   cpu us/message   of socket: messages/s   cpu');
  for (const { traffic, kind, perSecond, cpuUs, ofSocket } of rows) {
    const cells = [
      traffic.padEnd(8),
      kind.padEnd(8),
      Math.round(perSecond).toString().padStart(11),
      cpuUs.toFixed(3).padStart(16),
      `${ofSocket.perSecond.toFixed(2)} x`.padStart(24),
      `${ofSocket.cpuUs.toFixed(2)} x`.padStart(8),
    ];
    console.log(cells.join(' '));
  }
}

const [role, kind] = process.argv.slice(2);
if (role === SERVE && (kind === 'socket' || kind === 'frames')) serve(kind, program, plan);
else await main(process.argv.slice(2));
