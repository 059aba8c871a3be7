/** Fault table, rows 1 and 6: processes killed and stopped, one after the other and more at once than the protocol survives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentOptions } from '../../../src/runtime/deployment-options.ts';
import { systemClock } from '../../../src/runtime/sockets.ts';
import { root } from '../../support/source-facts.ts';
import { isAlive } from '../cluster.ts';
import { type Compiled, compileSources } from '../compiled.ts';
import { programOf } from '../values.ts';
import { FaultCluster, pause } from './fault-cluster.ts';

const timeout = 300_000;
const seed = 20;
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

async function started(
  path: string,
  deployment: Partial<DeploymentOptions> = {},
): Promise<FaultCluster> {
  const program = programOf(readFileSync(join(root, path), 'utf8'), 'paxos');
  const options = { program, entry: compiled.entry, seed, clients: 12, network: false, deployment };
  cluster = new FaultCluster(options);
  await cluster.start();
  return cluster;
}

/** True when they were away for as long as it was watched; a slow machine may start them again before. */
async function answersNothing(made: FaultCluster, names: readonly string[]): Promise<boolean> {
  const areAway = (): boolean => names.every((name) => made.node(name).phase === 'down');
  for (const name of names) made.signal(name, 'SIGKILL');
  await made.until(areAway);
  const since = systemClock.now();
  await pause(1000);
  const answered = made.audit.youngest;
  if (!areAway()) return false;
  // What was asked before may have been decided already.
  expect(answered).toBeLessThan(since);
  return true;
}

describe.each([
  ['paxos', 'protocols/paxos.ir'],
  ['a plan of paxos', 'test/data/runtime/paxos.plan.ir'],
] as const)('%s', (_, path) => {
  test(
    `every process killed in turn: nothing lost, nothing doubled, and it goes on (seed ${seed})`,
    async () => {
      const made = await started(path);
      await made.progress();
      for (const { place, pid } of made.nodes) {
        made.signal(place.name, 'SIGKILL');
        await made.progress();
        await made.until(() => made.isWhole && made.node(place.name).pid !== pid);
      }
      expect(made.nodes.filter(({ restarts }) => restarts === 0)).toEqual([]);
      const pids = made.nodes.map(({ pid }) => pid ?? -1);
      expect(await made.finish()).toEqual([]);
      expect(pids.filter(isAlive)).toEqual([]);
    },
    timeout,
  );

  test(
    `two of a kind killed at once: no answer while they are away, and then it goes on (seed ${seed})`,
    async () => {
      const restart = { pauseMs: 1600, pauseMaxMs: 1600, aloneMax: 3, healthyMs: 1 };
      const made = await started(path, { restart });
      await made.progress();
      for (const kind of ['acceptor', 'proposer']) {
        const pair = [`${kind}:0`, `${kind}:1`];
        while (!(await answersNothing(made, pair))) await made.until(() => made.isWhole);
        await made.progress();
        await made.until(() => made.isWhole);
      }
      expect(await made.finish()).toEqual([]);
    },
    timeout,
  );

  test(
    `all processes killed at the same moment, three times over (seed ${seed})`,
    async () => {
      const made = await started(path);
      for (let time = 0; time < 3; time++) {
        await made.progress();
        for (const { place } of made.nodes) made.signal(place.name, 'SIGKILL');
        await made.progress();
        await made.until(() => made.isWhole);
      }
      expect(await made.finish()).toEqual([]);
    },
    timeout,
  );
});
