/** One measured stretch of time of one program under one load. */
import { defined } from '../base/assert.ts';
import type { NodeView } from '../runtime/slots.ts';
import { type Contender, readNodes, sleep, troubleOf } from './contender.ts';
import { aimAtLeader } from './leader-search.ts';
import type { Load } from './load-control.ts';
import type { LatencyFigures, LoadReading } from './load-reading.ts';

export interface NodeFigures {
  readonly name: string;
  readonly role: string;
  readonly member: number;
  readonly part: number;
  /** User and system time of the process. */
  readonly cpuMsPerCommand: number;
  /** Share of one core. */
  readonly utilization: number;
  /** Taken and sent, of nodes and clients. */
  readonly messagesPerCommand: number;
  readonly residentBytes: number;
  readonly pacedLostMs: number;
}

export interface WindowFigures {
  /** Commands answered in a second. */
  readonly throughput: number;
  readonly commands: number;
  /** Null when nothing was answered. */
  readonly latencyMs: LatencyFigures | null;
  readonly nodes: readonly NodeFigures[];
  /** Cores that all processes took together, and the share of one that the generator took. */
  readonly cores: number;
  readonly generator: number;
  /** Cores that everything else on the machine took meanwhile. */
  readonly others: number;
  readonly retried: number;
  readonly timedOut: number;
  /** Arrivals that waited for a free client at the end. */
  readonly waiting: number;
}

export interface WindowOptions {
  readonly load: Load;
  readonly warmupMs: number;
  readonly windowMs: number;
  /** Milliseconds that all cores of the machine were busy, since some point in time. */
  readonly machineBusyMs: () => number;
  /** True once somebody asked for the end. */
  readonly isStopped: () => boolean;
}

/** The error is a sentence: a process died, or nothing could be read. */
export async function measureWindow(
  contender: Contender,
  options: WindowOptions,
): Promise<WindowFigures | string> {
  const { load } = contender;
  load.setAddresses(contender.supervisor.addresses);
  await aimAtLeader(contender);
  load.start(options.load);
  await sleepUnless(options.warmupMs, options.isStopped);
  const first = await read(contender, options);
  await sleepUnless(options.windowMs, options.isStopped);
  const last = await read(contender, options);
  const isQuiet = await load.quiet();
  const trouble = troubleOf(contender);
  if (trouble !== null) return trouble;
  if (first === null || last === null || !isQuiet) return 'the load generator ended';
  return figuresOf(first, last);
}

interface Snapshot {
  readonly reading: LoadReading;
  readonly nodes: readonly NodeView[];
  readonly busyMs: number;
}

async function read(
  contender: Contender,
  { machineBusyMs }: WindowOptions,
): Promise<Snapshot | null> {
  const [reading, nodes] = await Promise.all([contender.load.read(), readNodes(contender)]);
  return reading === null ? null : { reading, nodes, busyMs: machineBusyMs() };
}

function figuresOf(first: Snapshot, last: Snapshot): WindowFigures {
  const { reading } = last;
  const before = first.reading;
  const seconds = (reading.atMs - before.atMs) / 1000;
  const commands = reading.totals.answered - before.totals.answered;
  const throughput = commands / seconds;
  const nodes = last.nodes.map((node, at) =>
    nodeFigures(defined(first.nodes[at], 'the same nodes'), node, throughput),
  );
  const cores = nodes.reduce((sum, { utilization }) => sum + utilization, 0);
  const generator = (reading.cpuUs - before.cpuUs) / 1e6 / seconds;
  const busy = (last.busyMs - first.busyMs) / 1000 / seconds;
  return {
    throughput,
    commands,
    latencyMs: reading.latency,
    nodes,
    cores,
    generator,
    others: Math.max(0, busy - cores - generator),
    retried: reading.totals.retried - before.totals.retried,
    timedOut: reading.totals.timedOut - before.totals.timedOut,
    waiting: reading.waiting,
  };
}

/** Each process was read at times of its own, so rates are compared, not sums. */
function nodeFigures(before: NodeView, after: NodeView, throughput: number): NodeFigures {
  const { name, role, member, part } = after.place;
  const from = before.status;
  const to = after.status;
  const seconds = from === null || to === null ? 0 : (to.atMs - from.atMs) / 1000;
  if (from === null || to === null || seconds <= 0) {
    const none = { cpuMsPerCommand: 0, utilization: 0, messagesPerCommand: 0 };
    return { name, role, member, part, ...none, residentBytes: 0, pacedLostMs: 0 };
  }
  const cores = (to.cpuUs - from.cpuUs) / 1e6 / seconds;
  const messages = (messagesOf(to) - messagesOf(from)) / seconds;
  return {
    name,
    role,
    member,
    part,
    cpuMsPerCommand: throughput === 0 ? 0 : (cores * 1000) / throughput,
    utilization: cores,
    messagesPerCommand: throughput === 0 ? 0 : messages / throughput,
    residentBytes: to.residentBytes,
    pacedLostMs: to.pacedLostMs - from.pacedLostMs,
  };
}

function messagesOf({ counters }: NonNullable<NodeView['status']>): number {
  return counters.received + counters.sent + counters.fromClients + counters.toClients;
}

const napMs = 100;

async function sleepUnless(ms: number, isStopped: () => boolean): Promise<void> {
  for (let left = ms; left > 0 && !isStopped(); left -= napMs) await sleep(Math.min(left, napMs));
}
