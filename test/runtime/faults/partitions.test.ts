/** Fault table, rows 4, 5 and 6: lost, repeated, late and overtaking messages, partitions, and processes that stand still. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/sockets.ts';
import { root } from '../../support/source-facts.ts';
import { type Compiled, compileSources } from '../compiled.ts';
import { programOf } from '../values.ts';
import { FaultCluster, pause } from './fault-cluster.ts';
import { CLIENTS } from './fault-network.ts';

const timeout = 300_000;
const seed = 30;
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

async function started(path: string): Promise<FaultCluster> {
  const program = programOf(readFileSync(join(root, path), 'utf8'), 'paxos');
  const options = { program, entry: compiled.entry, seed, clients: 12, network: true };
  // However slow the machine is, none of them is to be taken for dead.
  cluster = new FaultCluster({ ...options, deployment: { leaseMs: 600_000 } });
  await cluster.start();
  return cluster;
}

/** The side of one proposer and less than a majority of acceptors, and the other side with the rest. */
function halves(made: FaultCluster): readonly [readonly number[], readonly number[]] {
  const small = made.indexes('proposer:0', 'acceptor:0', 'replica:0');
  const all = made.nodes.map(({ place }) => place.index);
  return [small, [CLIENTS, ...all.filter((index) => !small.includes(index))]];
}

describe.each([
  ['paxos', 'protocols/paxos.ir'],
  ['a plan of paxos', 'test/data/runtime/paxos.plan.ir'],
] as const)('%s', (_, path) => {
  test(
    `is right on a bad network, and goes on when it heals (seed ${seed})`,
    async () => {
      const made = await started(path);
      const { network } = made;
      await made.progress();
      const [small, large] = halves(made);

      network.part(small, large);
      await made.progress();
      network.heal();
      await made.until(() => made.isWhole);

      // What the old leader says isn't heard; what the others say is.
      network.part(small, large, 'one-way');
      await made.progress();
      network.heal();

      // Nobody has a majority.
      const acceptors = made.indexes('acceptor:0', 'acceptor:1');
      network.part(acceptors, made.indexes('proposer:0', 'proposer:1'));
      const since = systemClock.now();
      await pause(600);
      expect(made.audit.youngest).toBeLessThan(since);
      network.heal();
      await made.progress();

      for (let flap = 0; flap < 8; flap++) {
        network.part(small, large, flap % 2 === 0 ? 'both' : 'one-way');
        await pause(80);
        network.heal();
        if (flap % 2 === 1) for (const party of [CLIENTS, ...small]) network.break(party);
        await pause(60);
      }
      await made.progress();

      network.disturb({ loss: 0.1, duplication: 0.1, delayMs: 0, delayMaxMs: 12 });
      await made.progress();
      await made.progress();
      network.disturb({});
      await made.progress();
      const { dropped, duplicated, overtaken, broken } = network.counts;
      for (const count of [dropped, duplicated, overtaken, broken]) {
        expect(count).toBeGreaterThan(0);
      }
      expect(await made.finish()).toEqual([]);
    },
    timeout,
  );

  test(
    `a leader that stood still finds another one, and does no harm (seed ${seed})`,
    async () => {
      const made = await started(path);
      await made.progress();
      const proposers = made.nodes.filter(({ place }) => place.role.startsWith('proposer'));
      for (const member of [0, 1]) {
        const parts = proposers.filter(({ place }) => place.member === member);
        for (const { place } of parts) made.signal(place.name, 'SIGSTOP');
        await made.progress();
        for (const { place } of parts) made.signal(place.name, 'SIGCONT');
        await made.progress();
      }
      const { place } = made.node('acceptor:2');
      made.signal(place.name, 'SIGSTOP');
      await made.progress();
      made.signal(place.name, 'SIGCONT');
      await made.progress();
      expect(made.events).toEqual([]);
      expect(await made.finish()).toEqual([]);
    },
    timeout,
  );
});
