/** `compart/bench@1`: what `bench --json` prints, and what is written down before the first measurement. */

import type { BenchMode, ModeResult, Predicted, SideResult } from '../measure/mode-result.ts';
import type { BothSides } from '../measure/sides.ts';

const BENCH_SCHEMA = 'compart/bench@1';

/** What holds for all modes of a run. */
export interface BenchSetting {
  readonly program: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly engine: string;
  readonly seed: number;
}

/** The first mode is the document; others are beside it, each in the same form. */
export function benchDocument(setting: BenchSetting, results: readonly ModeResult[]): object {
  const [first, ...others] = results.map(modeDocument);
  return {
    schema: BENCH_SCHEMA,
    ...setting,
    ...first,
    ...(others.length === 0 ? {} : { also: others }),
  };
}

function modeDocument(result: ModeResult): object {
  const {
    mode,
    batching,
    durability,
    perSecond,
    clients,
    original,
    optimized,
    ratio,
    paceUs,
    share,
    doubts,
  } = result;
  return {
    mode,
    batching,
    durability,
    clients,
    ...(perSecond === null ? {} : { perSecond }),
    original: sideDocument(original),
    optimized: sideDocument(optimized),
    ratio: { throughput: ratio.throughput, capacity: ratio.capacity },
    predictedRatio: ratio.predicted,
    measured: {
      ratios: ratio.pairs,
      ...(paceUs === null ? {} : { paceUs }),
      ...(share === null ? {} : { share }),
      doubts,
    },
  };
}

function sideDocument(side: SideResult): object {
  const { machines, predicted, throughput, latencyMs, bottleneck, capacity } = side;
  const { problem, ...history } = side.history;
  return {
    machines,
    predicted,
    measured: {
      throughput: throughput.median,
      spread: throughput,
      latencyMs,
      bottleneck,
      capacity,
      nodes: side.nodes,
      windows: side.windows.map(({ nodes: _, ...window }) => window),
      totals: side.totals,
      ...(side.sweep.length === 0 ? {} : { sweep: side.sweep }),
    },
    history: { ...history, ...(problem === null ? {} : { problem }) },
  };
}

export function predictionDocument(
  setting: BenchSetting,
  mode: BenchMode,
  predicted: BothSides<Predicted>,
  paceUs: number | null,
): object {
  return {
    schema: 'compart/bench-prediction@1',
    ...setting,
    mode,
    ...(paceUs === null ? {} : { paceUs }),
    original: predicted.original,
    optimized: predicted.optimized,
    ratio: predicted.optimized.throughput / predicted.original.throughput,
  };
}

/** A row for each window. */
export function benchCsv(results: readonly ModeResult[]): string {
  const header = [
    'mode',
    'side',
    'window',
    'clients',
    'throughput',
    'p50Ms',
    'p99Ms',
    'cores',
    'generatorCores',
    'otherCores',
    'busiest',
    'busiestCpuMsPerCommand',
    'retried',
  ];
  const rows = results.flatMap((result) =>
    [result.original, result.optimized].flatMap((side) =>
      side.windows.map((window, at) => {
        const busiest = window.nodes.reduce((most, node) =>
          node.cpuMsPerCommand > most.cpuMsPerCommand ? node : most,
        );
        return [
          result.mode,
          side.side,
          at + 1,
          result.clients[side.side],
          window.throughput.toFixed(2),
          window.latencyMs?.p50 ?? '',
          window.latencyMs?.p99 ?? '',
          window.cores.toFixed(3),
          window.generator.toFixed(3),
          window.others.toFixed(3),
          busiest.name,
          busiest.cpuMsPerCommand.toFixed(4),
          window.retried,
        ];
      }),
    ),
  );
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
