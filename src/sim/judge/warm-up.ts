/**
 * Fixed runs before a search, so that a small one has its commands, and not its start-up, in scope. They depend on logical
 * members only, so a program and its plans do alike.
 *
 * In the first one the timers of each first member fire in turn, and everything that is sent arrives, round after
 * round: it brings a program that elects a leader to a settled one. The second goes on with the timers of the other
 * members, as long as their firing changes something and sends nothing: then one more firing is enough for a
 * change of leaders.
 */
import { defined } from '../../base/assert.ts';
import type { LocalRun } from './local-steps.ts';
import type { System } from './system.ts';
import { unused, type WorldState } from './world-state.ts';

/** Deliveries after one firing, at most. */
const deliveriesMax = 2_000;

/** A state on the way, with nothing of the bounds used up, and how it came about. */
export interface Warmed {
  readonly world: WorldState;
  readonly runs: readonly LocalRun[];
}

/** Every state on the way, the first one first. */
export function warmUp(system: System, rounds: number): readonly Warmed[] {
  const path = [start(system)];
  for (let round = 0; round < rounds; round++) {
    for (const [process, place] of system.engine.places.entries()) {
      if (!place.origin.endsWith(' 0')) continue;
      for (const timer of place.timers) fire(system, path, process, timer);
    }
  }
  return path.map(fromAnew);
}

/** All processes after their first ticks. */
function start(system: System): Warmed {
  const runs = [...system.engine.places.keys()].map((process): LocalRun => {
    return { process, local: system.fresh(process), batch: [], ticks: null };
  });
  return { world: system.start(), runs };
}

function fromAnew({ world, runs }: Warmed): Warmed {
  return { world: { ...world, used: unused }, runs };
}

/** The path extended to where the timers of all but the first members are about to act. */
export function waitOut(system: System, path: readonly Warmed[]): readonly Warmed[] {
  const longer = [...path];
  for (const [process, place] of system.engine.places.entries()) {
    if (place.origin.endsWith(' 0')) continue;
    for (let round = 0; round < waitingRoundsMax; round++) {
      const { world } = last(longer);
      const local = defined(world.nodes[process], 'a process of the world');
      const silent = system.ownInputs(process, local).find((input) => {
        if (system.input(input).kind !== 'timer') return false;
        const step = system.advance(process, local, [input]);
        const sent = step.flight.length + step.queued.length + step.outputs.length;
        return sent === 0 && step.next !== local;
      });
      if (silent === undefined) break;
      push(system, longer, world, process, silent);
    }
  }
  return longer.map(fromAnew);
}

/** Firings of one process that change something and send nothing, at most. */
const waitingRoundsMax = 8;

function fire(system: System, path: Warmed[], process: number, timer: string): void {
  const local = defined(last(path).world.nodes[process], 'a process of the world');
  const input = system.ownInputs(process, local).find((id) => {
    const info = system.input(id);
    return info.kind === 'timer' && info.timer === timer;
  });
  if (input === undefined) return;
  push(system, path, last(path).world, process, input);
  for (let delivered = 0; delivered < deliveriesMax; delivered++) {
    const { world } = last(path);
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
  path: Warmed[],
  world: WorldState,
  process: number,
  input: number,
): void {
  const local = defined(world.nodes[process], 'a process of the world');
  const batch = [input];
  const step = system.advance(process, local, batch);
  const next = system.applied(world, process, step.next, step);
  path.push({ world: next, runs: [{ process, local, batch, ticks: null }] });
}

function last(path: readonly Warmed[]): Warmed {
  return defined(path.at(-1), 'the path has its start');
}
