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
}

export interface VisitOptions {
  readonly functions: ExternalFunctions;
  readonly seed: number;
}

/** Enough for what partitions get by chance to be within a few percent of each other. */
const commands = 600;

/** Commands a second that are so many that nothing but commands counts. */
const busyRate = 1e6;

/** By role, of its busiest process. */
export function countVisits(
  program: Program,
  { functions, seed }: VisitOptions,
): Result<readonly Visits[], RuntimeFault> {
  const options = { ...defaultLoadOptions, commands, functions, seed, nominalRate: busyRate };
  const profile = measureLoad(program, options);
  if (profile.kind === 'err') return err(profile.error);
  return ok(profile.value.roles.map((load) => ({ role: load.role, messages: messagesOf(load) })));
}

export interface Bottleneck {
  readonly role: string;
  /** Commands a second. */
  readonly throughput: number;
}

/** Timers are slowed down with the messages, so they take next to nothing of a process's `1e6 / pace` a second. */
export function pacedBottleneck(visits: readonly Visits[], paceUs: number): Bottleneck {
  return visits
    .map(({ role, messages }) => {
      return {
        role,
        throughput: messages <= 0 ? Number.POSITIVE_INFINITY : 1e6 / paceUs / messages,
      };
    })
    .reduce((least, each) => (each.throughput < least.throughput ? each : least));
}

function messagesOf({ received, sent }: RoleLoad): number {
  const flows = [...Object.values(received), ...Object.values(sent)];
  return flows.reduce((sum, { messages }) => sum + messages, 0);
}
