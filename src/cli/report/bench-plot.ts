/** Throughput against latency as one SVG: a panel for each mode, in it a curve for each side, from few clients to many. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ModeResult } from '../../measure/mode-result.ts';
import { sides } from '../../measure/sides.ts';

interface Point {
  readonly side: string;
  readonly clients: number;
  readonly throughput: number;
  readonly p50: number;
  readonly p99: number;
}

const width = 760;
const panelHeight = 380;
const titleHeight = 44;

/** Two that are told apart without colour vision as well; the labels at their ends say which is which. */
const colours = { original: '#b35806', optimized: '#2166ac' } as const;

/** Curves go through the points of the sweep, in order of their clients. */
export function benchPlot(program: string, results: readonly ModeResult[]): string {
  const panels = results.map((result, at) => panelOf(program, result, at * panelStep));
  const height = results.length * panelStep;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

const panelStep = panelHeight + titleHeight;

function panelOf(program: string, result: ModeResult, top: number): string {
  const points = sides.flatMap((side) =>
    result[side].sweep.map((point): Point => ({ side, ...point })),
  );
  const ends = sides.flatMap((side) => points.filter((point) => point.side === side).slice(-1));
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    document,
    width,
    height: panelHeight,
    marginLeft: 60,
    marginRight: 100,
    marginBottom: 45,
    grid: true,
    style: { fontSize: '12px' },
    x: { label: 'commands a second', zero: true, nice: true },
    y: { label: 'latency, ms', type: 'log', nice: true, tickFormat: (ms: number) => `${ms}` },
    color: { domain: [...sides], range: sides.map((side) => colours[side]) },
    marks: [
      Plot.line(points, { x: 'throughput', y: 'p50', stroke: 'side', z: 'side', marker: true }),
      Plot.line(points, {
        x: 'throughput',
        y: 'p99',
        stroke: 'side',
        z: 'side',
        strokeDasharray: '3 4',
        strokeWidth: 1,
      }),
      Plot.text(points, {
        x: 'throughput',
        y: 'p50',
        text: 'clients',
        dy: 11,
        dx: 9,
        fontSize: 10,
        fill: 'side',
      }),
      // One above and one below, since curves may end in one place.
      ...ends.map((end) =>
        Plot.text([end], {
          x: 'throughput',
          y: 'p50',
          text: 'side',
          fill: 'side',
          dx: 14,
          dy: end.side === 'original' ? -12 : 4,
          textAnchor: 'start',
        }),
      ),
    ],
  });
  const inner = plot.outerHTML.replace('<svg ', `<svg y="${top + titleHeight}" `);
  const titles = [
    `<text x="12" y="${top + 18}" font-family="system-ui, sans-serif" font-size="14" font-weight="bold">${program}, ${modeText(result)}</text>`,
    `<text x="12" y="${top + 36}" font-family="system-ui, sans-serif" font-size="12" fill="#555">median (line) and 99th percentile (dashed) from ${clientsText(points)} clients, closed loop</text>`,
  ];
  return [...titles, inner].join('\n');
}

function modeText({ mode, paceUs, share }: ModeResult): string {
  if (paceUs !== null) return `${mode}: ${paceUs} µs a message`;
  return share === null ? mode : `${mode}: ${Math.round(share * 100)} % of a core each`;
}

function clientsText(points: readonly Point[]): string {
  const clients = points.map((point) => point.clients);
  return `${Math.min(...clients)} to ${Math.max(...clients)}`;
}
