/**
 * What a topology allows when every message takes the same time at the process that takes or sends it: the process with
 * the most messages a command is the bottleneck. Messages are counted in the simulator, before anything is measured.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Program } from '../ir/program.ts';
import type { RoleLoad } from '../plan/load-profile.ts';
import { defaultLoadOptions, measureLoad } from '../sim/load-profile.ts';

export interface Visits {
  readonly role: string;
  /** Messages that the busiest process of the role takes and sends for a command. */
  readonly messages: number;
  /** The same for timers: messages in a second in which no command comes. */
  readonly perSecond: number;
}

export interface Pacing {
  readonly paceUs: number;
  /** What periods of timers are multiplied by. */
  readonly timerScale: number;
}

export interface VisitOptions {
  readonly functions: ExternalFunctions;
  readonly seed: number;
}

/** Enough for what partitions get by chance to be within a few percent of each other. */
const commands = 600;

/** Commands a second: nothing but commands counts, and timers count about as much. */
const busyRate = 1e6;
const idleRate = 50;

/** By role: timers weigh more the slower the commands come, so two rates tell them apart. */
export function countVisits(
  program: Program,
  { functions, seed }: VisitOptions,
): Result<readonly Visits[], RuntimeFault> {
  const count = (nominalRate: number): ReturnType<typeof measureLoad> =>
    measureLoad(program, { ...defaultLoadOptions, commands, functions, seed, nominalRate });
  const busy = count(busyRate);
  if (busy.kind === 'err') return err(busy.error);
  const idle = count(idleRate);
  if (idle.kind === 'err') return err(idle.error);
  return ok(
    busy.value.roles.map((load, at) => {
      const other = idle.value.roles[at] ?? load;
      const more = messagesOf(other) - messagesOf(load);
      const perSecond = Math.max(0, more / (1 / idleRate - 1 / busyRate));
      return { role: load.role, messages: messagesOf(load) - perSecond / busyRate, perSecond };
    }),
  );
}

export interface Bottleneck {
  readonly role: string;
  /** Commands a second. */
  readonly throughput: number;
}

/** A process has `1e6 / pace` messages a second, less those of timers. */
export function pacedBottleneck(visits: readonly Visits[], pacing: Pacing): Bottleneck {
  return visits
    .map(({ role, messages, perSecond }) => {
      const room = Math.max(0, 1e6 / pacing.paceUs - perSecond / pacing.timerScale);
      return { role, throughput: messages <= 0 ? Number.POSITIVE_INFINITY : room / messages };
    })
    .reduce((least, each) => (each.throughput < least.throughput ? each : least));
}

function messagesOf({ received, sent }: RoleLoad): number {
  const flows = [...Object.values(received), ...Object.values(sent)];
  return flows.reduce((sum, { messages }) => sum + messages, 0);
}
