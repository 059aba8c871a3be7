/** One fair run without faults: every timer fires and all that is sent arrives, round after round. */
import { defined } from '../../base/assert.ts';
import { sameNumbers } from './batches.ts';
import type { System } from './system.ts';
import { stopped, type WorldState } from './world-state.ts';

/** Messages that one firing leads to, at most: more of them count as no end. */
const deliveriesMax = 1_000;

/** `no`: it leads to an output that wasn't there; `quiet`: not in so many rounds. `from` has no message on its way. */
export function fairRun(
  system: System,
  from: WorldState,
  rounds: number,
): 'no' | 'quiet' | 'unknown' {
  if (system.restless.size > 0) return 'unknown';
  let world = from;
  for (let round = 0; round < rounds; round++) {
    for (const [process, local] of world.nodes.entries()) {
      for (const own of system.ownInputs(process, local)) {
        const settled = delivered(system, fired(system, world, process, own));
        if (settled === null) return 'unknown';
        if (!sameNumbers(settled.emitted, from.emitted)) return 'no';
        world = settled;
      }
    }
  }
  return 'quiet';
}

/** A timer that something before it has forestalled doesn't fire. */
function fired(system: System, world: WorldState, process: number, own: number): WorldState {
  const local = defined(world.nodes[process], 'a process of the world');
  return system.ownInputs(process, local).includes(own)
    ? taken(system, world, process, own)
    : world;
}

/** Null when there is no end of messages. */
function delivered(system: System, from: WorldState): WorldState | null {
  let world = from;
  for (let count = 0; count <= deliveriesMax; count++) {
    const { flight, queued } = world;
    const [next = queued[0]] = flight;
    if (next === undefined) return world;
    const rest =
      flight.length > 0
        ? { ...world, flight: flight.slice(1) }
        : { ...world, queued: queued.slice(1) };
    world = taken(system, rest, system.input(next).process, next);
  }
  return null;
}

/** What is on its way to a process that has stopped is gone. */
function taken(system: System, world: WorldState, process: number, input: number): WorldState {
  const local = defined(world.nodes[process], 'a process of the world');
  if (local === stopped) return world;
  const step = system.advance(process, local, [input]);
  return system.applied(world, process, step.next, step);
}
