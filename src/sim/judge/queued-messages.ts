/** Messages of ordered channels: one list, stream after stream, each stream in the order of sending. */
import type { System } from './system.ts';

/** Behind the last message of its stream; streams stand in the order of their numbers. */
export function insertQueued(
  system: System,
  queued: readonly number[],
  id: number,
): readonly number[] {
  const stream = streamOf(system, id);
  let at = queued.length;
  while (at > 0 && streamOf(system, queued[at - 1] as number) > stream) at--;
  return [...queued.slice(0, at), id, ...queued.slice(at)];
}

export function streamOf(system: System, id: number): number {
  const info = system.input(id);
  return info.kind === 'message' ? info.stream : -1;
}

/** Places in the list of the messages that are first in their stream. */
export function heads(system: System, queued: readonly number[]): readonly number[] {
  return [...queued.keys()].filter(
    (at) =>
      at === 0 ||
      streamOf(system, queued[at - 1] as number) !== streamOf(system, queued[at] as number),
  );
}
