/**
 * More requests than a deployment can take. First closed-loop clients find what it takes; then requests come at many times
 * that rate, whether the ones before were answered or not, from one client after the other.
 * What is answered then against what was answered before is the goodput.
 */
import { Prng } from '../../../src/base/prng.ts';
import type { Fact } from '../../../src/exec/value.ts';
import { ClientConnection } from '../../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../../../src/runtime/limits.ts';
import { dialAddress, systemClock } from '../../../src/runtime/sockets.ts';
import type { Supervisor } from '../../../src/runtime/supervisor.ts';
import { pause } from './fault-cluster.ts';

export interface Overload {
  /** With as many clients as keep it busy, and with `factor` times as many requests. */
  readonly peak: Rate;
  readonly goodput: Rate;
  readonly offered: number;
  /** Requests that couldn't even leave. */
  readonly shed: number;
  readonly residentMax: number;
}

export interface Rate {
  readonly perSecond: number;
  /** Of all processes together: what other work does to this machine doesn't change it. */
  readonly perCpuSecond: number;
}

export interface OverloadOptions {
  readonly supervisor: Supervisor;
  readonly channel: string;
  readonly members: number;
  readonly fact: (client: number, id: number) => Fact;
  readonly factor: number;
  readonly clients: number;
  readonly peakMs: number;
  readonly overloadMs: number;
}

const closedClients = 512;
const retryMs = 500;

export async function overload(options: OverloadOptions): Promise<Overload> {
  const { supervisor, clients, factor, peakMs, overloadMs } = options;
  const ids = new Uint32Array(clients);
  /** The last request of each client that was answered: several may answer the same. */
  const done = new Uint32Array(clients);
  const askedAt = new Float64Array(clients);
  let answered = 0;
  let onFree = (client: number): void => void ask(client);
  const connection = new ClientConnection({
    topology: supervisor.topology,
    plan: supervisor.plan,
    addresses: () => supervisor.addresses,
    role: 'client',
    first: 0,
    count: clients,
    token: 'overload',
    onAnswer: (client, _, fact) => {
      const id = Number(fact[0]);
      if (id <= (done[client] ?? 0)) return;
      done[client] = id;
      answered += 1;
      onFree(client);
    },
    limits: defaultRuntimeLimits,
    dial: dialAddress,
    clock: systemClock,
    prng: Prng.fromSeed(1),
    defer: setImmediate,
  });
  const ask = (client: number): boolean => {
    const id = (ids[client] ?? 0) + 1;
    ids[client] = id;
    askedAt[client] = systemClock.now();
    return connection.send(options.channel, 0, options.fact(client, id));
  };
  await connection.ready();
  // Until there is a leader nobody answers.
  while (answered === 0) {
    ask(0);
    await pause(100);
  }
  for (let client = 1; client < closedClients; client++) ask(client);
  let isClosedLoop = true;
  const retry = (): void => {
    const now = systemClock.now();
    for (let client = 0; client < closedClients; client++) {
      if (now - (askedAt[client] ?? 0) > retryMs) ask(client);
    }
    if (isClosedLoop) systemClock.after(50, retry);
  };
  retry();
  const cpuUs = (): number =>
    supervisor.nodes.reduce((sum, { status }) => sum + (status?.cpuUs ?? 0), 0);
  const rate = async (ms: number): Promise<Rate> => {
    const [before, began, cpuBefore] = [answered, systemClock.now(), cpuUs()];
    await pause(ms);
    const seconds = (systemClock.now() - began) / 1000;
    const answers = answered - before;
    return {
      perSecond: answers / seconds,
      perCpuSecond: (1e6 * answers) / Math.max(1, cpuUs() - cpuBefore),
    };
  };
  await rate(peakMs / 2);
  const peak = await rate(peakMs);
  isClosedLoop = false;
  // From now on nobody waits for an answer: clients that have one are free to be drawn again.
  onFree = () => undefined;
  let next = 0;
  let sent = 0;
  let shed = 0;
  const began = systemClock.now();
  let isOver = false;
  const generate = (): void => {
    if (isOver) return;
    const due = ((systemClock.now() - began) / 1000) * peak.perSecond * factor;
    while (sent + shed < due) {
      if (ask(next % clients)) sent += 1;
      else shed += 1;
      next += 1;
    }
    systemClock.after(2, generate);
  };
  generate();
  await rate(overloadMs / 4);
  const goodput = await rate(overloadMs);
  isOver = true;
  const seconds = (systemClock.now() - began) / 1000;
  const resident = supervisor.nodes.map(({ status }) => status?.residentBytes ?? 0);
  connection.close();
  const offered = (sent + shed) / seconds;
  return { peak, goodput, offered, shed: shed / seconds, residentMax: Math.max(...resident) };
}
