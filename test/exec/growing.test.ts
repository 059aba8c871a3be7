import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialState, step } from '../../src/exec/node.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { NaiveNode } from './naive-node.ts';
import { codeOf, programOf } from './role-runner.ts';

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

test.each([1, 4, 24])('relations that grow are brought up to date, from %d facts on', (from) => {
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n', { limits: { incrementalFrom: from } });
  const property = fc.property(fc.array(inputs, { minLength: 5, maxLength: 16 }), (ticks) => {
    const naive = new NaiveNode(program, role, 0, () => 1);
    let state = initialState(code, 0);
    for (const batch of ticks) {
      const messages = batch.map(({ name: channel, fact }) => ({
        kind: 'message' as const,
        channel,
        fact,
      }));
      const result = step(code, state, messages);
      if (result.kind === 'fault') throw new Error(result.fault.message);
      state = result.state;
      const expected = naive.tick(batch);
      for (const { name } of role.relations) {
        const facts = [...(state.memo?.slots[code.names.indexOf(name)]?.values() ?? [])];
        const texts = facts.sort(compareFacts).map(keyOfFact);
        expect([name, ...texts]).toEqual([name, ...expected.facts(name).map(keyOfFact)]);
      }
      const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
      expect(sent.sort()).toEqual(expected.sent);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 20 });
});
