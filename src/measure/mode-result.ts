/** What a mode of a bench found: for each side the middle of its windows, and both compared. */
import { defined } from '../base/assert.ts';
import { groupBy } from '../base/order.ts';
import type { Prediction } from '../plan/document.ts';
import type { HistoryVerdict } from './history-check.ts';
import type { LoadTotals } from './load-reading.ts';
import type { BothSides, Side } from './sides.ts';
import { median, type Spread, spreadOf } from './statistics.ts';
import type { NodeFigures, WindowFigures } from './window.ts';

export const benchModes = ['wall', 'capped', 'paced'] as const;
export type BenchMode = (typeof benchModes)[number];

export type Predicted = Pick<Prediction, 'throughput' | 'bottleneck' | 'latencyMs'>;

export interface SweepPoint {
  readonly clients: number;
  readonly throughput: number;
  readonly p50: number;
  readonly p99: number;
}

export interface SideResult {
  readonly side: Side;
  readonly machines: number;
  readonly predicted: Predicted;
  readonly windows: readonly WindowFigures[];
  readonly throughput: Spread;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** By node, the median of its windows. */
  readonly nodes: readonly NodeFigures[];
  readonly bottleneck: string;
  /** Commands a second of the busiest process, if it had a core of its own; paced: in virtual time. */
  readonly capacity: number;
  readonly totals: LoadTotals;
  readonly history: HistoryVerdict;
  readonly sweep: readonly SweepPoint[];
}

export interface ModeResult {
  readonly mode: BenchMode;
  readonly batching: 'tick' | 'none';
  readonly durability: 'none' | 'group' | 'each';
  readonly clients: BothSides<number>;
  /** Of an open loop; null for a closed one. */
  readonly perSecond: number | null;
  /** Virtual microseconds a message, of the paced mode. */
  readonly paceUs: number | null;
  /** Share of a core that each process has, of the capped mode. */
  readonly share: number | null;
  readonly original: SideResult;
  readonly optimized: SideResult;
  readonly ratio: {
    readonly throughput: number;
    readonly capacity: number;
    /** Of the pairs of windows that followed each other. */
    readonly pairs: Spread;
    readonly predicted: number;
  };
  /** What stands in the way of believing the figures, in sentences. */
  readonly doubts: readonly string[];
}

/** By node over all windows. */
export function medianNodes(windows: readonly WindowFigures[]): readonly NodeFigures[] {
  const all = windows.flatMap(({ nodes }) => nodes);
  return Array.from(groupBy(all, ({ name }) => name).values(), (group) => {
    const first = defined(group[0], 'a group has a member');
    const of = (figure: (node: NodeFigures) => number): number => median(group.map(figure));
    return {
      ...first,
      cpuMsPerCommand: of((node) => node.cpuMsPerCommand),
      utilization: of((node) => node.utilization),
      messagesPerCommand: of((node) => node.messagesPerCommand),
      residentBytes: of((node) => node.residentBytes),
      pacedLostMs: of((node) => node.pacedLostMs),
    };
  });
}

export interface SideRecord {
  readonly side: Side;
  readonly predicted: Predicted;
  readonly windows: readonly WindowFigures[];
  readonly totals: LoadTotals;
  readonly history: HistoryVerdict;
  readonly sweep: readonly SweepPoint[];
}

/** `paceUs` not null: the busiest process is the one with the most messages. */
export function sideResult(record: SideRecord, paceUs: number | null): SideResult {
  const { windows } = record;
  const nodes = medianNodes(windows);
  const timeOf = (node: NodeFigures): number =>
    paceUs === null ? node.cpuMsPerCommand : (node.messagesPerCommand * paceUs) / 1000;
  const busiest = nodes.reduce<NodeFigures | null>(
    (most, node) => (most === null || timeOf(node) > timeOf(most) ? node : most),
    null,
  );
  const ms = busiest === null ? 0 : timeOf(busiest);
  const latencies = windows.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  return {
    ...record,
    machines: nodes.length,
    throughput: spreadOf(windows.map(({ throughput }) => throughput)),
    latencyMs: {
      p50: median(latencies.map(({ p50 }) => p50)),
      p99: median(latencies.map(({ p99 }) => p99)),
    },
    nodes,
    bottleneck: busiest?.role ?? '',
    capacity: ms === 0 ? 0 : 1000 / ms,
  };
}

/** Windows of the same round, one of each side. */
export function ratioOf(original: SideResult, optimized: SideResult): ModeResult['ratio'] {
  const pairs = original.windows.flatMap((window, at) => {
    const other = optimized.windows[at];
    return other === undefined || window.throughput === 0
      ? []
      : [other.throughput / window.throughput];
  });
  const share = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    throughput: share(optimized.throughput.median, original.throughput.median),
    capacity: share(optimized.capacity, original.capacity),
    pairs: spreadOf(pairs),
    predicted: share(optimized.predicted.throughput, original.predicted.throughput),
  };
}
