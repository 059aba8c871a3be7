/** Fault table, rows 8, 9, 10 and 11, over real sockets: hostile peers, forged requests, overload, another plan. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Prng } from '../../../src/base/prng.ts';
import { ClientConnection } from '../../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits, type RuntimeLimits } from '../../../src/runtime/limits.ts';
import { dialAddress, systemClock } from '../../../src/runtime/sockets.ts';
import type { Address } from '../../../src/runtime/stream.ts';
import { ByteWriter } from '../../../src/runtime/wire/byte-writer.ts';
import { PROTOCOL, TAG, writeText } from '../../../src/runtime/wire/handshake.ts';
import { root } from '../../support/source-facts.ts';
import { TestCluster } from '../cluster.ts';
import { type Compiled, compileSources } from '../compiled.ts';
import { programOf } from '../values.ts';
import { FaultCluster, pause } from './fault-cluster.ts';
import { overload } from './overload.ts';

const timeout = 300_000;
const seed = 50;
const limits: RuntimeLimits = {
  ...defaultRuntimeLimits,
  handshakeMs: 1000,
  frameMs: 2000,
  connectionsMax: 60,
  clientQueueBytes: 512 << 10,
};
let compiled: Compiled;
let cluster: FaultCluster | null = null;

beforeAll(() => {
  compiled = compileSources();
}, timeout);
afterAll(() => compiled.remove());
afterEach(() => {
  cluster?.remove();
  cluster = null;
});

async function started(path = 'protocols/paxos.ir'): Promise<FaultCluster> {
  const program = programOf(readFileSync(join(root, path), 'utf8'), 'paxos');
  const options = { program, entry: compiled.entry, seed, clients: 8, network: false };
  cluster = new FaultCluster({ ...options, deployment: { limits } });
  await cluster.start();
  await cluster.progress();
  return cluster;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

interface Stranger {
  readonly socket: Socket;
  readonly isGone: () => boolean;
}

function stranger(address: Address | null, ...first: readonly Uint8Array[]): Stranger {
  if (address?.kind !== 'tcp') throw new Error('a node without a port');
  const socket = connect({ host: address.host, port: address.port });
  let isGone = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isGone = true;
  });
  socket.on('data', () => undefined);
  for (const bytes of first) socket.write(bytes);
  return { socket, isGone: () => isGone };
}

function hello(made: FaultCluster, to: string, changes: object): Buffer {
  const writer = new ByteWriter();
  const from = { kind: 'client', role: 'client', first: 60, count: 1, token: 'stranger' } as const;
  const { plan } = made.supervisor;
  writeText(writer, TAG.hello, { compart: PROTOCOL, plan, from, to, ...changes });
  return Buffer.from(writer.written());
}

test(
  `hostile connections end, and nobody else notices (seed ${seed})`,
  async () => {
    const made = await started();
    const prng = Prng.fromSeed(seed);
    const before = made.nodes.map(({ pid }) => pid);
    const strangers: Stranger[] = [];
    for (const { place, address } of made.nodes) {
      const greets = (changes: object): Buffer => hello(made, place.name, changes);
      const noise = Buffer.from(Array.from({ length: 4000 }, () => prng.below(256)));
      const corpus = [
        [u32(0)],
        [u32(2 ** 31)],
        [u32(2 ** 32 - 1)],
        [noise],
        [Buffer.from('GET / HTTP/1.1\r\n\r\n')],
        [greets({}).subarray(0, 20)],
        [greets({ compart: 7 })],
        [greets({ plan: 'another' })],
        [greets({ from: { kind: 'node', role: 'acceptor', member: 9, part: 0 } })],
        [greets({}), u32(2 ** 31)],
        [greets({}), Buffer.from([8, 0, 0, 0, 99, 0, 1, 2, 3, 4, 5, 6])],
        // Never ends its frame; says nothing at all; is only half open.
        [greets({}), u32(100), Buffer.alloc(10)],
        [],
      ];
      strangers.push(...corpus.map((chunks) => stranger(address, ...chunks)));
      const half = stranger(address);
      half.socket.end();
      strangers.push(half);
    }
    // One byte at a time.
    const slow = made.nodes.map(({ place, address }) => ({
      ...stranger(address),
      bytes: hello(made, place.name, {}),
    }));
    for (let at = 0; !slow.every(({ isGone }) => isGone()); at++) {
      for (const { socket, bytes } of slow) socket.write(bytes.subarray(at % 100, (at % 100) + 1));
      await pause(50);
      if (at > 40) for (const { socket } of slow) socket.pause();
      if (at > 60) break;
    }
    await made.until(() => strangers.every(({ isGone }) => isGone()));
    await made.progress();
    await made.until(() => made.nodes.every(({ status }) => (status?.counters.malformed ?? 0) > 5));
    await made.until(() => made.nodes.every(({ status }) => (status?.counters.timedOut ?? 0) > 1));
    expect(made.nodes.map(({ status }) => status?.counters.refused)).toEqual(
      made.nodes.map(() => ({ 'protocol-version': 1, 'plan-hash': 1 })),
    );

    // More connections than are allowed: those that are there stay, and when the others have gone new ones get in.
    const flood = made.nodes.flatMap(({ address }) =>
      Array.from({ length: 2 * limits.connectionsMax }, () => stranger(address)),
    );
    await made.progress();
    await made.until(() => flood.every(({ isGone }) => isGone()));
    await made.until(() =>
      made.nodes.every(({ status }) => (status?.counters.refused['too-many-connections'] ?? 0) > 9),
    );
    const late = clientsOf(made, 40, 1, () => undefined);
    await late.ready();
    late.close();
    expect(made.nodes.map(({ pid }) => pid)).toEqual(before);
    for (const { status } of made.nodes) expect(status?.residentBytes).toBeLessThan(400 << 20);
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);

function clientsOf(
  made: FaultCluster,
  first: number,
  count: number,
  onAnswer: (client: number, id: number, value: string) => void,
): ClientConnection {
  const { topology, plan } = made.supervisor;
  return new ClientConnection({
    topology,
    plan,
    addresses: () => made.supervisor.addresses,
    role: 'client',
    first,
    count,
    token: `clients ${first}`,
    onAnswer: (client, _, fact) => onAnswer(client, Number(fact[0]), String(fact[1])),
    limits: defaultRuntimeLimits,
    dial: dialAddress,
    clock: systemClock,
    prng: Prng.fromSeed(first),
    defer: null,
  });
}

test(
  `a request is done once, whoever sends it again and with whatever else in it (seed ${seed})`,
  async () => {
    const made = await started();
    const answers = new Map<number, string>();
    const clients = clientsOf(made, 40, 1, (_, id, value) => answers.set(id, value));
    await clients.ready();
    const ask = async (channel: string, id: number, ...rest: readonly (string | number)[]) => {
      answers.delete(id);
      for (let attempt = 0; !answers.has(id); attempt++) {
        clients.send(channel, attempt % 2, [40, id, ...rest]);
        for (let waits = 0; waits < 30 && !answers.has(id); waits++) await pause(10);
      }
      return answers.get(id);
    };
    await ask('put', 1, 900, 'first');
    // The same request with another value, again and to everybody; and one that is older.
    for (let time = 0; time < 20; time++) {
      clients.send('put', time % 2, [40, 1, 900, `forged ${time}`]);
      clients.send('put', time % 2, [40, 0, 900, `older ${time}`]);
    }
    expect(await ask('get', 2, 900)).toBe('first');
    expect(await ask('put', 2, 900, 'the id of a read')).toBe('first');
    expect(await ask('get', 3, 900)).toBe('first');
    clients.close();
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);

test(
  `values that are huge, and a client that never reads, cost nobody else anything (seed ${seed})`,
  async () => {
    const made = await started();
    let stored = 0;
    const writer = clientsOf(made, 40, 1, (_, id) => {
      stored = Math.max(stored, id);
    });
    await writer.ready();
    const large = 'x'.repeat(256 << 10);
    for (let attempt = 0; stored < 1; attempt++) {
      writer.send('put', attempt % 2, [40, 1, 901, large]);
      for (let waits = 0; waits < 50 && stored < 1; waits++) await pause(20);
    }
    expect(() => writer.send('put', 0, [40, 2, 901, 'x'.repeat(5 << 20)])).toThrow();
    // It greets the replicas, never reads what they answer, and has another connection ask for more and more.
    const replicas = made.nodes.filter(({ place }) => place.role === 'replica');
    const greedy = replicas.map(({ place, address }) => {
      const made60 = stranger(address, hello(made, place.name, {}));
      made60.socket.removeAllListeners('data');
      made60.socket.pause();
      return made60;
    });
    const { topology, plan } = made.supervisor;
    const asker = new ClientConnection({
      topology,
      plan,
      addresses: () =>
        made.supervisor.addresses.map((address, index) =>
          replicas.some(({ place }) => place.index === index) ? null : address,
        ),
      role: 'client',
      first: 60,
      count: 1,
      token: 'stranger',
      onAnswer: () => undefined,
      limits: defaultRuntimeLimits,
      dial: dialAddress,
      clock: systemClock,
      prng: Prng.fromSeed(60),
      defer: null,
    });
    const areCutOff = (): boolean =>
      replicas.every(({ place }) => (made.node(place.name).status?.counters.cutOff ?? 0) > 0);
    for (let id = 1; !areCutOff(); id++) {
      for (const member of [0, 1]) asker.send('get', member, [60, id, 901]);
      await pause(20);
    }
    for (const { socket } of greedy) socket.destroy();
    asker.close();
    writer.close();
    await made.progress();
    for (const { status } of made.nodes) expect(status?.residentBytes).toBeLessThan(600 << 20);
    expect(made.events).toEqual([]);
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);

test(
  'ten times as many requests as it can take: it goes on, what it refuses costs little, and memory is bounded',
  async () => {
    const made = new TestCluster(
      programOf(readFileSync(join(root, 'protocols/voting.ir'), 'utf8'), 'voting'),
      compiled.entry,
      { clients: 4096, statusMs: 50 },
    );
    try {
      expect(await made.supervisor.start()).toBe(null);
      const measured = await overload({
        supervisor: made.supervisor,
        channel: 'req',
        members: 1,
        fact: (client, id) => [client, id, 'sixteen bytes ..'],
        factor: 10,
        clients: 4096,
        peakMs: 1500,
        overloadMs: 3000,
      });
      const { goodput, peak, residentMax, shed } = measured;
      const said = JSON.stringify(measured);
      // Of a processor's time, which the rest of the machine can't take away: beyond the answers, for each refusal.
      const answerCost = 1 / peak.perCpuSecond;
      const refusals = shed / goodput.perSecond;
      const refusalCost = (1 / goodput.perCpuSecond - answerCost) / refusals;
      expect(goodput.perSecond, said).toBeGreaterThan(0);
      expect(refusalCost, said).toBeLessThan(0.3 * answerCost);
      expect(residentMax, said).toBeLessThan(1 << 30);
      expect(made.events).toEqual([]);
    } finally {
      made.remove();
    }
  },
  timeout,
);

test(
  `a plan and the program that it was made from refuse each other, and both go on (seed ${seed})`,
  async () => {
    const made = await started();
    const theirs = made.supervisor.addresses;
    const program = programOf(
      readFileSync(join(root, 'test/data/runtime/paxos.plan.ir'), 'utf8'),
      'paxos',
    );
    const other: FaultCluster = new FaultCluster({
      program,
      entry: compiled.entry,
      seed,
      clients: 1,
      network: false,
      // Its proposers are told that the old acceptors are theirs, as in a restart that has come half of the way.
      deployment: {
        startMs: 4000,
        seenBy: (_, addresses) =>
          addresses.map((address, index) => {
            const { name = '' } = other.supervisor.topology.nodes[index] ?? {};
            const old = made.supervisor.topology.nodes.findIndex((each) => each.name === name);
            return name.startsWith('acceptor') && address !== null
              ? (theirs[old] ?? null)
              : address;
          }),
      },
    });
    try {
      expect(await other.supervisor.start()).toMatchObject({ kind: 'time' });
      await made.until(() =>
        made.nodes
          .filter(({ place }) => place.role === 'acceptor')
          .every(({ status }) => (status?.counters.refused['plan-hash'] ?? 0) > 0),
      );
    } finally {
      other.remove();
    }
    // The processes of one plan, stopped and started again one after the other as for an upgrade.
    for (const { place, pid } of made.nodes) {
      made.signal(place.name, 'SIGTERM');
      await made.until(() => made.isWhole && made.node(place.name).pid !== pid);
    }
    await made.progress();
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);
