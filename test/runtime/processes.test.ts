/** Real processes on loopback: answers, kill -9, graceful stop, and what must not be left behind. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fact } from '../../src/exec/value.ts';
import type { DeploymentOptions } from '../../src/runtime/deployment-options.ts';
import { systemClock } from '../../src/runtime/sockets.ts';
import { root } from '../support/source-facts.ts';
import { isAlive, TestCluster } from './cluster.ts';
import { type Compiled, compileSources } from './compiled.ts';
import { programOf } from './values.ts';

const timeout = 120_000;
let compiled: Compiled;
let cluster: TestCluster | null = null;

beforeAll(() => {
  compiled = compileSources();
}, timeout);
afterAll(() => compiled.remove());
afterEach(() => {
  cluster?.remove();
  cluster = null;
});

const source = (path: string): string => readFileSync(join(root, path), 'utf8');

async function started(
  text: string,
  options: Partial<DeploymentOptions> = {},
): Promise<TestCluster> {
  const made = new TestCluster(programOf(text), compiled.entry, options);
  cluster = made;
  await made.start();
  return made;
}

let ids = 0;

function vote(made: TestCluster): Promise<Fact> {
  ids += 1;
  const client = ids % 16;
  return made.ask(
    { channel: 'req', fact: [client, ids, `payload ${ids}`], members: 1 },
    { channel: 'reply', client, id: ids },
  );
}

async function expectNothingLeft(made: TestCluster): Promise<void> {
  const { killed, pids } = await made.stop();
  expect(killed).toEqual([]);
  expect(pids.length).toBeGreaterThan(0);
  expect(pids.filter(isAlive)).toEqual([]);
}

describe.each([
  ['voting', 'protocols/voting.ir', {}],
  ['voting over Unix sockets', 'protocols/voting.ir', { transport: 'unix' }],
  ['a plan of voting', 'test/data/runtime/voting.plan.ir', {}],
  ['a plan of voting, unbatched', 'test/data/runtime/voting.plan.ir', { batching: 'none' }],
] as const)('%s', (_, path, options) => {
  test(
    'answers, survives a killed process, and stops',
    async () => {
      const made = await started(source(path), options);
      const before = await Promise.all(Array.from({ length: 20 }, () => vote(made)));
      expect(before.map(([, text]) => text)).toEqual(before.map(([id]) => `payload ${id}`));
      const target = made.supervisor.nodes.find(({ place }) => place.role === 'participant');
      const name = target?.place.name ?? '';
      const pid = made.pidOf(name);
      process.kill(pid, 'SIGKILL');
      await made.until((nodes) =>
        nodes.every(
          (node) => node.phase === 'up' && (node.place.name !== name || node.pid !== pid),
        ),
      );
      // Whatever was lost with the process: the next commands get through.
      const after = await Promise.all(Array.from({ length: 10 }, () => vote(made)));
      expect(after).toHaveLength(10);
      await expectNothingLeft(made);
      const sockets = made.supervisor.addresses.flatMap((each) =>
        each?.kind === 'unix' ? [each.path] : [],
      );
      expect(sockets.filter((file) => existsSync(file))).toEqual([]);
    },
    timeout,
  );
});

test(
  'a part that keeps nothing starts again alone; one that does not stay up takes its member along',
  async () => {
    const made = await started(source('test/data/runtime/voting.plan.ir'), {
      restartsAlone: (role) => role === 'participant',
      restart: { pauseMs: 10, pauseMaxMs: 20, aloneMax: 1, healthyMs: 60_000 },
    });
    const parts = (): readonly (readonly [number | null, number])[] =>
      made.supervisor.nodes
        .filter(({ place }) => place.role === 'participant' && place.member === 1)
        .map(({ pid, incarnation }) => [pid, incarnation]);
    const [first, second] = parts();
    process.kill(made.pidOf('participant:1/0'), 'SIGKILL');
    await made.until(
      (nodes) => nodes.every(({ phase }) => phase === 'up') && parts()[0]?.[0] !== first?.[0],
    );
    expect(parts()[1]).toEqual(second);
    expect(parts().map(([, incarnation]) => incarnation)).toEqual([0, 0]);
    await vote(made);
    process.kill(made.pidOf('participant:1/0'), 'SIGKILL');
    await made.until(
      (nodes) => nodes.every(({ phase }) => phase === 'up') && parts()[1]?.[0] !== second?.[0],
    );
    expect(parts().map(([, incarnation]) => incarnation)).toEqual([1, 1]);
    await vote(made);
    await expectNothingLeft(made);
  },
  timeout,
);

async function put(made: TestCluster, key: number, value: string): Promise<void> {
  ids += 1;
  await made.ask(
    { channel: 'put', fact: [1, ids, key, value], members: 2 },
    { channel: 'answer', client: 1, id: ids },
  );
}

async function get(made: TestCluster, key: number): Promise<string> {
  ids += 1;
  const answer = await made.ask(
    { channel: 'get', fact: [1, ids, key], members: 2 },
    { channel: 'answer', client: 1, id: ids },
  );
  return String(answer[1]);
}

test(
  'a part that hangs takes its member down, so that nobody waits for it',
  async () => {
    const made = await started(source('test/data/runtime/voting.plan.ir'), { leaseMs: 4000 });
    const pid = made.pidOf('leaderAsk/1');
    process.kill(pid, 'SIGSTOP');
    await made.until((nodes) => nodes.some(({ incarnation }) => incarnation === 1));
    await made.until((nodes) => nodes.every(({ phase }) => phase === 'up'));
    expect(isAlive(pid)).toBe(false);
    await vote(made);
    await expectNothingLeft(made);
  },
  timeout,
);

describe.each([
  ['paxos', 'protocols/paxos.ir', 'none'],
  ['a plan of paxos', 'test/data/runtime/paxos.plan.ir', 'group'],
] as const)('%s', (_, path, durability) => {
  test(
    'loses nothing that was answered when each member is killed in turn',
    async () => {
      const made = await started(source(path), { durability });
      await put(made, 1, 'first');
      expect(await get(made, 1)).toBe('first');
      for (const [at, name] of ['acceptor:0', 'proposer:0', 'replica:1'].entries()) {
        process.kill(made.pidOf(name), 'SIGKILL');
        await put(made, 2 + at, `while ${name} is away`);
        expect(await get(made, 1)).toBe('first');
        await made.until((nodes) => nodes.every(({ phase }) => phase === 'up'));
      }
      expect(await get(made, 3)).toBe('while proposer:0 is away');
      // All of the member's parts started again, as its next incarnation.
      const proposer = made.supervisor.nodes.filter(
        ({ place }) => place.role.startsWith('proposer') && place.member === 0,
      );
      expect(proposer.map(({ incarnation }) => incarnation)).toEqual(proposer.map(() => 1));
      await expectNothingLeft(made);
      const data = readdirSync(join(made.folder, 'data'));
      expect(data).toContain('acceptor-0');
    },
    timeout,
  );
});

const store = `
role client external
role server {
  durable relation cell(k: int, v: string)
  cell(k, v) :- put(_, _, k, v)
  persist cell
  done@c(id) :~ put(c, id, k, v), stable cell(k, v)
  done@c(id) :~ waits(c, id, k, v), stable cell(k, v)
  relation waits(c: client, id: int, k: int, v: string)
  waits(c, id, k, v) :+ put(c, id, k, v)
  half@c(id, 100 / n) :~ divide(c, id, n)
}
channel put(c: client, id: int, k: int, v: string): client -> server
channel done(id: int): server -> client
channel divide(c: client, id: int, n: int): client -> server
channel half(id: int, n: int): server -> client
`;

test(
  'a fault of the program stops its process for good, with the clause named',
  async () => {
    const made = await started(store);
    await made.ask(
      { channel: 'divide', fact: [0, 1, 5], members: 1 },
      { channel: 'half', client: 0, id: 1 },
    );
    void made.ask(
      { channel: 'divide', fact: [0, 2, 0], members: 1 },
      { channel: 'half', client: 0, id: 2 },
    );
    await made.until((nodes) => nodes.every(({ phase }) => phase === 'failed'));
    expect(made.supervisor.failures).toEqual([
      { kind: 'program', message: expect.stringMatching(/zero.*server, server\.\d/) },
    ]);
    await made.stop();
  },
  timeout,
);

test(
  'what was acknowledged is there after the whole deployment starts again; a damaged log is refused',
  async () => {
    const made = await started(store);
    await made.ask(
      { channel: 'put', fact: [0, 1, 7, 'kept'], members: 1 },
      { channel: 'done', client: 0, id: 1 },
    );
    await expectNothingLeft(made);
    const folder = join(made.folder, 'data/server-0/server-0');
    const text = (): string =>
      readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'latin1'))
        .join();
    expect(text()).toContain('kept');
    const again = new TestCluster(programOf(store), compiled.entry, { folder: made.folder });
    // Two deployments in one folder would write to the same log.
    expect(
      () => new TestCluster(programOf(store), compiled.entry, { folder: made.folder }),
    ).toThrow(`in use by process ${process.pid}`);
    await again.start();
    await again.stop();
    again.remove();
    expect(text()).toContain('kept');
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file));
      bytes[30] = (bytes[30] ?? 0) ^ 1;
      writeFileSync(join(folder, file), bytes);
    }
    const third = new TestCluster(programOf(store), compiled.entry, { folder: made.folder });
    expect(await third.supervisor.start()).toEqual({
      kind: 'log',
      message: expect.stringMatching(/server: .*corrupt at byte \d+.*restore the folder/),
    });
    third.remove();
  },
  timeout,
);

test(
  'a port that is taken is said, and nothing is left running',
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const made = new TestCluster(programOf(store), compiled.entry, { portBase: port });
    cluster = made;
    expect(await made.supervisor.start()).toEqual({
      kind: 'port',
      message: `server: 127.0.0.1:${port}: EADDRINUSE`,
    });
    expect(made.supervisor.nodes.map(({ pid }) => pid)).toEqual([null]);
    server.close();
  },
  timeout,
);

test(
  'the end of the supervisor is the end of all processes',
  async () => {
    const file = join(compiled.folder, 'parent.mjs');
    const program = join(compiled.folder, 'program.json');
    writeFileSync(program, JSON.stringify(programOf(source('protocols/voting.ir'))));
    writeFileSync(
      file,
      `import { readFileSync } from 'node:fs';
       import { Supervisor } from './src/runtime/supervisor.js';
       import { defaultDeploymentOptions } from './src/runtime/deployment-options.js';
       const program = JSON.parse(readFileSync(${JSON.stringify(program)}, 'utf8'));
       const folder = ${JSON.stringify(join(compiled.folder, 'orphans'))};
       const made = new Supervisor(program, { ...defaultDeploymentOptions, folder });
       await made.start();
       process.stdout.write(JSON.stringify(made.nodes.map(({ pid }) => pid)) + '\\n');`,
    );
    const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids: readonly number[] = await new Promise((resolve) =>
      parent.stdout.once('data', (text) => resolve(JSON.parse(String(text)))),
    );
    expect(pids.filter(isAlive)).toHaveLength(4);
    parent.kill('SIGKILL');
    while (pids.some(isAlive)) {
      await new Promise<void>((resolve) => void systemClock.after(20, resolve));
    }
  },
  timeout,
);
