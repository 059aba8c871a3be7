/** A message that comes twice in a tick is one fact, whichever way its table is kept. */
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import { keyOfFact } from '../../src/exec/value.ts';
import { codeOf, programOf } from './role-runner.ts';

const program = programOf(`
role other external
role n {
  relation seen(x: int)
  relation ranked(x: int, at: int)
  relation many(k: int)
  seen(x) :- listed(x)
  persist seen
  ranked(x, index<x>) :- listed(x)
  many(count<x>) :- counted(x)
  place@o(x, at) :~ ranked(x, at), other(o)
  echo@o(x) :~ sent(x), other(o)
  echo@o(x) :~ sent(x), counted(x), other(o)
  size@o(k) :~ many(k), other(o)
}
channel listed(x: int): other -> n
channel counted(x: int): other -> n
channel sent(x: int): other -> n
channel place(x: int, at: int): n -> other
channel echo(x: int): n -> other
channel size(k: int): n -> other
`);

test.each([
  ['listed', ['place@0 5,1', 'place@0 4,0', 'place@1 5,1', 'place@1 4,0']],
  ['counted', ['size@0 2', 'size@1 2']],
  ['sent', ['echo@0 4', 'echo@0 5', 'echo@1 4', 'echo@1 5']],
])('%s', (channel, expected) => {
  const code = codeOf(program, 'n');
  const machine = new Machine(code, 0);
  const inbox = [5, 4, 5, 4, 5].map((x) => ({ kind: 'message', channel, fact: [x] }) as const);
  const result = machine.tick(inbox);
  if (result.kind === 'fault') throw new Error(result.fault.message);
  const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
  expect(sent.toSorted()).toEqual(expected.toSorted());
  expect(machine.facts(code.names.indexOf(channel)).map(keyOfFact).sort()).toEqual(['4', '5']);
  expect(machine.count(code.names.indexOf(channel))).toBe(2);
});

test('a message without columns is there or not', () => {
  const nudged = programOf(`
role other external
role n {
  relation awake()
  awake() :- nudge()
  persist awake
  echo@o() :~ awake(), other(o)
}
channel nudge(): other -> n
channel echo(): n -> other
`);
  const machine = new Machine(codeOf(nudged, 'n'), 0);
  const nudge = { kind: 'message', channel: 'nudge', fact: [] } as const;
  const result = machine.tick([nudge, nudge]);
  expect(result.kind === 'ticked' && result.outbox.length).toBe(2);
});

test('two clauses that send the same in one tick send it once', () => {
  const machine = new Machine(codeOf(program, 'n'), 0);
  const inbox = ['sent', 'counted', 'sent'].map(
    (channel) => ({ kind: 'message', channel, fact: [7] }) as const,
  );
  const result = machine.tick(inbox);
  if (result.kind === 'fault') throw new Error(result.fault.message);
  const sent = result.outbox.filter((m) => m.channel === 'echo').map((m) => m.destination);
  expect(sent.toSorted()).toEqual([0, 1]);
});
