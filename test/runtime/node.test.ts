/** One node without process or sockets: what leaves when, and what never does. */
import { describe, expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { Prng } from '../../src/base/prng.ts';
import { compileRole, defaultCompileOptions } from '../../src/exec/compile.ts';
import type { Fact } from '../../src/exec/value.ts';
import { ClientConnection } from '../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../../src/runtime/limits.ts';
import { type Durability, DurableLog } from '../../src/runtime/log/durable-log.ts';
import { type Batching, Node } from '../../src/runtime/node.ts';
import { topologyOf } from '../../src/runtime/topology.ts';
import { factCodec } from '../../src/runtime/wire/fact-codec.ts';
import { type MemoryDisk, memoryDisk } from './memory-disk.ts';
import { MemoryNetwork, TestClock } from './memory-network.ts';
import { programOf } from './values.ts';

const program = programOf(`
role client external
role server {
  durable relation cell(k: int, v: string)
  relation asked(c: client, k: int)
  relation waiting(c: client, k: int)
  timer beat every 100

  cell(k, v) :- put(_, k, v)
  persist cell
  asked(c, k) :+ put(c, k, _)
  got@c(k) :~ put(c, k, _)
  done@c(k) :~ asked(c, k), stable cell(k, _)
  value@c(k, v) :~ get(c, k), cell(k, v)
  waiting(c, k) :- wait(c, k)
  persist waiting(c, k) until stop(c, k)
  rang@c(k) :~ after 1000 since waiting(c, k)
  alive@c() :~ beat(), client(c)
  to@c(k, 10 / k) :~ divide(c, k)
}
channel put(c: client, k: int, v: string): client -> server
channel got(k: int): server -> client
channel done(k: int): server -> client
channel get(c: client, k: int): client -> server
channel value(k: int, v: string): server -> client
channel wait(c: client, k: int): client -> server
channel stop(c: client, k: int): client -> server
channel rang(k: int): server -> client
channel alive(): server -> client
channel divide(c: client, k: int): client -> server
channel to(k: int, v: int): server -> client
`);
const topology = topologyOf(program, { clients: 1, functions: {} });
const role = defined(
  program.roles.find(({ name }) => name === 'server'),
  'a role',
);
const code = compileRole(program, role, { ...defaultCompileOptions, members: topology.members });
const cells = factCodec(role.relations[0]?.columns ?? [], { program, members: topology.members });

/** A node with one client, a disk, and a clock that is moved by hand. */
class Bench {
  readonly clock = new TestClock();
  readonly network = new MemoryNetwork(Prng.fromSeed(1));
  readonly disk: MemoryDisk;
  readonly node: Node;
  readonly client: ClientConnection;
  readonly answers: string[] = [];
  readonly fatal: string[] = [];
  #deferred: (() => void)[] = [];

  constructor(
    durability: Durability,
    batching: Batching = 'tick',
    disk = memoryDisk(),
    limits = defaultRuntimeLimits,
  ) {
    this.disk = disk;
    const opened = DurableLog.open({
      disk,
      owner: { plan: 'plan', node: 'server' },
      codecs: [cells],
      durability,
      bytesMax: 1 << 20,
    });
    if (opened.kind === 'err') throw new Error(opened.error);
    const shared = {
      topology,
      plan: 'plan',
      limits,
      clock: this.clock,
      dial: this.network.dial,
      prng: Prng.fromSeed(2),
      defer: (call: () => void) => void this.#deferred.push(call),
    };
    this.node = new Node({
      ...shared,
      place: defined(topology.nodes[0], 'a node'),
      code,
      incarnation: 0,
      life: 1,
      batching,
      paceUs: null,
      log: opened.value,
      onFatal: (kind, message) => this.fatal.push(`${kind}: ${message}`),
      onConnected: () => undefined,
      say: () => undefined,
    });
    this.network.accept = (stream) => this.node.accept(stream);
    this.client = new ClientConnection({
      ...shared,
      addresses: () => [{ kind: 'unix', path: 'server' }],
      role: 'client',
      first: 0,
      count: 1,
      token: 'test',
      onAnswer: (_, channel, fact) => this.answers.push(`${channel}(${fact.join(', ')})`),
    });
    this.run();
    this.node.start();
    this.run();
  }

  send(channel: string, ...fact: Fact): void {
    this.client.send(channel, 0, [0, ...fact]);
  }

  /** Everything that needs neither time nor disk. */
  run(): void {
    for (;;) {
      const calls = this.#deferred;
      this.#deferred = [];
      for (const call of calls) call();
      if (!this.network.step() && this.#deferred.length === 0) return;
    }
  }

  /** Lets the disk go on as well. */
  async flush(): Promise<void> {
    for (let round = 0; round < 5; round++) {
      await new Promise(setImmediate);
      this.run();
    }
  }
}

describe.each(['tick', 'none'] as const)('batching %s', (batching) => {
  test('what depends on the disk leaves after the flush, what does not leaves before', async () => {
    const bench = new Bench('group', batching);
    await bench.flush();
    bench.send('put', 1, 'one');
    bench.run();
    expect(bench.answers).toEqual(['got(1)']);
    await bench.flush();
    expect(bench.answers).toEqual(['got(1)', 'done(1)']);
  });

  test.each(['none', 'each'] as const)('with durability %s nothing waits', (durability) => {
    const bench = new Bench(durability, batching);
    bench.send('put', 1, 'one');
    bench.run();
    expect(bench.answers).toEqual(['got(1)', 'done(1)']);
  });

  test.each([
    ['group', 'sync'],
    ['group', 'write'],
    ['each', 'sync'],
    ['each', 'write'],
    ['none', 'write'],
  ] as const)(
    'durability %s, a failed %s: nothing is acknowledged, and the node stops',
    async (durability, at) => {
      const bench = new Bench(durability, batching);
      await bench.flush();
      bench.disk.fail = { at, code: 'EIO' };
      bench.send('put', 1, 'one');
      bench.run();
      await bench.flush();
      expect(bench.answers).not.toContain('done(1)');
      expect(bench.fatal).toEqual(['disk: writing to disk failed: EIO: the disk failed']);
      bench.send('get', 1);
      bench.clock.advance(5000);
      await bench.flush();
      expect(bench.answers.filter((text) => text !== 'got(1)')).toEqual([]);
    },
  );

  test('a full disk acknowledges nothing that does not fit', async () => {
    const bench = new Bench('group', batching);
    await bench.flush();
    bench.disk.room = 100;
    for (let k = 0; k < 10; k++) {
      bench.send('put', k, 'x'.repeat(20));
      bench.run();
      await bench.flush();
    }
    const done = bench.answers.filter((text) => text.startsWith('done'));
    expect(done).toHaveLength(1);
    expect(bench.fatal).toEqual([expect.stringContaining('ENOSPC')]);
    const after = new Bench(
      'group',
      batching,
      bench.disk.crash((bytes) => bytes),
    );
    after.send('get', 0);
    after.run();
    await after.flush();
    expect(after.answers).toEqual([`value(0, ${'x'.repeat(20)})`]);
  });

  test('what was acknowledged is there in the next life; what was not need not be', async () => {
    const bench = new Bench('group', batching);
    await bench.flush();
    bench.send('put', 1, 'one');
    bench.run();
    await bench.flush();
    bench.send('put', 2, 'two');
    bench.run();
    expect(bench.answers).toEqual(['got(1)', 'done(1)', 'got(2)']);
    const after = new Bench(
      'group',
      batching,
      bench.disk.crash(() => 0),
    );
    after.send('get', 1);
    after.send('get', 2);
    after.run();
    await after.flush();
    expect(after.answers).toEqual(['value(1, one)']);
  });

  test('timers go off again and again, a fact expires once and not when it is gone', async () => {
    const bench = new Bench('none', batching);
    bench.send('wait', 1);
    bench.send('wait', 2);
    bench.run();
    for (let at = 0; at < 70; at++) {
      bench.clock.advance(10);
      bench.run();
    }
    // Each after 50 to 150 milliseconds.
    const beats = bench.answers.filter((text) => text === 'alive()').length;
    expect(beats).toBeGreaterThanOrEqual(4);
    expect(beats).toBeLessThanOrEqual(13);
    bench.send('stop', 2);
    bench.run();
    for (let at = 0; at < 30; at++) {
      bench.clock.advance(100);
      bench.run();
    }
    expect(bench.answers.filter((text) => text.startsWith('rang'))).toEqual(['rang(1)']);
  });

  test('a fault of the program names the clause and ends the node', () => {
    const bench = new Bench('none', batching);
    bench.send('divide', 2);
    bench.run();
    bench.send('divide', 0);
    bench.run();
    expect(bench.answers).toEqual(['to(2, 5)']);
    expect(bench.fatal).toEqual([
      expect.stringMatching(/^program: .*zero.*\(server, server\.\d+\)$/),
    ]);
  });
});

test('stopping answers what came before, and takes no more', async () => {
  const bench = new Bench('group');
  await bench.flush();
  let isStopped = false;
  bench.send('put', 1, 'one');
  bench.run();
  bench.node.stop(() => {
    isStopped = true;
  });
  bench.send('put', 2, 'two');
  for (let round = 0; round < 10 && !isStopped; round++) {
    await bench.flush();
    bench.clock.advance(50);
  }
  expect(isStopped).toBe(true);
  expect(bench.answers).toEqual(['got(1)', 'done(1)']);
});

test('more than a node can take waits at the clients, not in the node', async () => {
  const limits = { ...defaultRuntimeLimits, inboxHigh: 10 };
  const bench = new Bench('group', 'tick', memoryDisk(), limits);
  await bench.flush();
  for (let k = 1; k <= 500; k++) bench.send('divide', k);
  bench.run();
  expect(bench.answers).toHaveLength(500);
  // Nothing is flushed as long as the disk doesn't get its turn.
  for (let round = 0; round < 50; round++) {
    for (let k = 0; k < 10; k++) bench.send('put', 10 * round + k, 'x');
    bench.clock.advance(50);
    bench.run();
  }
  const { held, inbox } = bench.node.status();
  expect(held + inbox).toBeLessThan(100);
  for (let round = 0; round < 200; round++) {
    bench.clock.advance(50);
    await bench.flush();
  }
  expect(bench.answers.filter((text) => text.startsWith('done'))).toHaveLength(500);
});
