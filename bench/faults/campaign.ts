/**
 * A deployment of the replicated store under one fault after the other, with clients that check every answer, until so
 * many commands have been acknowledged. Faults never exceed what the protocol survives for long: what is broken heals.
 */
import { readFileSync } from 'node:fs';
import { Prng } from '../../src/base/prng.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { compileSources } from '../../test/runtime/compiled.ts';
import { FaultCluster, pause } from '../../test/runtime/faults/fault-cluster.ts';
import { CLIENTS } from '../../test/runtime/faults/fault-network.ts';

export interface CampaignOptions {
  readonly file: string;
  readonly seed: number;
  readonly commands: number;
  readonly secondsMax: number;
  readonly clients: number;
  /** Faults whose name has this in it. */
  readonly only: string;
  readonly onLine: (line: string) => void;
}

export interface Campaign {
  readonly file: string;
  readonly seed: number;
  readonly seconds: number;
  readonly acknowledged: number;
  readonly retried: number;
  /** By kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Everything that is wrong with the answers: lost, doubled, divergent, or a history that isn't linearizable. */
  readonly wrong: readonly string[];
  readonly lost: number;
  readonly doubled: number;
  /** Milliseconds from the death of the leader until every client was answered again. */
  readonly recoveryMs: readonly number[];
  readonly network: Readonly<Record<string, number>>;
  readonly residentMax: number;
  readonly restarts: number;
  /** Processes that failed for good. */
  readonly failures: readonly string[];
}

interface Fault {
  readonly name: string;
  readonly run: (made: FaultCluster, prng: Prng, found: Found) => Promise<void>;
}

interface Found {
  readonly recoveryMs: number[];
}

/** The proposer that takes in most. */
function leaderOf(made: FaultCluster): string {
  const proposers = made.nodes.filter(({ place }) => place.role === 'proposer');
  const taken = proposers.map(({ status }) => status?.counters.received ?? 0);
  return proposers[taken.indexOf(Math.max(...taken))]?.place.name ?? 'proposer:0';
}

const anyNode = (made: FaultCluster, prng: Prng): string => prng.pick(made.nodes).place.name;

function side(made: FaultCluster, prng: Prng): readonly [readonly number[], readonly number[]] {
  const member = prng.below(2);
  const small = made.indexes(`proposer:${member}`, `acceptor:${member}`, `replica:${member}`);
  const rest = made.nodes.map(({ place }) => place.index).filter((at) => !small.includes(at));
  return [small, [CLIENTS, ...rest]];
}

async function parted(made: FaultCluster, prng: Prng, how: 'both' | 'one-way'): Promise<void> {
  const [small, large] = side(made, prng);
  made.network.part(small, large, how);
  await pause(prng.between(200, 1500));
  made.network.heal();
}

const faults: readonly Fault[] = [
  {
    name: 'leader killed',
    run: async (made, _, { recoveryMs }) => {
      made.signal(leaderOf(made), 'SIGKILL');
      recoveryMs.push(await made.progress());
    },
  },
  {
    name: 'process killed',
    run: async (made, prng) => made.signal(anyNode(made, prng), 'SIGKILL'),
  },
  {
    name: 'two processes killed',
    run: async (made, prng) => {
      for (const name of [anyNode(made, prng), anyNode(made, prng)]) made.signal(name, 'SIGKILL');
    },
  },
  {
    name: 'all processes killed',
    run: async (made) => {
      for (const { place } of made.nodes) made.signal(place.name, 'SIGKILL');
    },
  },
  {
    name: 'process stopped for a while',
    run: async (made, prng) => {
      const name = anyNode(made, prng);
      made.signal(name, 'SIGSTOP');
      await pause(prng.between(100, 1500));
      made.signal(name, 'SIGCONT');
    },
  },
  { name: 'partition', run: (made, prng) => parted(made, prng, 'both') },
  { name: 'one-way partition', run: (made, prng) => parted(made, prng, 'one-way') },
  {
    name: 'flapping partition',
    run: async (made, prng) => {
      const [small, large] = side(made, prng);
      for (let flap = 0; flap < 6; flap++) {
        made.network.part(small, large, flap % 2 === 0 ? 'both' : 'one-way');
        await pause(prng.between(20, 120));
        made.network.heal();
        await pause(prng.between(20, 120));
      }
    },
  },
  {
    name: 'connections broken',
    run: async (made, prng) => {
      made.network.break(prng.pick(made.nodes).place.index);
      made.network.break(CLIENTS);
    },
  },
  {
    name: 'loss, repetition and delay',
    run: async (made, prng) => {
      const loss = prng.below(20) / 100;
      made.network.disturb({ loss, duplication: 0.1, delayMs: 0, delayMaxMs: prng.below(15) });
      await pause(prng.between(500, 2000));
      made.network.disturb({});
    },
  },
  {
    name: 'process told to stop',
    run: async (made, prng) => made.signal(anyNode(made, prng), 'SIGTERM'),
  },
];

export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { file, seed, commands, secondsMax, clients, onLine } = options;
  const loaded = loadProgram({ name: file, text: readFileSync(file, 'utf8') });
  if (loaded.kind === 'err') throw new Error(`${file}: ${loaded.error[0]?.message}`);
  const { program } = loaded.value;
  const compiled = compileSources();
  const made = new FaultCluster({
    program,
    entry: compiled.entry,
    seed,
    clients,
    network: true,
    deployment: {},
  });
  const prng = Prng.fromSeed(seed);
  const counts: Record<string, number> = {};
  const recoveryMs: number[] = [];
  let residentMax = 0;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    await made.start();
    await made.progress();
    while (made.audit.acknowledged < commands && seconds() < secondsMax) {
      const fault = prng.pick(faults.filter(({ name }) => name.includes(options.only)));
      counts[fault.name] = (counts[fault.name] ?? 0) + 1;
      const step = async (): Promise<void> => {
        await fault.run(made, prng, { recoveryMs });
        await made.until(() => made.isWhole);
        await made.progress();
      };
      // A process that gave up for good is a finding; nothing would go on after two of them.
      await Promise.race([step(), made.until(() => made.supervisor.failures.length > 0)]);
      if (made.supervisor.failures.length > 0) break;
      await pause(prng.between(0, 1500));
      const resident = made.nodes.map(({ status }) => status?.residentBytes ?? 0);
      residentMax = Math.max(residentMax, ...resident);
      const { acknowledged, lost, doubled } = made.audit;
      onLine(
        `${seconds().toFixed(0).padStart(5)} s  ${String(acknowledged).padStart(8)} acknowledged, ${lost.length} lost, ${doubled.length} doubled   ${fault.name}`,
      );
    }
    const failures = made.supervisor.failures.map(({ message }) => message);
    const restarts = made.nodes.reduce((sum, each) => sum + each.restarts, 0);
    const wrong = failures.length > 0 ? made.verdict() : await made.finish();
    const { acknowledged, retried, lost, doubled } = made.audit;
    return {
      file,
      seed,
      seconds: seconds(),
      acknowledged,
      retried,
      faults: counts,
      wrong,
      lost: lost.length,
      doubled: doubled.length,
      recoveryMs,
      network: { ...made.network.counts },
      residentMax,
      restarts,
      failures,
    };
  } finally {
    made.remove();
    compiled.remove();
  }
}
