/** The progress of a bench on stderr: a line for each step and window, the last one repainted on a terminal. */

import type { BenchMode, Predicted } from '../measure/mode-result.ts';
import type { BothSides, Side } from '../measure/sides.ts';
import type { WindowFigures } from '../measure/window.ts';
import type { DeploymentEvent } from '../runtime/deployment-options.ts';
import { milliseconds, rate, ratio } from './figures.ts';
import type { Terminal } from './terminal.ts';

export class BenchView {
  readonly #terminal: Terminal;
  #isPainted = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly onEvent = ({ node, kind, text }: DeploymentEvent): void => {
    this.#line([node, kind].join(' ').trim().concat(`: ${text}`));
  };

  /** What goes on now; on a terminal the next line takes its place. */
  step(mode: BenchMode, text: string): void {
    const { err } = this.#terminal;
    this.#erase();
    err.write(`  ${mode.padEnd(6)} ${text}${err.isTerminal ? '' : '\n'}`);
    this.#isPainted = err.isTerminal;
  }

  predicted(
    mode: BenchMode,
    { original, optimized }: BothSides<Predicted>,
    pace: number | null,
  ): void {
    const gain = ratio(original.throughput, optimized.throughput);
    const paced = pace === null ? '' : ` at ${pace} µs a message`;
    const rates = `${rate(original.throughput)} and ${rate(optimized.throughput)}`;
    this.#line(`  ${mode.padEnd(6)} predicted${paced}: ${rates}, ${gain}`);
  }

  window(
    mode: BenchMode,
    {
      side,
      round,
      repeats,
    }: { readonly side: Side; readonly round: number; readonly repeats: number },
    figures: WindowFigures,
  ): void {
    const { throughput, latencyMs, cores } = figures;
    const latency = latencyMs === null ? '' : `p50 ${milliseconds(latencyMs.p50)}`;
    const place = `${round + 1} of ${repeats}`;
    const used = `${cores.toFixed(2)} cores`;
    this.#line(
      `  ${mode.padEnd(6)} ${side.padEnd(9)} ${place.padEnd(8)} ${rate(throughput).padStart(9)}   ${latency}   ${used}`,
    );
  }

  end(): void {
    this.#erase();
  }

  #line(text: string): void {
    this.#erase();
    this.#terminal.err.write(`${text}\n`);
  }

  #erase(): void {
    if (this.#isPainted) this.#terminal.err.write('\r\x1b[2K');
    this.#isPainted = false;
  }
}
