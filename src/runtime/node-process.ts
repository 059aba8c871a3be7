/** The process of one node: started by the supervisor, told by it who the others are, gone when it is gone. */
import { fileURLToPath } from 'node:url';
import { defined } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import { compileRole, defaultCompileOptions } from '../exec/compile.ts';
import type { NodeCode } from '../exec/node-code.ts';
import type { Program } from '../ir/program.ts';
import type { FailureKind, FromNode, StartNode, ToNode } from './control.ts';
import { functionsOf } from './functions-file.ts';
import { processExecLimits } from './limits.ts';
import { folderDisk } from './log/disk.ts';
import { DurableLog, type OpenLog } from './log/durable-log.ts';
import type { MakeReactive } from './machine.ts';
import { Node } from './node.ts';
import { dialAddress, listenAt, systemClock } from './sockets.ts';
import { printAddress } from './stream.ts';
import { type NodePlace, type Topology, topologyOf } from './topology.ts';
import { factCodec } from './wire/fact-codec.ts';

/** Lines of this node's own log in one second; hostile peers could fill the disk with more. */
const linesPerSecond = 20;

/** This module, and the word that tells it that it is the process and not just imported by who starts it. */
export const NODE_ENTRY: string = fileURLToPath(import.meta.url);
export const NODE_ROLE = '--compart-node';

/** Runs this in place of the compiled code: called by another entry, before the process is told to start. */
export function runInstead(make: MakeReactive): void {
  makeReactive = make;
}

let makeReactive: MakeReactive | undefined;
let node: Node | null = null;
let isGoing = false;
let secondBegan = 0;
let linesSaid = 0;

function say(text: string): void {
  const now = performance.now();
  if (now - secondBegan > 1000) {
    secondBegan = now;
    linesSaid = 0;
  }
  linesSaid += 1;
  if (linesSaid > linesPerSecond) return;
  process.stderr.write(`${(now / 1000).toFixed(3).padStart(9)} s  ${text}\n`);
}

function tell(message: FromNode): void {
  if (process.connected) process.send?.(message);
}

/** The last thing that this process says. */
function fail(why: FailureKind, message: string): void {
  say(`stops: ${message}`);
  const leave = (): never => process.exit(1);
  if (!process.connected || process.send === undefined) leave();
  process.send?.({ kind: 'failed', why, message } satisfies FromNode, leave);
}

async function start(order: StartNode): Promise<void> {
  const { program } = order;
  const functions = await functionsOf(order.functionsFile);
  const topology = topologyOf(program, { clients: order.clients, functions });
  const place = defined(topology.nodes[order.index], 'a node of the plan');
  const role = program.roles.find(({ name }) => name === place.role);
  const code = compileRole(program, defined(role, 'a role of the plan'), {
    ...defaultCompileOptions,
    limits: processExecLimits,
    functions,
    members: topology.members,
  });
  const opened = openLog(order, topology, place, code);
  if (typeof opened === 'string') {
    fail('log', opened);
    return;
  }
  const made = new Node({
    ...order,
    topology,
    place,
    code,
    makeReactive,
    log: opened,
    clock: systemClock,
    dial: dialAddress,
    prng: Prng.fromSeed(order.seed),
    defer: setImmediate,
    onFatal: fail,
    onConnected: () => tell({ kind: 'connected' }),
    say,
  });
  const listener = await listenAt(order.address, (stream) => made.accept(stream));
  if (listener.kind === 'err') {
    fail('port', `${printAddress(order.address)}: ${listener.error}`);
    return;
  }
  node = made;
  const { address } = listener.value;
  say(`${place.name}, incarnation ${order.incarnation}, at ${printAddress(address)}`);
  if (opened?.cut !== undefined && opened.cut !== null) say(`cut off: ${opened.cut}`);
  tell({ kind: 'listening', address, cut: opened?.cut ?? null });
  if (made.isConnected) tell({ kind: 'connected' });
  setInterval(report, order.statusMs).unref();
}

/** Null when the role keeps nothing on disk; a sentence when what is there can't be used. */
function openLog(
  order: StartNode,
  topology: Topology,
  place: NodePlace,
  code: NodeCode,
): OpenLog | null | string {
  if (code.durable.length === 0) return null;
  const { program, limits } = order;
  const scope = { program, members: topology.members };
  const codecs = code.durable.map(({ slot }) => factCodec(columnsOf(program, code, slot), scope));
  try {
    const opened = DurableLog.open({
      disk: folderDisk(order.dataFolder),
      owner: { plan: order.plan, node: place.name },
      codecs,
      durability: order.durability,
      bytesMax: limits.logBytesMax,
    });
    if (opened.kind === 'err') return opened.error;
    if (order.kept && opened.value.image === null) return lostDisk(order.dataFolder);
    return opened.value;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return `${order.dataFolder} can't be used: ${reason}`;
  }
}

/** A member that forgot what it promised is no member: an acceptor could vote for two values in one slot. */
function lostDisk(folder: string): string {
  return `${folder} is empty, and what this process kept there is lost; restore it from a copy, or begin in another folder`;
}

function columnsOf(
  program: Program,
  code: NodeCode,
  slot: number,
): Program['channels'][number]['columns'] {
  const role = program.roles.find(({ name }) => name === code.role);
  const relation = role?.relations.find(({ name }) => name === code.names[slot]);
  return defined(relation, 'durable relations are declared').columns;
}

function report(): void {
  if (node === null) return;
  const { user, system } = process.cpuUsage();
  const residentBytes = process.memoryUsage.rss();
  const atMs = performance.timeOrigin + performance.now();
  const cpuUs = user + system;
  tell({ kind: 'status', status: { ...node.status(), cpuUs, residentBytes, atMs } });
}

function stop(): void {
  if (node === null) process.exit(0);
  report();
  node.stop(() => {
    report();
    // Answers that left last are still in the sockets' hands.
    setTimeout(() => process.exit(0), 20);
  });
}

function take(message: ToNode): void {
  switch (message.kind) {
    case 'start':
      void start(message);
      break;
    case 'peers':
      node?.setPeers(message.addresses);
      break;
    case 'go':
      if (!isGoing) node?.start();
      isGoing = true;
      break;
    case 'report':
      report();
      break;
    case 'pace':
      node?.setPace(message.paceUs, message.timerScale);
      break;
    case 'stop':
      stop();
      break;
  }
}

if (process.argv[2] === NODE_ROLE && process.send !== undefined) {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', stop);
  // Ctrl-C reaches every process of the terminal; the supervisor says what happens then.
  process.on('SIGINT', () => undefined);
  const bug = (thrown: unknown): void =>
    fail('bug', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  process.on('uncaughtException', bug);
  process.on('unhandledRejection', bug);
}
