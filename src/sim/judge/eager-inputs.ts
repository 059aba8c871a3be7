/** Messages that a search takes at once, wherever it meets them: those of channels that are treated one by one (eager-channels.ts). */
import { defined } from '../../base/assert.ts';
import type { InputInfo } from './local-steps.ts';
import type { System } from './system.ts';
import type { CrashTarget } from './transitions.ts';
import type { WorldState } from './world-state.ts';

/** A message that may be taken at once without losing a history; crashes of its receiver make it an ordinary one. */
export function firstEager(
  system: System,
  world: WorldState,
  crashes: readonly CrashTarget[],
): { readonly process: number; readonly input: number } | null {
  for (const input of world.flight) {
    const info = system.input(input);
    if (info.kind !== 'message' || !info.eager) continue;
    const { process } = info;
    if (system.isDoomed(defined(world.nodes[process], 'a process of the world'))) continue;
    if (system.restless.has(system.place(process).role)) continue;
    if (crashes.some((target) => mayTakeWith(system, target, info))) continue;
    return { process, input };
  }
  return null;
}

/**
 * The crash of a process changes what becomes of messages to it; that of a part counts as the loss of whatever its
 * member has sent (faults.ts), and a message that was taken at once could never be lost any more.
 */
function mayTakeWith(
  system: System,
  target: CrashTarget,
  message: Extract<InputInfo, { readonly kind: 'message' }>,
): boolean {
  return (
    target.processes.includes(message.process) ||
    target.processes.some((process) => system.place(process).group === message.from)
  );
}
