import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { NaiveNode } from './naive-node.ts';
import { codeOf, programOf } from './role-runner.ts';
import { stateKey } from './state-key.ts';

/** Every way in which a clause can be brought up to date: over relations that only grow, and some that shrink. */
const program = programOf(`
role sink { relation got(x: int, y: int)
  got(x, y) :- all(x, y) }
role n {
  relation edge(x: int, y: int)
  relation gone(x: int)
  durable relation kept(x: int, y: int)
  relation pair(x: int, y: int)
  relation reach(x: int, y: int)
  relation size(n: int, x: int)
  relation top(x: int, y: int)
  relation total(n: int)
  relation best(x: int, y: max<int>)
  relation live(x: int, y: int)

  edge(x, y) :- add(x, y)
  persist edge
  gone(x) :- drop(x)
  persist gone
  kept(x, y) :- edge(x, y), x <= y
  persist kept
  pair(x, z) :- edge(x, y), edge(y, z)
  reach(x, y) :- edge(x, y)
  reach(x, z) :- reach(x, y), edge(y, z)
  size(count<y>, x) :- edge(x, y)
  top(max<x, y>) :- edge(x, y), !gone(x)
  total(sum<x, y>) :- kept(x, y)
  best(x, y) :- edge(x, y)
  live(x, y) :- add(x, y)
  persist live(x, y) until drop(x)

  all@s(x, y) :~ edge(x, y), sink(s)
  all@s(x + 10, y) :~ stable kept(x, y), sink(s)
  all@s(x + 20, y) :~ pair(x, y), size(1, x), sink(s)
  all@s(x + 30, y) :~ live(x, y), sink(s), !gone(y)
  all@s(x + 40, max<y>) :~ edge(x, y), sink(s)
  all@s(x + 50, y) :~ best(x, y), sink(s)
}
channel add(x: int, y: int): sink -> n
channel drop(x: int): sink -> n
channel all(x: int, y: int): n -> sink
`);

const number = fc.integer({ min: 0, max: 5 });
const add = fc.tuple(number, number).map((fact) => ({ name: 'add', fact }));
const drop = fc.tuple(number).map((fact) => ({ name: 'drop', fact }));
const inputs = fc.array(fc.oneof({ weight: 6, arbitrary: add }, { weight: 1, arbitrary: drop }), {
  maxLength: 3,
});

test('relations that grow and shrink are brought up to date', () => {
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n');
  const property = fc.property(fc.array(inputs, { minLength: 5, maxLength: 16 }), (ticks) => {
    const naive = new NaiveNode(program, role, 0, () => 1);
    const machine = new Machine(code, 0);
    for (const batch of ticks) {
      const messages = batch.map(({ name: channel, fact }) => ({
        kind: 'message' as const,
        channel,
        fact,
      }));
      const result = machine.tick(messages);
      if (result.kind === 'fault') throw new Error(result.fault.message);
      const expected = naive.tick(batch);
      for (const { name } of role.relations) {
        const facts = machine.facts(code.names.indexOf(name));
        const texts = facts.toSorted(compareFacts).map(keyOfFact);
        expect([name, ...texts]).toEqual([name, ...expected.facts(name).map(keyOfFact)]);
      }
      const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
      expect(sent.sort()).toEqual(expected.sent);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 40 });
});

test('thousands of facts: a machine that went all the way is at the state of one that is filled at once', () => {
  const code = codeOf(program, 'n');
  const machine = new Machine(code, 0);
  for (let x = 0; x < 1500; x++) {
    const chain: NodeInput[] = [{ kind: 'message', channel: 'add', fact: [3 * x, 3 * x + 1] }];
    if (x % 2 === 0) chain.push({ kind: 'message', channel: 'add', fact: [3 * x + 1, 3 * x + 2] });
    if (x % 7 === 3) chain.push({ kind: 'message', channel: 'drop', fact: [3 * (x - 2)] });
    const result = machine.tick(chain);
    expect(result.kind).toBe('ticked');
    while (!machine.settled) machine.tick([]);
  }
  const filled = new Machine(code, 0);
  filled.load(machine.save());
  filled.tick([]);
  for (const [slot, name] of code.names.entries()) {
    const texts = (m: Machine): readonly string[] => m.facts(slot).map(keyOfFact).sort();
    expect([name, ...texts(machine)]).toEqual([name, ...texts(filled)]);
  }
  expect(stateKey(filled.save())).toBe(stateKey(machine.save()));
});
