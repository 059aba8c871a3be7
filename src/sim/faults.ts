/** What may go wrong in a simulated world, and how often. Delay is always there; the rest is asked for by name. */
import { err, ok, type Result } from '../base/result.ts';
import type { NodeCode } from '../exec/node-code.ts';

export const faultNames = [
  /** Messages of lossy channels vanish. */
  'loss',
  /** Messages of duplicating channels arrive again. */
  'duplicate',
  /** Messages overtake each other, unless their channel is ordered. */
  'reorder',
  /** A member stops for ever, with all its parts; at most `f` members of the world do. */
  'crash',
  /** A member stops, and starts again with what is on disk, as a new incarnation. */
  'restart',
  /** One process that keeps everything on disk, or nothing at all, restarts alone. */
  'part-restart',
  /** Members are cut into two groups for a while. */
  'partition',
] as const;

export type FaultName = (typeof faultNames)[number];

/** `loss,crash`; `none`; `all`. The error is the first name that isn't one. */
export function parseFaults(list: string): Result<readonly FaultName[], string> {
  return namesIn(list, faultNames);
}

/** Of a list with commas, the names that are known, in their own order. */
export function namesIn<T extends string>(
  list: string,
  known: readonly T[],
): Result<readonly T[], string> {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 1 && words[0] === 'none') return ok([]);
  if (words.length === 1 && words[0] === 'all') return ok(known);
  const names = new Set<string>(known);
  const unknown = words.find((word) => !names.has(word));
  if (unknown !== undefined) return err(unknown);
  return ok(known.filter((name) => words.includes(name)));
}

/** Probabilities per message, and mean times in microseconds of simulated time. */
export interface FaultRates {
  readonly loss: number;
  readonly duplicate: number;
  /** A message takes up to this long; with `reorder`, up to `slowUs`. */
  readonly delayUs: number;
  readonly slowUs: number;
  /** Between two crashes, restarts or partitions of one kind. */
  readonly betweenUs: number;
  /** How long a member is down, or a partition lasts. */
  readonly lastsUs: number;
  /** Crashes, restarts and partitions of each kind in one run. */
  readonly eachMax: number;
}

export const defaultFaultRates: FaultRates = {
  loss: 0.05,
  duplicate: 0.05,
  delayUs: 2_000,
  slowUs: 20_000,
  betweenUs: 400_000,
  lastsUs: 300_000,
  eachMax: 4,
};

/** Trouble comes often and lasts long enough for time-outs, so that short runs see leaders come and go. */
export const harshFaultRates: FaultRates = {
  ...defaultFaultRates,
  loss: 0.1,
  betweenUs: 150_000,
  lastsUs: 500_000,
  eachMax: 8,
};

/**
 * A process that may restart alone: whatever it carries from tick to tick is on disk, and it remembers no
 * message and no timer (soundness.md, 2).
 */
export function restartsAlone(code: NodeCode): boolean {
  const durable = new Set(code.durable.map(({ slot }) => slot));
  return (
    code.heldCount === 0 &&
    code.sites.length === 0 &&
    code.initial.every(({ slot }) => durable.has(slot)) &&
    [...code.carried].every((slot) => durable.has(slot))
  );
}
