/** The process of a load generator: started by a bench, told what to send, gone when it is gone. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defined } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import { ClientConnection } from '../runtime/client-connection.ts';
import { functionsOf } from '../runtime/functions-file.ts';
import { defaultRuntimeLimits } from '../runtime/limits.ts';
import { dialAddress, systemClock } from '../runtime/sockets.ts';
import type { Address } from '../runtime/stream.ts';
import { topologyOf } from '../runtime/topology.ts';
import type { FromLoad, Load, LoadOrder, StartLoad, ToLoad } from './load-control.ts';
import { LoadGenerator } from './load-generator.ts';
import { Recorder } from './recorder.ts';

export const LOAD_ENTRY: string = fileURLToPath(import.meta.url);
export const LOAD_ROLE = '--compart-load';

/** Events that are kept in memory before they are written in the middle of a measurement. */
const keptMax = 1_000_000;
const progressMs = 250;
/** How often requests are looked at that wait for an answer, and how often arrivals. */
const beatMs = 5;
const arrivalMs = 1;

interface Running {
  readonly generator: LoadGenerator;
  readonly connection: ClientConnection;
  readonly recorder: Recorder | null;
  readonly history: number | null;
  load: Load | null;
  /** Somebody waits for everything to be answered. */
  isPausing: boolean;
}

let running: Running | null = null;
let addresses: readonly (Address | null)[] = [];

function tell(message: FromLoad): void {
  if (process.connected) process.send?.(message);
}

async function start(order: StartLoad): Promise<void> {
  const { program, patience, token } = order;
  const functions = await functionsOf(order.functionsFile);
  const topology = topologyOf(program, { clients: order.clientsMax, functions });
  const send = program.workload?.commands[0]?.send;
  const role = program.channels.find(({ name }) => name === send?.relation)?.from;
  if (role === undefined) {
    tell({ kind: 'failed', message: 'the program declares no workload' });
    return;
  }
  addresses = order.addresses;
  const count = Math.min(order.clients, topology.members(role));
  const recorder = order.historyFile === null ? null : new Recorder(program);
  const prng = Prng.fromSeed(order.seed);
  const connection = new ClientConnection({
    topology,
    plan: order.plan,
    addresses: () => addresses,
    role,
    first: 0,
    count,
    token,
    onAnswer: (client, channel, fact, node) => generator.take(client, channel, fact, node),
    limits: defaultRuntimeLimits,
    dial: dialAddress,
    clock: systemClock,
    prng: prng.split(),
    defer: order.single ? null : setImmediate,
  });
  const generator = new LoadGenerator({
    program,
    members: topology.members,
    memberOf: (node) => defined(topology.nodes[node], 'a node of the topology').domain,
    clients: count,
    patience,
    prng,
    now: systemClock.now,
    send: (channel, member, fact) => connection.send(channel, member, fact),
    recorder,
  });
  const history = order.historyFile === null ? null : openSync(order.historyFile, 'w');
  running = { generator, connection, recorder, history, load: null, isPausing: false };
  beat(running);
  progress(running);
  await connection.ready();
  tell({ kind: 'ready' });
}

function beat(its: Running): void {
  const { generator, recorder } = its;
  generator.beat();
  if (recorder !== null && recorder.waiting > keptMax) write(its);
  if (its.isPausing && generator.isQuiet) {
    its.isPausing = false;
    write(its);
    tell({ kind: 'quiet' });
  }
  systemClock.after(its.load?.kind === 'open' ? arrivalMs : beatMs, () => beat(its));
}

function progress(its: Running): void {
  const { answered, retried } = its.generator.totals;
  tell({ kind: 'progress', answered, retried });
  systemClock.after(progressMs, () => progress(its));
}

function write({ recorder, history }: Running): void {
  if (recorder === null || history === null) return;
  const lines = recorder.drain();
  if (lines !== '') writeSync(history, lines);
}

function read({ generator }: Running): void {
  const { user, system } = process.cpuUsage();
  const atMs = performance.timeOrigin + performance.now();
  tell({ kind: 'reading', reading: { ...generator.read(), atMs, cpuUs: user + system } });
}

function leave(): void {
  if (running !== null) {
    write(running);
    if (running.history !== null) closeSync(running.history);
    running.connection.close();
  }
  process.exit(0);
}

function take(message: ToLoad): void {
  if (message.kind === 'start') start(message).catch(fail);
  else if (message.kind === 'leave') leave();
  else if (running !== null) obey(running, message);
}

function obey(its: Running, message: LoadOrder): void {
  switch (message.kind) {
    case 'addresses':
      addresses = message.addresses;
      break;
    case 'patience':
      its.generator.setPatience(message.patience);
      break;
    case 'aim':
      its.generator.aim(message.member);
      break;
    case 'load':
      its.load = message.load;
      its.generator.start(message.load);
      break;
    case 'read':
      read(its);
      break;
    case 'pause':
      // A load that ends by itself is waited for; an endless one ends here.
      if (isEndless(its.load)) its.generator.pause();
      its.isPausing = true;
      break;
  }
}

function isEndless(load: Load | null): boolean {
  return load?.kind === 'closed' && load.commands === null;
}

function fail(thrown: unknown): void {
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (!process.connected || process.send === undefined) process.exit(1);
  process.send({ kind: 'failed', message } satisfies FromLoad, () => process.exit(1));
}

if (process.argv[2] === LOAD_ROLE && process.send !== undefined) {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
  // Signals may reach every process of a group; the bench says what happens then.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
