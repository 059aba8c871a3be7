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
  /** Messages that the busiest process takes and sends for a command. */
  readonly messages: number;
  readonly role: string;
  readonly process: string;
}

export interface VisitOptions {
  readonly paceUs: number;
  /** What periods of timers are multiplied by. */
  readonly timerScale: number;
  readonly functions: ExternalFunctions;
  readonly seed: number;
}

/** Enough for what partitions get by chance to be within a few percent of each other. */
const commands = 600;

/** Timers weigh more the slower the commands come, so the rate is found in two rounds. */
export function countVisits(
  program: Program,
  { paceUs, timerScale, functions, seed }: VisitOptions,
): Result<Visits, RuntimeFault> {
  let visits: Visits = { messages: 20, role: '', process: '' };
  for (const count of [40, commands]) {
    const nominalRate = Math.max(1, (timerScale * 1e6) / (paceUs * visits.messages));
    const options = { ...defaultLoadOptions, commands: count, functions, seed, nominalRate };
    const profile = measureLoad(program, options);
    if (profile.kind === 'err') return err(profile.error);
    visits = profile.value.roles.map(visitsOf).reduce((a, b) => (b.messages > a.messages ? b : a));
  }
  return ok(visits);
}

/** Commands a second. */
export function pacedThroughput({ messages }: Visits, paceUs: number): number {
  return 1e6 / (messages * paceUs);
}

function visitsOf({ role, process, received, sent }: RoleLoad): Visits {
  const flows = [...Object.values(received), ...Object.values(sent)];
  return { role, process, messages: flows.reduce((sum, each) => sum + each.messages, 0) };
}
