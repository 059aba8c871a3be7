/** What `bench` says to people: both sides in a table for each mode, what was predicted, and what the figures can't show. */

import type { ModeResult, SideResult } from '../../measure/mode-result.ts';
import { sides } from '../../measure/sides.ts';
import { grouped, milliseconds, rate } from '../figures.ts';
import { fitted, labelled, table } from '../layout.ts';
import type { Stream } from '../terminal.ts';

export function benchReport(result: ModeResult, stream: Stream): string {
  const lines = [
    stream.style.strong(titleOf(result)),
    '',
    ...sideTable(result),
    '',
    ...nodeTable(result, stream.columns),
    '',
    ...historyLines(result),
    ...result.doubts.flatMap((doubt) => ['', ...labelled('  note', doubt, stream.columns, 8)]),
  ];
  return `${lines.join('\n')}\n\n`;
}

function titleOf({ perSecond, mode, batching, clients, paceUs, share }: ModeResult): string {
  const what =
    mode === 'paced'
      ? `${paceUs} µs a message`
      : share === null
        ? ''
        : `${percent(share)} of a core each`;
  return [mode, what, `batching ${batching}`, loadOf(clients, perSecond)]
    .filter(Boolean)
    .join(' · ');
}

function loadOf({ original, optimized }: ModeResult['clients'], perSecond: number | null): string {
  if (perSecond !== null) return `open loop, ${rate(perSecond)}`;
  return original === optimized ? `${original} clients` : `${original} and ${optimized} clients`;
}

function sideTable({ original, optimized, ratio }: ModeResult): readonly string[] {
  const pair = (
    label: string,
    of: (side: SideResult) => string,
    compared: string = '',
  ): readonly string[] => [`  ${label}`, of(original), of(optimized), compared];
  const rows = [
    ['', 'original', 'optimized', ''],
    pair('machines', ({ machines }) => `${machines}`),
    pair('predicted', ({ predicted }) => rate(predicted.throughput), times(ratio.predicted)),
    pair('measured', ({ throughput }) => rate(throughput.median), times(ratio.throughput)),
    pair(
      '  least to most',
      ({ throughput }) => `${rate(throughput.min)} to ${rate(throughput.max)}`,
      `${times(ratio.pairs.min)} to ${times(ratio.pairs.max)}`,
    ),
    pair('capacity', ({ capacity }) => rate(capacity), times(ratio.capacity)),
    pair('p50', ({ latencyMs }) => milliseconds(latencyMs.p50)),
    pair('p99', ({ latencyMs }) => milliseconds(latencyMs.p99)),
    pair('predicted bottleneck', ({ predicted }) => predicted.bottleneck),
    pair('measured bottleneck', ({ bottleneck }) => bottleneck),
  ];
  return table(rows, ['left', 'right', 'right', 'right']);
}

/** The roles of each side, each by its busiest process. */
function nodeTable(result: ModeResult, columns: number): readonly string[] {
  const rows = sides.flatMap((side) => {
    const nodes = result[side].nodes;
    const roles = [...new Set(nodes.map(({ role }) => role))];
    return roles.map((role) => {
      const its = nodes.filter((node) => node.role === role);
      const busiest = its.reduce((a, b) => (b.cpuMsPerCommand > a.cpuMsPerCommand ? b : a));
      const messages = Math.max(...its.map(({ messagesPerCommand }) => messagesPerCommand));
      return [
        `  ${side}`,
        role,
        `×${its.length}`,
        `${(busiest.cpuMsPerCommand * 1000).toFixed(0)} µs`,
        percent(busiest.utilization),
        messages.toFixed(2),
      ];
    });
  });
  const header = [
    '',
    'busiest of',
    'processes',
    'CPU a command',
    'of a core',
    'messages a command',
  ];
  const right = 'right' as const;
  const align = ['left', 'left', right, right, right, right] as const;
  return fitted([header, ...rows], columns, { align: [...align], least: 4 }).lines;
}

function historyLines(result: ModeResult): readonly string[] {
  return sides.map((side) => {
    const { commands, lost, duplicated, verdict, object, problem } = result[side].history;
    const what = object === 'key-value' ? 'as a key-value store' : 'each command by itself';
    const counts = `${grouped(commands)} commands answered, ${lost} lost, ${duplicated} doubled`;
    const why = problem === null ? '' : `: ${problem}`;
    return `  history   ${side}: ${counts}; ${verdict} (${what})${why}`;
  });
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
