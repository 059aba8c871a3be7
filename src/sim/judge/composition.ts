/**
 * Searches with commands of several cells, judged by the searches with the commands of each (cells.ts).
 *
 * Runs with two cells are interleavings of runs with one, so histories of the plan are those of the original if those
 * of each cell are; progress likewise, since a run has ended when each cell has. What the cells share are faults:
 *
 * - a duplicate or a loss is of one message, so of one cell: each part may have one;
 * - a process that fails stops for all cells: where any does, nothing is composed;
 * - a crash falls on all cells at once. Where the whole member crashes, the parts are searched with their crashes as
 *   events of the history (`marked`), so that the original's runs fit together; where a part restarts alone, with an
 *   original that only loses messages (`uncrashed`). What doesn't hold of a part in this stricter sense says nothing:
 *   the search is then made as a whole.
 *
 * Bounds are the scope's in each part, so together more runs are covered than in one search. Cells hold for two copies
 * of the clauses that tick together; a role that never settles ticks by itself, so nothing of its program is composed.
 */
import { keyOfFact } from '../../exec/value.ts';
import { cellColumnsOf, cellsOf } from './cells.ts';
import type { FaultAssignment } from './faults.ts';
import type { Scope } from './scope.ts';
import type { Search, Systems } from './searches.ts';

/** What decides one search: itself, or its parts. */
export interface Unit {
  readonly whole: Search;
  /** One a cell; none where it isn't cut. */
  readonly parts: readonly Search[];
}

export function unitsOf(
  systems: Systems,
  searches: readonly Search[],
  scope: Scope,
): readonly Unit[] {
  const programs = [systems.original.engine.program, systems.plan.engine.program];
  const columns = scope.reductions === 'none' ? [] : cellColumnsOf(programs);
  return searches.map((whole) => {
    const mode = modeOf(systems, whole.assignment);
    const cells = mode === null ? [] : cellsOf(whole.pool, columns);
    if (mode === null || cells.length < 2) return { whole, parts: [] };
    return { whole, parts: cells.map((pool) => ({ ...whole, pool, mode })) };
  });
}

/** What was found of parts holds of the whole, as far as the runs have shown. */
export function mayCompose({ original, plan }: Systems): boolean {
  return original.restless.size + plan.restless.size === 0 && !plan.clients.hasFailures;
}

/** The same for searches of the same runs. */
export function keyOf({ pool, assignment, firingMember, mode, point }: Search): string {
  const commands = pool.commands.map(
    ({ client, channel, fact, member }) => `${client} ${channel} ${keyOfFact(fact)} ${member}`,
  );
  return [mode, assignment.name, firingMember ?? '', point, pool.retries, ...commands].join('\n');
}

/** Null: the crash is one that parts can't be searched with. */
function modeOf({ plan }: Systems, { crash }: FaultAssignment): Search['mode'] | null {
  if (crash === null) return 'plain';
  const { target, origin } = crash;
  const isWhole = plan.engine.places.every(
    (place, process) => place.origin !== origin || target.processes.includes(process),
  );
  if (!isWhole) return target.how === 'restart' ? 'uncrashed' : null;
  return 'marked';
}
