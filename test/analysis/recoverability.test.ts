import { expect, test } from 'vitest';
import { recoverable } from '../../src/analysis/recoverability.ts';
import { node, part, protocol, told, whole } from './support.ts';

const channels = `channel in(x: int): client -> node
  channel get(x: int): client -> node
  channel out(x: int): node -> client`;

function judge(members: string): readonly string[] {
  return told(recoverable(whole(node(members, channels))));
}

test('a store in memory is lost', () => {
  const store = 'relation a(x: int)\na(x) :- in(x)\npersist a\nout@c(x) :~ get(x), a(x), client(c)';
  expect(judge(store)).toEqual(['not-durable: a']);
  expect(judge(`durable ${store}`)).toEqual(['holds']);
});

test('a part without state has nothing to lose', () => {
  expect(judge('out@c(x) :~ in(x), client(c)')).toEqual(['holds']);
  expect(told(recoverable(part(protocol('voting'), 'leader', ['ask'])))).toEqual(['holds']);
});

test('what is derived from disk alone is rebuilt', () => {
  const disk =
    'durable relation d(x: int)\nrelation r(x: int)\nd(x) :- in(x)\npersist d\npersist r\n';
  expect(judge(`${disk}r(x) :- d(x)`)).toEqual(['holds']);
  expect(judge(`${disk}r(x) :+ stable d(x)`)).toEqual(['holds']);
  expect(judge(`${disk}r(x) :- d(x), get(x)`)).toEqual(['not-durable: r']);
});

test('what lives for a tick is lost as its message is', () => {
  expect(judge('relation l(x: int)\nl(x) :+ in(x)\nout@c(x) :~ l(x), client(c)')).toEqual([
    'holds',
  ]);
});

test('waiting for a time-out is state of the part that waits', () => {
  const program = node(
    'relation r(x: int)\nr(x) :- in(x)\npersist r\nout@c(x) :~ after 50 since r(x), client(c)',
    channels,
  );
  expect(told(recoverable(part(program, 'node', ['out'])))).toEqual(['not-durable: r']);
});

test('only the coordinator of the published flow forgets votes', () => {
  const program = protocol('2pc');
  expect(told(recoverable(whole(program, 'participant')))).toEqual(['holds']);
  expect(told(recoverable(whole(program, 'coordinator')))).toEqual([
    'not-durable: votes',
    'not-durable: acks',
  ]);
});
