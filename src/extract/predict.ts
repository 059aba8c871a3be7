/**
 * What a program will do on the machines of a cost model: of any program whose load was counted, and of a
 * placement before it is lowered and run.
 */

import { defined } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import type { Prediction } from '../plan/document.ts';
import type { CriticalPath } from '../plan/load-profile.ts';
import { lowerPlacement } from '../plan/lower.ts';
import { machinesOf } from '../plan/size.ts';
import type { PartView } from '../rewrite/part.ts';
import { type CostModel, timeOf } from './cost.ts';
import { type CommandPath, pathCost } from './critical-path.ts';
import { type Measured, partLoad } from './part-load.ts';
import type { Placed } from './place.ts';

export interface RolePrediction {
  readonly role: string;
  /** Processor time per command of its busiest process. */
  readonly microseconds: number;
  /** Share of that process's time at the predicted throughput, 0 to 1. */
  readonly utilization: number;
}

export interface Forecast {
  readonly prediction: Prediction;
  readonly machines: number;
  readonly roles: readonly RolePrediction[];
}

/** From a run of the program itself. */
export function predict(measured: Measured, model: CostModel): Forecast {
  const { program, profile } = measured;
  const times = program.roles
    .filter((role) => !role.external)
    .map((role) => {
      const part = { role: role.name, relayed: [], observed: [], clauses: role.clauses };
      const view: PartView = { part, program, role };
      return { role: role.name, microseconds: timeOf(partLoad(view, measured).work, model.work) };
    });
  // The path is the program's own: nothing stands between two of its channels.
  return forecast({ program, times, path: profile.path, model, senderOf: () => null });
}

/** From the loads that the plan was chosen by; `path` is that of the base program. */
export function predictPlacement(
  base: Program,
  placed: Placed,
  path: CommandPath | null,
  model: CostModel,
): Forecast {
  const { program, roles } = lowerPlacement(base, placed.placement);
  const times = roles.map((role, at) => {
    const picoseconds = defined(placed.periods[at], 'a placement has a time for each part');
    return { role, microseconds: picoseconds / 1e6 };
  });
  const holders = new Map<string, string>();
  for (const [at, { clauses }] of placed.placement.parts.entries()) {
    const role = defined(roles[at], 'a role for each part');
    for (const { id } of clauses) if (!holders.has(id)) holders.set(id, role);
  }
  const senderOf = (at: number): string | null => holders.get(path?.senders[at - 1] ?? '') ?? null;
  return forecast({ program, times, path, model, senderOf });
}

type RoleTime = Omit<RolePrediction, 'utilization'>;

interface Question {
  readonly program: Program;
  readonly times: readonly RoleTime[];
  readonly path: CriticalPath | null;
  readonly model: CostModel;
  readonly senderOf: (at: number) => string | null;
}

function forecast({ program, times, path, model, senderOf }: Question): Forecast {
  const machines = machinesOf(program);
  const busiest = times.reduce<RoleTime | null>(
    (most, each) => (most === null || each.microseconds > most.microseconds ? each : most),
    null,
  );
  const microseconds = busiest?.microseconds ?? 0;
  const timeOfRole = new Map(times.map((each) => [each.role, each.microseconds]));
  const places = { timeOf: (role: string) => timeOfRole.get(role) ?? 0, senderOf };
  const latency = path === null ? null : pathCost(program, path, model, places);
  return {
    prediction: {
      throughput: microseconds === 0 ? 0 : 1e6 / microseconds,
      ...(latency === null ? {} : { latencyMs: latency.latencyMs }),
      dollarsPerHour: machines * model.dollarsPerMachineHour,
      bottleneck: busiest?.role ?? '',
    },
    machines,
    roles: times.map((each) => ({
      ...each,
      utilization: microseconds === 0 ? 0 : each.microseconds / microseconds,
    })),
  };
}
