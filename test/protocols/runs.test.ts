import { expect, test } from 'vitest';
import type { FaultName } from '../../src/sim/faults.ts';
import { checkLinearizable } from '../../src/sim/judge/linearizability.ts';
import { shipped, shippedNames } from '../support/protocols.ts';
import { operationsOf, watch } from '../support/watch.ts';

const network: readonly FaultName[] = ['loss', 'duplicate', 'reorder'];
const seeds = [0, 1];

/** What each program promises beside its invariants: under which faults every command is answered. */
const answers: Readonly<Record<string, readonly FaultName[]>> = {
  '2pc': ['duplicate', 'reorder'],
  '2pc-recovery': [...network, 'restart', 'partition'],
  'blob-store': [...network, 'restart', 'partition'],
  kvs: network,
  paxos: [...network, 'crash', 'restart', 'partition'],
  quota: [...network, 'partition'],
  tickets: network,
  'verified-kvs': [...network, 'partition'],
  voting: ['duplicate', 'reorder'],
};

/** Under which the invariants hold. */
const safeUnder: readonly FaultName[] = [...network, 'partition', 'crash', 'restart'];

const promised = shippedNames().filter((name) => name in answers);

test('every program that is listed here is shipped', () => {
  expect(promised).toHaveLength(Object.keys(answers).length);
});

test.each(promised)('%s answers every command of a quiet world', (name) => {
  for (const seed of seeds) {
    const run = watch(shipped(name), { seed, commands: 60 });
    expect({ seed, fault: run.fault, stop: run.stop, violated: run.violated }).toEqual({
      seed,
      fault: null,
      stop: 'done',
      violated: [],
    });
    expect(run.figures.answered).toBe(60);
  }
});

test.each(promised)('%s answers every command under the faults it is made for', (name) => {
  for (const seed of seeds) {
    const run = watch(shipped(name), { seed, commands: 40, faults: answers[name] ?? [] });
    expect({ seed, fault: run.fault, stop: run.stop, violated: run.violated }).toEqual({
      seed,
      fault: null,
      stop: 'done',
      violated: [],
    });
  }
});

test.each(promised)('%s keeps its invariants under every fault', (name) => {
  for (const seed of seeds) {
    const run = watch(shipped(name), { seed, commands: 30, faults: safeUnder });
    expect({ seed, fault: run.fault, violated: run.violated }).toEqual({
      seed,
      fault: null,
      violated: [],
    });
  }
});

test.each(['kvs', 'paxos'])('%s is linearizable under the faults it is made for', (name) => {
  const program = shipped(name);
  for (const seed of seeds) {
    const { history } = watch(program, { seed, commands: 80, faults: answers[name] ?? [] });
    const operations = operationsOf(program, history);
    expect(operations.length).toBeGreaterThan(60);
    expect({ seed, ...checkLinearizable(operations) }).toMatchObject({
      seed,
      kind: 'linearizable',
    });
  }
});

test('a store that isn’t durable isn’t linearizable once it has restarted', () => {
  const program = shipped('kvs');
  const found = [0, 1, 2, 3, 4, 5, 6, 7].find((seed) => {
    const { history } = watch(program, { seed, commands: 400, faults: ['restart'] });
    return checkLinearizable(operationsOf(program, history)).kind === 'violated';
  });
  expect(found).toBeDefined();
});

test('two-phase commit commits and aborts, and participants vote differently', () => {
  const run = watch(shipped('2pc'), { seed: 1, commands: 100 });
  const answered = run.history.filter(({ kind }) => kind === 'recv').map(({ fact }) => fact[2]);
  expect(new Set(answered)).toEqual(new Set([true, false]));
  expect(answered.filter((ok) => ok === true).length).toBeGreaterThan(60);
});

test('a lost message stalls a command of two-phase commit without recovery, and nothing else', () => {
  const run = watch(shipped('2pc'), { seed: 1, commands: 40, faults: ['loss'] });
  expect(run.stop).toBe('stuck');
  expect(run.violated).toEqual([]);
});
