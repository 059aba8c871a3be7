/**
 * The e-graph engine on the workloads by which engines are compared: symbolic mathematics and sums
 * under commutativity and associativity. Prints a table and a line of JSON.
 *
 *     npx tsx bench/egraph.ts            all workloads, each three times; the fastest counts
 *     npx tsx bench/egraph.ts 5          five times
 */
import type { EGraph } from '../src/egraph/egraph.ts';
import type { Rule } from '../src/egraph/rule.ts';
import { type SaturateOptions, saturate } from '../src/egraph/saturate.ts';
import { backoffScheduler, type Scheduler, simpleScheduler } from '../src/egraph/scheduler.ts';
import { mathGraph, mathRules, sumGraph, sumRules } from '../test/egraph/support/math-language.ts';

type Workload = {
  readonly name: string;
  readonly make: () => EGraph<number>;
  readonly rules: readonly Rule<number>[];
  readonly scheduler: () => Scheduler;
  readonly iterationsMax: number;
  readonly matching: 'all' | 'new';
  /** E-nodes and e-classes that a correct engine ends with. */
  readonly expected: readonly [nodes: number, classes: number];
};

type Measured = {
  readonly workload: string;
  readonly iterations: number;
  readonly nodes: number;
  readonly classes: number;
  readonly matches: number;
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  readonly bytesPerNode: number;
};

const unlimited: SaturateOptions = { nodesMax: 100_000_000, matchesMax: 1_000_000_000 };

const workloads: readonly Workload[] = [
  ...[false, true].map((explanations) => ({
    name: `math, 11 iterations${explanations ? ', explanations' : ''}`,
    make: () => mathGraph(explanations),
    rules: mathRules,
    scheduler: simpleScheduler,
    iterationsMax: 11,
    matching: 'all' as const,
    expected: [1_047_896, 443_832] as const,
  })),
  {
    name: 'math, back-off, 30 iterations',
    make: () => mathGraph(),
    rules: mathRules,
    scheduler: backoffScheduler,
    iterationsMax: 30,
    matching: 'all',
    expected: [47_434, 28_736],
  },
  ...[10, 11].flatMap((leaves) =>
    (['all', 'new'] as const).map((matching) => ({
      name: `sum of ${leaves} leaves, ${matching} matches`,
      make: () => sumGraph(leaves),
      rules: sumRules,
      scheduler: simpleScheduler,
      iterationsMax: 100,
      matching,
      expected: [3 ** leaves - 2 ** (leaves + 1) + 1 + leaves, 2 ** leaves - 1] as const,
    })),
  ),
];

function measure(workload: Workload): Measured {
  const egraph = workload.make();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { iterations } = saturate(egraph, workload.rules, {
    ...unlimited,
    scheduler: workload.scheduler(),
    iterationsMax: workload.iterationsMax,
    matching: workload.matching,
  });
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const [nodes, classes] = workload.expected;
  if (egraph.nodeCount !== nodes || egraph.classCount !== classes) {
    throw new Error(
      `${workload.name}: ${egraph.nodeCount}/${egraph.classCount}, not ${nodes}/${classes}`,
    );
  }
  return {
    workload: workload.name,
    iterations: iterations.length,
    nodes,
    classes,
    matches: iterations.flatMap((each) => [...each.found.values()]).reduce((sum, n) => sum + n, 0),
    milliseconds: Math.round(milliseconds),
    cpuMilliseconds: Math.round((user + system) / 1000),
    bytesPerNode: Math.round(egraph.liveBytes / nodes),
  };
}

function fastest(workload: Workload, runs: number): Measured {
  let best = measure(workload);
  for (let run = 1; run < runs; run++) {
    const next = measure(workload);
    if (next.milliseconds < best.milliseconds) best = next;
  }
  return best;
}

const runs = Math.max(1, Number(process.argv[2] ?? 3) || 3);
const results = workloads.map((workload) => fastest(workload, runs));
console.table(results);
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ bench: 'egraph', runs, peakMegabytes, results }));
