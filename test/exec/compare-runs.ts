/** A role of a text against the meaning written a second time, tick by tick. */
import { expect } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import type { NodeInput, NodeState } from '../../src/exec/node-state.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { memberCount } from '../../src/sim/deployment.ts';
import { NaiveNode } from './naive-node.ts';
import { codeOf, programOf } from './role-runner.ts';
import { stateKey } from './state-key.ts';

/** A channel and the integers of a message on it. */
export type ChannelInput = readonly [channel: string, ...fact: readonly number[]];

/** The role `n`: what it holds and sends, in place and from its states. */
export function compareRuns(text: string, runs: readonly (readonly ChannelInput[])[]): void {
  const program = programOf(text);
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n');
  const naive = new NaiveNode(program, role, 0, (name) => memberCount(program, name, 2));
  const machine = new Machine(code, 0);
  for (const inputs of runs) {
    const inbox = inputs.map(
      ([channel, ...fact]): NodeInput => ({ kind: 'message', channel, fact }),
    );
    const isQuiet = machine.settled && inbox.length === 0;
    const before: NodeState = machine.save();
    const result = machine.tick(inbox);
    if (result.kind === 'fault') throw new Error(result.fault.message);
    const expected = naive.tick(inputs.map(([name, ...fact]) => ({ name, fact })));
    const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
    expect(sent.sort()).toEqual(expected.sent);
    if (isQuiet) expect(stateKey(machine.save())).toBe(stateKey(before));
    for (const { name } of role.relations) {
      const facts = machine.facts(code.names.indexOf(name));
      const texts = facts.toSorted(compareFacts).map(keyOfFact);
      expect([name, ...texts]).toEqual([name, ...expected.facts(name).map(keyOfFact)]);
    }
    const other = new Machine(code, 0);
    other.load(before);
    other.tick(inbox);
    expect(stateKey(other.save())).toBe(stateKey(machine.save()));
  }
}
