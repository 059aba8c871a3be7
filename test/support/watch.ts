/** Runs of the simulator with what a test asks about them. */
import { defined } from '../../src/base/assert.ts';
import type { Program } from '../../src/ir/program.ts';
import type { History } from '../../src/sim/history.ts';
import type { ClientOperation } from '../../src/sim/judge/client-history.ts';
import { observedOperations } from '../../src/sim/judge/observed-history.ts';
import {
  defaultSimulationOptions,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from '../../src/sim/simulate.ts';

export interface Watched extends SimulationResult {
  readonly violated: readonly string[];
  /** `replica:1.cell` -> the facts it held after the last tick of its process. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Relations that ever held a fact, by process: `proposer:1.leading`. */
  readonly held: ReadonlySet<string>;
}

export function watch(program: Program, options: Partial<SimulationOptions>): Watched {
  const sizes = new Map<string, number>();
  const held = new Set<string>();
  const result = simulate(program, {
    ...defaultSimulationOptions,
    ...options,
    onTick: (process, machine) => {
      const { names, relationCount } = process.code;
      for (const [slot, name] of names.entries()) {
        if (slot >= relationCount) break;
        const key = `${process.name}.${name}`;
        sizes.set(key, machine.carriedCount(slot));
        if (machine.count(slot) > 0) held.add(key);
      }
    },
  });
  const violated = result.invariants
    .filter(({ verdict }) => verdict === 'violated')
    .map(({ name }) => name);
  return { ...result, violated, sizes, held };
}

export function operationsOf(program: Program, history: History): readonly ClientOperation[] {
  return observedOperations(history, defined(program.history, 'the program declares a history'));
}
