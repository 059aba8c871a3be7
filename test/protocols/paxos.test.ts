import { expect, test } from 'vitest';
import type { Program } from '../../src/ir/program.ts';
import { defaultFaultRates } from '../../src/sim/faults.ts';
import { checkLinearizable } from '../../src/sim/judge/linearizability.ts';
import {
  defaultSimulationOptions,
  type SimulationOptions,
  simulate,
} from '../../src/sim/simulate.ts';
import { shipped } from '../support/protocols.ts';
import { operationsOf, watch } from '../support/watch.ts';

const paxos = shipped('paxos');

interface Term {
  readonly proposer: number;
  /** Answers that clients had got when it was first seen to lead. */
  readonly answersBefore: number;
}

/** Who led, in the order in which each began to. */
function terms(
  program: Program,
  options: Partial<SimulationOptions>,
): {
  readonly terms: readonly Term[];
  readonly result: ReturnType<typeof simulate>;
} {
  const found: Term[] = [];
  let answers = 0;
  const result = simulate(program, {
    ...defaultSimulationOptions,
    ...options,
    onTick: (process, machine) => {
      const facts = (name: string): number => machine.count(process.code.names.indexOf(name));
      if (process.role === 'replica') answers = Math.max(answers, facts('session'));
      if (process.role !== 'proposer' || facts('reconciles') === 0) return;
      found.push({ proposer: process.member, answersBefore: answers });
    },
  });
  return { terms: found, result };
}

// A slow network makes runs long in simulated time, so that faults meet commands.
const slow = { ...defaultFaultRates, delayUs: 10_000, lastsUs: 500_000, eachMax: 12 };

/** Another proposer than the first one began to lead after clients had been answered. */
function isHandedOver(found: readonly Term[]): boolean {
  const [first] = found;
  return found.some((term) => term.proposer !== first?.proposer && term.answersBefore > 0);
}

test('the leader changes, and commands are answered before and after', () => {
  const changed = [0, 1, 3, 4, 5, 6].filter((seed) => {
    const faults = ['restart', 'partition'] as const;
    const rates = { ...slow, betweenUs: 150_000 };
    const run = terms(paxos, { seed, commands: 80, clients: 3, faults, rates });
    expect({ seed, stop: run.result.stop }).toEqual({ seed, stop: 'done' });
    expect(run.result.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    const operations = operationsOf(paxos, run.result.history);
    expect(checkLinearizable(operations)).toMatchObject({ kind: 'linearizable' });
    return isHandedOver(run.terms);
  });
  expect(changed.length).toBeGreaterThan(1);
});

test('a leader that is gone for good is replaced, and no answered command is lost', () => {
  // One member of eight crashes for ever: in some seeds it is the proposer that leads.
  const replaced = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((seed) => {
    const rates = { ...slow, betweenUs: 1_000_000 };
    const faults = ['crash', 'loss'] as const;
    const run = terms(paxos, { seed, commands: 60, clients: 3, faults, rates });
    expect({ seed, stop: run.result.stop }).toEqual({ seed, stop: 'done' });
    const operations = operationsOf(paxos, run.result.history);
    expect(checkLinearizable(operations)).toMatchObject({ kind: 'linearizable' });
    return run.result.figures.crashes > 0 && isHandedOver(run.terms);
  });
  expect(replaced.length).toBeGreaterThan(0);
});

test('with f = 2 it outlives two members', () => {
  const program = shipped('paxos', { set: { f: 2 } });
  for (const seed of [1, 2]) {
    const rates = { ...defaultFaultRates, betweenUs: 300_000 };
    const run = watch(program, { seed, commands: 60, faults: ['crash', 'loss'], rates });
    expect({ seed, stop: run.stop, violated: run.violated }).toEqual({
      seed,
      stop: 'done',
      violated: [],
    });
    expect(run.figures.crashes).toBeGreaterThan(0);
  }
});

test('nothing that a member holds grows with history', () => {
  const run = watch(paxos, { seed: 5, commands: 400, faults: ['loss'] });
  expect(run.stop).toBe('done');
  for (const [relation, size] of run.sizes) {
    // The store has 100 keys; everything else is bounded by what is on its way.
    const bound = relation.endsWith('.cell') ? 100 : 40;
    expect({ relation, size: Math.min(size, bound) }).toEqual({ relation, size });
  }
});

test('a replica that is behind the watermark takes over the state of another one', () => {
  const rates = { ...slow, betweenUs: 150_000 };
  const installed = [0, 4, 5].filter((seed) => {
    const run = watch(paxos, { seed, commands: 80, clients: 3, faults: ['restart'], rates });
    expect({ seed, stop: run.stop, violated: run.violated }).toEqual({
      seed,
      stop: 'done',
      violated: [],
    });
    return [0, 1, 2].some((replica) => run.held.has(`replica:${replica}.install`));
  });
  expect(installed.length).toBeGreaterThan(0);
});

test('a new leader fills holes with no-ops', () => {
  const rates = { ...defaultFaultRates, loss: 0.3, betweenUs: 200_000, eachMax: 12 };
  const filled = Array.from({ length: 16 }, (_, at) => at).find((seed) => {
    const run = watch(paxos, { seed, commands: 40, faults: ['loss', 'restart'], rates });
    expect({ seed, violated: run.violated }).toEqual({ seed, violated: [] });
    return run.held.has('proposer:0.hole') || run.held.has('proposer:1.hole');
  });
  expect(filled).toBeDefined();
});
