/** Fault table, rows 2 and 3: torn and damaged logs, lost, full and failing disks, under running processes. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DeploymentOptions } from '../../../src/runtime/deployment-options.ts';
import { systemClock } from '../../../src/runtime/sockets.ts';
import { root } from '../../support/source-facts.ts';
import { type Compiled, compileSources } from '../compiled.ts';
import { programOf } from '../values.ts';
import { FaultCluster, pause } from './fault-cluster.ts';
import { FaultyDisk } from './faulty-disk.ts';

const timeout = 300_000;
const seed = 40;
let compiled: Compiled;
let disk: FaultyDisk;
let cluster: FaultCluster | null = null;

beforeAll(() => {
  compiled = compileSources();
  disk = new FaultyDisk(compiled);
}, timeout);
afterAll(() => compiled.remove());
afterEach(() => {
  cluster?.remove();
  cluster = null;
  disk.heal();
});

async function started(
  entry: string,
  deployment: Partial<DeploymentOptions>,
): Promise<FaultCluster> {
  const program = programOf(readFileSync(join(root, 'protocols/paxos.ir'), 'utf8'), 'paxos');
  cluster = new FaultCluster({ program, entry, seed, clients: 12, network: false, deployment });
  await cluster.start();
  await cluster.progress();
  return cluster;
}

async function answersNothing(made: FaultCluster): Promise<void> {
  const since = systemClock.now();
  await pause(800);
  expect(made.audit.youngest).toBeLessThan(since);
}

const failed = (made: FaultCluster, name: string) => (): boolean =>
  made.node(name).phase === 'failed';

test(
  `a disk that fails or is full ends its node for good, which answers nothing that is not safe (seed ${seed})`,
  async () => {
    const made = await started(disk.entry, {});
    disk.fail({ match: 'data/acceptor-0/', call: 'fdatasync', code: 'EIO' });
    await made.until(failed(made, 'acceptor:0'));
    await made.progress();
    disk.fail({ match: 'data/acceptor-1/', call: 'write', code: 'ENOSPC' });
    await made.until(failed(made, 'acceptor:1'));
    await answersNothing(made);
    expect(made.supervisor.failures).toEqual([
      { kind: 'disk', message: 'writing to disk failed: EIO: the disk failed' },
      { kind: 'disk', message: 'writing to disk failed: ENOSPC: the disk failed' },
    ]);
    // With room again, everything that was answered is there.
    disk.heal();
    await made.again();
    await made.progress();
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);

test(
  `no vote counts before it is on disk; f replicas lost for good take no answer with them (seed ${seed})`,
  async () => {
    const made = await started(disk.entry, {});
    const killAll = (): void => {
      for (const { place } of made.nodes) made.signal(place.name, 'SIGKILL');
      disk.heal();
    };
    disk.fail({ match: 'data/acceptor-', call: 'write', code: 'stall' });
    await answersNothing(made);
    killAll();
    await made.progress();
    await made.until(() => made.isWhole);

    // One replica does everything, and is lost: what it answered is only in the logs of the acceptors.
    for (const name of ['replica:1', 'replica:2']) made.signal(name, 'SIGSTOP');
    await made.progress();
    await made.progress();
    disk.fail({ match: 'data/replica-0/', call: 'fdatasync', code: 'EIO' });
    await made.until(failed(made, 'replica:0'));
    killAll();
    await made.progress();
    expect(await made.finish()).toEqual([]);
  },
  timeout,
);

/** Of a process that is away. */
function logOf(made: FaultCluster, member: string): string {
  const folder = join(made.folder, 'data', member, member.replace(/\d+$/, '0'));
  const logs = readdirSync(folder).filter((file) => file.startsWith('log-'));
  return join(folder, logs.sort().at(-1) ?? '');
}

async function killed(made: FaultCluster, name: string): Promise<void> {
  await made.until(() => (made.node(name).status?.flushes ?? 0) > 3);
  made.signal(name, 'SIGKILL');
  await made.until(() => made.node(name).phase === 'down');
}

/** What becomes of a node that is down. */
async function settled(made: FaultCluster, name: string): Promise<string> {
  await made.until(() => ['up', 'failed'].includes(made.node(name).phase));
  return made.node(name).phase;
}

test(
  `a torn write is cut off; a damaged log, or an empty folder, keeps its member away (seed ${seed})`,
  async () => {
    const restart = { pauseMs: 400, pauseMaxMs: 400, aloneMax: 3, healthyMs: 1 };
    const made = await started(compiled.entry, { restart });
    await killed(made, 'acceptor:0');
    const torn = logOf(made, 'acceptor-0');
    const bytes = readFileSync(torn);
    // The beginning of another record of the same log.
    appendFileSync(torn, bytes.subarray(8, 8 + 30));
    await made.until(() => made.isWhole);
    expect(made.events.join('\n')).toContain(
      'acceptor:0 up: cut off a torn write: the last record',
    );
    await made.progress();

    await killed(made, 'acceptor:1');
    const damaged = logOf(made, 'acceptor-1');
    const whole = readFileSync(damaged);
    const middle = whole.length >> 1;
    whole[middle] = (whole[middle] ?? 0) ^ 1;
    writeFileSync(damaged, whole);
    expect(await settled(made, 'acceptor:1')).toBe('failed');
    await made.progress();

    await killed(made, 'replica:0');
    rmSync(join(made.folder, 'data', 'replica-0'), { recursive: true });
    expect(await settled(made, 'replica:0')).toBe('failed');
    await made.progress();
    expect(made.supervisor.failures).toEqual([
      {
        kind: 'log',
        message: expect.stringMatching(/acceptor-1\/acceptor-0\/log-\d+ is corrupt at byte \d+/),
      },
      { kind: 'log', message: expect.stringMatching(/replica-0\/replica-0 is empty, and what/) },
    ]);
    // Nor does it begin anew after all have stopped.
    writeFileSync(damaged, bytesOf(whole, middle));
    await expect(made.again()).rejects.toThrow(/replica:0: .*is empty/);
    expect(made.verdict()).toEqual([]);
  },
  timeout,
);

function bytesOf(whole: Buffer, flipped: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes[flipped] = (bytes[flipped] ?? 0) ^ 1;
  return bytes;
}

/** A small file system of its own, where this is allowed; null elsewhere. */
function smallDisk(folder: string): (() => void) | null {
  mkdirSync(folder, { recursive: true });
  try {
    const options = ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
    return () => execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
}

test(
  `a file system without room: the node stops, the others go on (seed ${seed})`,
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'compart-full-'));
    const remove = smallDisk(join(folder, 'data', 'acceptor-2'));
    try {
      if (remove === null) {
        context.skip('file systems can not be mounted here');
        return;
      }
      const made = await started(compiled.entry, { folder });
      await made.until(failed(made, 'acceptor:2'));
      expect(made.supervisor.failures).toEqual([
        { kind: 'disk', message: expect.stringContaining('ENOSPC') },
      ]);
      await made.progress();
      expect(await made.finish()).toEqual([]);
    } finally {
      cluster?.remove();
      remove?.();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  timeout,
);
