/** Throughput against latency, a curve for each side and a panel for each mode, as one SVG. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ModeResult, SideResult } from '../../measure/mode-result.ts';
import { sides } from '../../measure/sides.ts';

interface Point {
  readonly side: string;
  readonly mode: string;
  readonly clients: number;
  readonly throughput: number;
  readonly p50: number;
}

const colours = { original: '#b35806', optimized: '#2166ac' } as const;

/** Curves go through the points of the sweep, in order of their clients. */
export function benchPlot(program: string, results: readonly ModeResult[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const points = results.flatMap((result) =>
    sides.flatMap((side) => pointsOf(result.mode, result[side])),
  );
  const last = sides.flatMap((side) =>
    results.flatMap(({ mode }) =>
      points.filter((point) => point.mode === mode && point.side === side).slice(-1),
    ),
  );
  const plot = Plot.plot({
    document,
    width: 720,
    height: 420,
    marginLeft: 60,
    marginRight: 90,
    marginBottom: 45,
    grid: true,
    style: { background: 'white', fontSize: '12px' },
    x: { label: `${program}: commands a second`, zero: true, nice: true },
    y: { label: 'p50 latency, ms', type: 'log', nice: true },
    color: { domain: [...sides], range: sides.map((side) => colours[side]) },
    marks: [
      Plot.line(points, { x: 'throughput', y: 'p50', stroke: 'side', z: 'side', marker: true }),
      Plot.text(points, { x: 'throughput', y: 'p50', text: 'clients', dy: -10, fontSize: 10 }),
      Plot.text(last, {
        x: 'throughput',
        y: 'p50',
        text: 'side',
        fill: 'side',
        dx: 12,
        textAnchor: 'start',
      }),
    ],
  });
  return `${plot.outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')}\n`;
}

function pointsOf(mode: string, { side, sweep }: SideResult): readonly Point[] {
  return sweep.map(({ clients, throughput, p50 }) => ({ side, mode, clients, throughput, p50 }));
}
