/** Latencies of a window, with three significant digits from a microsecond to minutes (HDR histogram). */
import { build, type Histogram } from 'hdr-histogram-js';
import type { LatencyFigures } from './load-reading.ts';

export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 ** 32,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  record(ms: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  }

  /** Null when nothing was recorded; then it is empty again. */
  take(): LatencyFigures | null {
    const histogram = this.#histogram;
    if (histogram.totalCount === 0) return null;
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
    const figures = {
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: histogram.maxValue / 1000,
      mean: histogram.mean / 1000,
    };
    histogram.reset();
    return figures;
  }
}
