/** What a crash leaves of a world. */
import { defined } from '../../base/assert.ts';
import type { Emission } from './local-steps.ts';
import type { System } from './system.ts';
import type { CrashTarget } from './transitions.ts';
import { stopped, type WorldState } from './world-state.ts';

/**
 * A member that starts anew as a whole takes the messages between its parts with it; those of a part that restarts
 * alone may still arrive.
 */
export function crashed(system: System, world: WorldState, target: CrashTarget): WorldState {
  const survives = (id: number): boolean => {
    const info = system.input(id);
    return info.kind !== 'message' || !info.internal || !isWholeMember(system, target, info.from);
  };
  let next: WorldState = {
    ...world,
    used: { ...world.used, crashes: world.used.crashes + 1 },
    flight: world.flight.filter(survives),
    queued: world.queued.filter(survives),
  };
  const silence: Emission = { flight: [], queued: [], outputs: [] };
  for (const process of target.processes) {
    const local = defined(next.nodes[process], 'a process of the world');
    if (local === stopped) continue;
    if (target.how === 'stop') next = system.applied(next, process, stopped, silence);
    else {
      const step = system.restarted(process, local);
      next = system.applied(next, process, step.next, step);
    }
  }
  return next;
}

export function isWholeMember(system: System, target: CrashTarget, group: number): boolean {
  return system.engine.places.every(
    (place, process) => place.group !== group || target.processes.includes(process),
  );
}

/** What is on its way to a process that stopped will never be taken. */
export function delivered(system: System, world: WorldState): WorldState {
  const alive = (id: number): boolean => world.nodes[system.input(id).process] !== stopped;
  if (!world.nodes.includes(stopped)) return world;
  return { ...world, flight: world.flight.filter(alive), queued: world.queued.filter(alive) };
}
