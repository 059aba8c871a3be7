/**
 * A fixed run from the first states: the timers of each first member fire in turn, and everything that is sent arrives,
 * round after round. It brings a program that elects a leader to a settled one, so that a small search has its
 * commands, and not its start-up, in scope. It depends on logical members only, so a program and its plans do alike.
 */
import { defined } from '../../base/assert.ts';
import type { System } from './system.ts';
import { unused, type WorldState } from './world-state.ts';

/** Deliveries after one firing, at most. */
const deliveriesMax = 2_000;

/** Every state on the way, the first one first; each with nothing of the bounds used up. */
export function warmUp(system: System, rounds: number): readonly WorldState[] {
  const path = [system.start()];
  for (let round = 0; round < rounds; round++) {
    for (const [process, place] of system.engine.places.entries()) {
      if (!place.origin.endsWith(' 0')) continue;
      for (const timer of place.timers) fire(system, path, process, timer);
    }
  }
  return path.map((world) => ({ ...world, used: unused }));
}

function fire(system: System, path: WorldState[], process: number, timer: string): void {
  const local = defined(last(path).nodes[process], 'a process of the world');
  const input = system.ownInputs(process, local).find((id) => {
    const info = system.input(id);
    return info.kind === 'timer' && info.timer === timer;
  });
  if (input === undefined) return;
  push(system, path, last(path), process, input);
  for (let delivered = 0; delivered < deliveriesMax; delivered++) {
    const world = last(path);
    const [first] = world.flight;
    const [queued] = world.queued;
    const next = first ?? queued;
    if (next === undefined) return;
    const rest =
      first === undefined
        ? { ...world, queued: world.queued.slice(1) }
        : { ...world, flight: world.flight.slice(1) };
    push(system, path, rest, system.input(next).process, next);
  }
}

function push(
  system: System,
  path: WorldState[],
  world: WorldState,
  process: number,
  input: number,
): void {
  const local = defined(world.nodes[process], 'a process of the world');
  const step = system.advance(process, local, [input]);
  path.push(system.applied(world, process, step.next, step));
}

function last(path: readonly WorldState[]): WorldState {
  return defined(path.at(-1), 'the path has its start');
}
