/**
 * Which sets of waiting inputs a process may take in one tick.
 *
 * All sets up to a size are looked at, and a set is left out when taking it in two ticks, one part after the other,
 * ends in the same state with the same messages: whatever follows the one tick follows the two, and clients have seen
 * the first part's outputs earlier, which only tells more about the order. Identical copies of a message never
 * share a batch: together they are one fact, so that is the loss of one of them.
 */
import type { Emission } from './local-steps.ts';
import { mergeSorted } from './sorted-lists.ts';
import type { System } from './system.ts';

/**
 * The batches worth taking of what waits at a process, as places in the list: remembered, since many worlds have the
 * same process with the same inputs.
 */
export function batchesOf(
  system: System,
  process: number,
  local: number,
  waiting: readonly number[],
  max: number,
): readonly (readonly number[])[] {
  return system.remembered(`${max} ${local} ${waiting.join(',')}`, () =>
    distinctBatches(waiting, max).filter(
      (places) => !isRedundant(system, process, local, taken(waiting, places)),
    ),
  );
}

/** The others: a process that fails in the midst of such a tick has done a part of both halves, which two ticks don't. */
export function redundantBatchesOf(
  system: System,
  process: number,
  local: number,
  waiting: readonly number[],
  max: number,
): readonly (readonly number[])[] {
  return system.remembered(`redundant ${max} ${local} ${waiting.join(',')}`, () => {
    const worth = new Set(batchesOf(system, process, local, waiting, max).map(String));
    return distinctBatches(waiting, max).filter((places) => !worth.has(String(places)));
  });
}

function distinctBatches(waiting: readonly number[], max: number): readonly (readonly number[])[] {
  return subsetsUpTo([...waiting.keys()], max).filter(
    (places) => new Set(taken(waiting, places)).size === places.length,
  );
}

function taken(waiting: readonly number[], places: readonly number[]): readonly number[] {
  return places.map((at) => waiting[at] as number).sort((a, b) => a - b);
}

/** The batch may be left out, since two smaller ones do the same. `batch` is ascending. */
export function isRedundant(
  system: System,
  process: number,
  local: number,
  batch: readonly number[],
): boolean {
  if (batch.length < 2 || !system.reduces || hasStreamTwice(system, batch)) return false;
  const whole = system.advance(process, local, batch);
  const last = 1 << batch.length;
  for (let subset = 1; subset < last - 1; subset++) {
    const first = batch.filter((_, at) => (subset & (1 << at)) !== 0);
    const second = batch.filter((_, at) => (subset & (1 << at)) === 0);
    if (isSame(system, whole, inTwo(system, process, local, first, second))) return true;
  }
  return false;
}

/** One part after the other; null when the second can't follow. */
export function inTwo(
  system: System,
  process: number,
  local: number,
  first: readonly number[],
  second: readonly number[],
): (Emission & { readonly next: number }) | null {
  const one = system.advance(process, local, first);
  if (system.localState(one.next) === null) return null;
  // An expiry that the first part forestalls can't follow it.
  const own = system.ownInputs(process, one.next);
  const possible = second.every((id) => system.input(id).kind !== 'expiry' || own.includes(id));
  if (!possible) return null;
  const two = system.advance(process, one.next, second);
  return {
    next: two.next,
    flight: mergeSorted(one.flight, two.flight),
    queued: [...one.queued, ...two.queued],
    outputs: mergeSorted(one.outputs, two.outputs),
  };
}

export function isSame(
  system: System,
  whole: Emission & { readonly next: number },
  parts: (Emission & { readonly next: number }) | null,
): boolean {
  return (
    parts !== null &&
    whole.next === parts.next &&
    sameNumbers(whole.flight, parts.flight) &&
    sameNumbers(whole.queued, parts.queued) &&
    sameNumbers(countedOnce(system, whole.outputs), countedOnce(system, parts.outputs))
  );
}

/** Outputs are compared by their first arrival, unless their channel is a bag. */
function countedOnce(system: System, outputs: readonly number[]): readonly number[] {
  return outputs.filter((id, at) => system.clients.output(id).bag || outputs.indexOf(id) === at);
}

/** Two messages of one stream keep their order when they come apart; such batches are always searched. */
function hasStreamTwice(system: System, batch: readonly number[]): boolean {
  const streams = batch.flatMap((id) => {
    const info = system.input(id);
    return info.kind === 'message' && info.stream >= 0 ? [info.stream] : [];
  });
  return new Set(streams).size !== streams.length;
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/** Subsets of at least one and at most `max` items, smaller ones first, in a fixed order. */
export function subsetsUpTo<T>(items: readonly T[], max: number): readonly (readonly T[])[] {
  const found: (readonly T[])[] = [];
  let layer: { readonly chosen: readonly T[]; readonly from: number }[] = [{ chosen: [], from: 0 }];
  for (let size = 1; size <= max && layer.length > 0; size++) {
    layer = layer.flatMap(({ chosen, from }) =>
      items.slice(from).map((item, at) => ({ chosen: [...chosen, item], from: from + at + 1 })),
    );
    for (const { chosen } of layer) found.push(chosen);
  }
  return found;
}
