/** The Paxos that compiled code is measured against gives right answers: else it would be no measure. */
import { expect, test } from 'vitest';
import { handwritten } from '../../bench/handwritten/process.ts';
import { type Recorded, recordInputs } from '../../bench/recorded-inputs.ts';
import { Prng } from '../../src/base/prng.ts';
import type { Outgoing } from '../../src/exec/node-state.ts';
import { keyOfFact } from '../../src/exec/value.ts';
import { Machine, type MakeReactive, type Reactive } from '../../src/runtime/machine.ts';
import type { History } from '../../src/sim/history.ts';
import { checkLinearizable } from '../../src/sim/judge/linearizability.ts';
import { observedOperations } from '../../src/sim/judge/observed-history.ts';
import { shipped } from '../support/protocols.ts';
import { HostileWorld } from './hostile-world.ts';

const program = shipped('paxos');
const compiled: MakeReactive = (code, me, recovered) => new Machine(code, me, recovered);

/** What a leader does with inputs, wake-up by wake-up. */
function sentBy(
  make: MakeReactive,
  { process, wakeUps }: Recorded,
): readonly (readonly string[])[] {
  const machine: Reactive = make(process.code, process.member, null);
  const textOf = ({ channel, destination, fact }: Outgoing): string =>
    `${channel}@${destination} ${keyOfFact(fact)}`;
  return wakeUps.map((inputs) =>
    machine
      .react(inputs)
      .ticks.flatMap(({ outbox }) => outbox.map(textOf))
      .sort(),
  );
}

function answersOf(history: History): readonly string[] {
  return history
    .filter(({ kind, command }) => kind === 'recv' && command !== null)
    .map(({ client, channel, fact }) => `${client} ${channel} ${keyOfFact(fact)}`);
}

function verdictOn(history: History): string {
  if (program.history === null) throw new Error('Paxos says what its history means');
  return checkLinearizable(observedOperations(history, program.history)).kind;
}

test('a sequential workload is answered as by the compiled program, and the leader sends the same', () => {
  const options = { role: 'proposer', commands: 300, clients: 1 };
  const ours = recordInputs(program, { ...options, make: handwritten });
  const theirs = recordInputs(program, options);
  expect(answersOf(ours.history)).toHaveLength(300);
  expect(answersOf(ours.history)).toEqual(answersOf(theirs.history));
  expect(sentBy(handwritten, theirs)).toEqual(sentBy(compiled, theirs));
});

test('concurrent clients see one store', () => {
  const { history } = recordInputs(program, {
    role: 'proposer',
    commands: 400,
    clients: 8,
    make: handwritten,
  });
  expect(answersOf(history)).toHaveLength(400);
  expect(verdictOn(history)).toBe('linearizable');
});

test.each([1, 2, 3, 4, 5, 6])(
  'lost, doubled and late messages, and restarts, with seed %i',
  (seed) => {
    const world = new HostileWorld(program, handwritten, Prng.fromSeed(seed));
    world.run({ clients: 4, commands: 120, steps: 400_000 });
    expect(answersOf(world.history)).toHaveLength(120);
    expect(verdictOn(world.history)).toBe('linearizable');
    expect(world.restarts).toBeGreaterThan(3);
  },
);

test('an acceptor that forgets what it promised is caught', () => {
  const forgets: MakeReactive = (code, me, recovered) =>
    handwritten(code, me, code.role === 'acceptor' ? null : recovered);
  const verdicts = Array.from({ length: 16 }, (_, seed) => {
    const world = new HostileWorld(program, forgets, Prng.fromSeed(seed));
    world.run({ clients: 4, commands: 120, steps: 100_000 });
    return verdictOn(world.history);
  });
  expect(verdicts).toContain('violated');
});
