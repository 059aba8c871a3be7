/** What an analysis says holds, holds in runs of random programs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Component } from '../../src/analysis/component.ts';
import { columnsOf } from '../../src/analysis/congruence.ts';
import { equationsOf, inferDependencies } from '../../src/analysis/dependencies.ts';
import { eventRelations } from '../../src/analysis/events.ts';
import { functional, functionalClause } from '../../src/analysis/functional.ts';
import { type DistributionPolicy, distributionPolicies } from '../../src/analysis/keys.ts';
import { clauseMonotonicity } from '../../src/analysis/monotone-relations.ts';
import { monotone } from '../../src/analysis/monotonicity.ts';
import { messagesFollowKey } from '../../src/analysis/repeats.ts';
import { stateMachine } from '../../src/analysis/state-machine.ts';
import { stutterInsensitive } from '../../src/analysis/stutter.ts';
import { settle, step } from '../../src/exec/node.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import type { Clause } from '../../src/ir/clause.ts';
import type { Program } from '../../src/ir/program.ts';
import { codeOf, printOutgoing, type Runner, runnerOf } from '../exec/role-runner.ts';
import { type Batches, randomBatches, randomProgram, withClauses } from './random-programs.ts';
import { whole } from './support.ts';

const relations = ['r0', 'r1'] as const;
const settings = { seed: 11, numRuns: 100 } as const;
/** Ticks without input after each batch. */
const pause = 3;

function newRunner(program: Program): Runner {
  return runnerOf(program, 'node', codeOf(program, 'node'));
}

/** Counts the runs in which there was something to check, so that no property holds of nothing. */
function checked(property: (program: Program, batches: Batches) => boolean, least: number): void {
  let count = 0;
  fc.assert(
    fc.property(randomProgram, randomBatches, (program, batches) => {
      if (property(program, batches)) count++;
    }),
    settings,
  );
  expect(count).toBeGreaterThan(least);
}

/** The facts of all relations in every tick, `pause` empty ticks after each batch. */
function history(program: Program, batches: Batches): readonly (readonly (readonly string[])[])[] {
  const runner = newRunner(program);
  return batches.flatMap((batch) =>
    [batch, ...Array.from({ length: pause }, () => [])].map((inputs) => {
      runner.tick(...inputs);
      return relations.map((name) => runner.facts(name));
    }),
  );
}

/** Columns of the printed facts of one relation: all values are small integers. */
function values(fact: string): readonly string[] {
  return fact.slice(1, -1).split(', ');
}

function expectFunction(facts: readonly string[], from: readonly number[], to: number): void {
  const seen = new Map<string, string | undefined>();
  for (const fact of facts.map(values)) {
    const key = from.map((index) => fact[index]).join();
    expect(seen.has(key) ? seen.get(key) : fact[to]).toBe(fact[to]);
    seen.set(key, fact[to]);
  }
}

test('inferred dependencies hold in each tick, and over time where it says so', () => {
  checked((program, batches) => {
    const dependencies = inferDependencies(program, 'environment');
    const ticks = history(program, batches);
    let found = 0;
    for (const [at, name] of relations.entries()) {
      const inTick = equationsOf(dependencies, 'node', name, 'tick');
      for (const { column, term } of inTick) {
        found++;
        for (const tick of ticks) expectFunction(tick[at] ?? [], columnsOf(term), column);
      }
      for (const { column, term } of equationsOf(dependencies, 'node', name, 'ever')) {
        const all = ticks.flatMap((tick) => tick[at] ?? []);
        expectFunction([...new Set(all)], columnsOf(term), column);
      }
    }
    return found > 0;
  }, 40);
});

test('events hold only in ticks with input', () => {
  checked((program, batches) => {
    const events = eventRelations(whole(program));
    const ticks = history(program, batches);
    for (const [index, tick] of ticks.entries()) {
      if (index % (pause + 1) === 0) continue;
      for (const [at, name] of relations.entries())
        if (events.has(name)) expect(tick[at]).toEqual([]);
    }
    return relations.some((name) => events.has(name));
  }, 40);
});

test('what is stutter-insensitive settles', () => {
  checked((program, batches) => {
    if (stutterInsensitive(whole(program)).kind !== 'holds') return false;
    const code = codeOf(program, 'node');
    let state = newRunner(program).state;
    for (const batch of batches) {
      const result = settle(code, state, batch);
      expect(result.kind).toBe('settled');
      if (result.kind === 'settled') state = result.state;
    }
    return true;
  }, 40);
});

test('ticks in between make no difference to a state machine', () => {
  checked((program, batches) => {
    if (stateMachine(whole(program)).kind !== 'holds') return false;
    const [dense, spaced] = [newRunner(program), newRunner(program)];
    for (const batch of batches) {
      expect(spaced.tick(...batch)).toEqual(dense.tick(...batch));
      expect(spaced.tick()).toEqual([]);
    }
    return true;
  }, 20);
});

test('a functional role answers a batch as it answers its facts one by one', () => {
  checked((random, batches) => {
    const isPerFact = (clause: Clause): boolean =>
      functionalClause(whole(random), clause).kind === 'holds';
    const program = withClauses(random, isPerFact);
    if (functional(whole(program)).kind !== 'holds') return false;
    const together = newRunner(program);
    const alone = newRunner(program);
    for (const batch of batches) {
      const answers = together.settle(...batch);
      const single = batch.flatMap((each) => alone.settle(each));
      expect([...new Set(answers)].sort()).toEqual([...new Set(single)].sort());
    }
    return true;
  }, 10);
});

test('more input gives a monotone role no less output', () => {
  checked((random, batches) => {
    const reasons = clauseMonotonicity(whole(random));
    const program = withClauses(random, ({ id }) => reasons.get(id)?.length === 0);
    if (monotone(whole(program)).finding.kind !== 'holds') return false;
    const [first = []] = batches;
    const few = newRunner(program).tick(...first);
    const many = newRunner(program).tick(...batches.flat());
    for (const message of few) expect(many).toContain(message);
    return true;
  }, 20);
});

/** The program, and what is left of it without one of its clauses. */
function variants(program: Program): readonly Program[] {
  const { clauses } = whole(program);
  return [program, ...clauses.map((left) => withClauses(program, (clause) => clause !== left))];
}

/** Clients see first arrivals; where messages carry the key, not even a repetition is added. */
function expectSharing(program: Program, policy: DistributionPolicy, batches: Batches): void {
  const one = newRunner(program);
  const shards = [newRunner(program), newRunner(program)];
  const shardOf = (input: NodeInput): number => {
    if (input.kind !== 'message') return 0;
    const key = policy[input.channel] ?? [];
    return key.reduce((sum, column) => sum + Number(input.fact[column]), 0) % 2;
  };
  const dependencies = inferDependencies(program, 'environment');
  const exact = messagesFollowKey(asBags(program), policy, dependencies).kind === 'holds';
  const seen = { whole: new Set<string>(), shared: new Set<string>() };
  for (const batch of batches) {
    const shared = shards.flatMap((shard, index) => {
      const mine = batch.filter((input) => shardOf(input) === index);
      return mine.length === 0 ? [] : shard.settle(...mine);
    });
    const said = one.settle(...batch);
    if (exact) expect([...shared].sort()).toEqual([...said].sort());
    for (const message of shared) seen.shared.add(message);
    for (const message of said) seen.whole.add(message);
    expect([...seen.shared].sort()).toEqual([...seen.whole].sort());
  }
}

/** The role of the program, with clients that count what they get. */
function asBags(program: Program): Component {
  const flags = { lossy: false, duplicating: false, ordered: false, bag: true };
  const channels = program.channels.map((channel) => ({ ...channel, flags }));
  return whole({ ...program, channels });
}

test('processes that share the facts by a key say together what one process says', () => {
  checked((random, batches) => {
    let found = 0;
    for (const program of variants(random)) {
      const component = whole(program);
      if (stutterInsensitive(component).kind !== 'holds') continue;
      const dependencies = inferDependencies(program, 'environment');
      const { policies } = distributionPolicies(component, dependencies);
      for (const policy of policies.slice(0, 3)) expectSharing(program, policy, batches);
      found += policies.length;
    }
    return found > 0;
  }, 40);
});

test('the runs of these tests are of the compiled program', () => {
  const [program] = fc.sample(randomProgram, { seed: 11, numRuns: 1 });
  if (program === undefined) return;
  const code = codeOf(program, 'node');
  const stepped = step(code, newRunner(program).state, []);
  expect(stepped.kind).toBe('stepped');
  if (stepped.kind === 'stepped') expect(stepped.outbox.map(printOutgoing)).toEqual([]);
});
