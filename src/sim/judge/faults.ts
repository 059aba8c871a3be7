/**
 * Faults by logical member (soundness.md, 2). The parts of one member are one fault domain: when a part restarts that
 * holds anything in memory, the whole member starts anew, and what its parts had sent each other is gone. A part
 * whose state is all on disk may restart alone; in the original, that is the member losing messages.
 */
import { groupBy } from '../../base/order.ts';
import { baseRole } from '../../ir/schema.ts';
import type { Losing } from './completeness.ts';
import type { InputInfo } from './local-steps.ts';
import type { System } from './system.ts';
import type { CrashTarget } from './transitions.ts';

/** The faults that one search allows. */
export interface FaultAssignment {
  /** As the report says it. */
  readonly name: string;
  readonly duplicates: number;
  readonly losses: number;
  readonly crash: { readonly origin: string; readonly target: CrashTarget } | null;
}

export interface FaultOptions {
  readonly duplicates: number;
  readonly losses: number;
  readonly crashes: number;
  /**
   * `joint` is what the runtime does. `separate` lets every part restart alone, whatever it holds: a deployment without
   * incarnations, under which splitting state that is in memory is wrong.
   */
  readonly incarnations: 'joint' | 'separate';
}

/** One search without crashes, one with duplicates, one for each member or part that may crash. */
export function faultAssignments(
  system: System,
  options: FaultOptions,
): readonly FaultAssignment[] {
  const none = { duplicates: 0, losses: 0, crash: null };
  const found: FaultAssignment[] = [{ ...none, name: 'none', losses: options.losses }];
  if (options.duplicates > 0) {
    found.push({ ...none, name: 'duplicate', duplicates: options.duplicates });
  }
  if (options.crashes === 0) return found;
  const places = system.engine.places.map((place, process) => ({ place, process }));
  for (const [origin, members] of groupBy(places, (each) => each.place.origin)) {
    const crash = (processes: readonly number[], how: CrashTarget['how'], name: string): void => {
      found.push({ ...none, name, crash: { origin, target: { processes, how } } });
    };
    const all = members.map((each) => each.process);
    const alone = members.filter(
      ({ place }) => options.incarnations === 'separate' || place.durable,
    );
    if (alone.length < all.length || all.length === 1) {
      crash(all, 'restart', `restart of ${origin.replace(' ', ':')}`);
    }
    if (all.length > 1) {
      for (const { place, process } of alone) {
        crash([process], 'restart', `restart of ${place.label}`);
      }
    }
    crash(all, 'stop', `stop of ${origin.replace(' ', ':')}`);
  }
  return found;
}

/** The same member of the original: it may crash in the same way, at any time, or not at all. */
export function originOf(system: System, assignment: FaultAssignment): readonly CrashTarget[] {
  if (assignment.crash === null) return [];
  const { origin, target } = assignment.crash;
  const processes = [...system.engine.places.keys()].filter(
    (process) => system.engine.places[process]?.origin === origin,
  );
  return [{ processes, how: target.how }];
}

/**
 * Messages that a crash takes with it in the plan: those to the processes that crashed, and those between them and
 * their siblings.
 */
export function lostWithParts(system: System, assignment: FaultAssignment): Losing['free'] {
  const { crash } = assignment;
  if (crash === null) return () => false;
  const { processes } = crash.target;
  const group = groupOf(system, assignment);
  // What parts of another member send each other survives: nothing of theirs has crashed.
  const isOwn = (message: InputInfo): boolean =>
    message.kind === 'message' && message.internal && system.place(message.process).group === group;
  return (message, world) =>
    world.used.crashes > 0 && (processes.includes(message.process) || isOwn(message));
}

/** In the original, the restart of a part is the loss of any messages to and from its member. */
export function lostWithMember(system: System, assignment: FaultAssignment): Losing['free'] {
  const group = groupOf(system, assignment);
  if (group < 0) return () => false;
  return (message) =>
    system.place(message.process).group === group ||
    (message.kind === 'message' && message.from === group);
}

/** What the original sends to clients from the member that crashes may be lost, if its channel loses messages. */
export function lostOutputs(
  system: System,
  assignment: FaultAssignment,
): (output: number) => boolean {
  if (assignment.crash === null) return () => false;
  const [role] = assignment.crash.origin.split(' ');
  const { program } = system.engine;
  const lossy = program.channels.filter(
    (channel) => channel.flags.lossy && baseRole(program, channel.from) === role,
  );
  const names = new Set(lossy.map((channel) => channel.name));
  return (output) => names.has(system.clients.output(output).channel);
}

function groupOf(system: System, assignment: FaultAssignment): number {
  const origin = assignment.crash?.origin;
  return system.engine.places.find((place) => place.origin === origin)?.group ?? -1;
}
