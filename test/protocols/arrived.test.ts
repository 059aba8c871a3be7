/**
 * Why only a leader counts what arrives (`arrived .. leading()`): a leader that is rejected by a higher ballot, stands
 * again and gets a command, all in one tick, would carry its next slot into its new ballot, and lead with it before any
 * acceptor has promised anything. Random runs hardly ever put the three into one batch.
 */
import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import type { Fact } from '../../src/exec/value.ts';
import { makeEngine } from '../../src/sim/judge/engine.ts';
import { programOf, shippedSource } from '../support/protocols.ts';

const message = (channel: string, fact: Fact): NodeInput => ({ kind: 'message', channel, fact });
const check: NodeInput = { kind: 'timer', timer: 'check' };
const put = (id: number): NodeInput => message('put', [0, id, 0, `x${id}`]);

/** Elected with ballot 1, rejected for the sake of ballot 5 of the other proposer; what it sends on the last command. */
const batches: readonly (readonly NodeInput[])[] = [
  ...[[], [check], [check], [check]],
  ...[0, 1].map((acceptor) => [message('p1b', [acceptor, 0, 0, 0, 1, 0, 1])]),
  ...[[put(1)], [check], [check]],
  [message('p2b', [0, [0, 1, 0, 'x1'], 0, 0, 1, 1, 5]), check, put(2)],
  [put(3)],
];

function lastSent(from: string, to: string): ReadonlySet<string> {
  const { name, text } = shippedSource('paxos');
  expect(text).toContain(from);
  const program = programOf({ name, text: text.replace(from, to) });
  const engine = makeEngine(program, { functions: {}, clients: 1 });
  let state = engine.initial(0);
  let sent = new Set<string>();
  for (const batch of batches) {
    sent = new Set();
    let inbox = batch;
    do {
      const result = engine.step(0, state, inbox);
      if (result.kind === 'fault') throw new Error(result.fault.kind);
      state = result.state;
      for (const each of result.outbox) sent.add(each.channel);
      inbox = [];
    } while (!defined(state, 'a state').settled);
  }
  return sent;
}

const clause = 'arrived(count<x>) :- command(x), leading()';

test('a proposer that stands again passes commands on until it has heard of a quorum', () => {
  expect(lastSent(clause, clause)).toEqual(new Set(['relayed']));
});

test('if it counted commands while deposed, it would propose without a promise', () => {
  expect(lastSent(clause, 'arrived(count<x>) :- command(x)')).toEqual(new Set(['p2a']));
});
