import { expect, test } from 'vitest';
import { ephemeralRelations, stutterInsensitive } from '../../src/analysis/stutter.ts';
import { node, protocol, told, whole } from './support.ts';

const channels = `channel put(x: int): client -> node
  channel q(x: int): client -> node
  channel out(x: int, n: int): node -> client
  channel hit(x: int): node -> client`;

function judge(members: string): readonly string[] {
  return told(stutterInsensitive(whole(node(members, channels))));
}

test('a relation that counts ticks shows how many there were', () => {
  expect(
    judge(`relation s(k: int, n: int)\ns(k, 0) :- put(k)\ns(k, n + 1) :+ s(k, n)
      out@c(k, n) :~ q(k), s(k, n), client(c)`),
  ).toEqual(['counts-ticks: s']);
});

test('so do two that hand a fact to and fro', () => {
  expect(
    judge('relation a(x: int)\nrelation b(x: int)\na(x) :- put(x)\nb(x) :+ a(x)\na(x) :+ b(x)'),
  ).toEqual(['counts-ticks: a b']);
});

test('a fact of one tick must not meet an input', () => {
  const l = 'relation l(x: int)\nl(x) :+ put(x)\n';
  expect(judge(`${l}hit@c(x) :~ l(x), q(x), client(c)`)).toEqual(['ephemeral: l']);
  expect(judge(`${l}hit@c(x) :~ l(x), client(c)`)).toEqual(['holds']);
});

test('nor may what is derived from one', () => {
  const members = `relation l(x: int)\nrelation m(x: int)\nl(x) :+ put(x)\nm(x) :- l(x)
    hit@c(x) :~ m(x), q(x), client(c)`;
  expect(judge(members)).toEqual(['ephemeral: m']);
  expect([...ephemeralRelations(whole(node(members, channels)))]).toEqual(['l', 'm']);
});

test('what is kept, wholly or in part, comes to rest', () => {
  const kept = 'relation r(x: int)\nr(x) :+ put(x)\n';
  expect(judge(`${kept}persist r\nhit@c(x) :~ r(x), q(x), client(c)`)).toEqual(['holds']);
  expect(judge(`${kept}persist r(x) until q(x)\nhit@c(x) :~ r(x), q(x), client(c)`)).toEqual([
    'holds',
  ]);
});

test('a relation may be kept through a part of itself', () => {
  expect(
    judge(`relation r(x: int)\nrelation live(x: int)\nr(x) :+ put(x)\nlive(x) :- r(x), !q(x)
      r(x) :+ live(x)\nhit@c(x) :~ r(x), q(x), client(c)`),
  ).toEqual(['holds']);
});

test('what is filled from state anew in each tick is state', () => {
  expect(
    judge(`relation r(x: int)\nrelation copy(x: int)\nr(x) :- put(x)\npersist r\ncopy(x) :+ r(x)
      hit@c(x) :~ copy(x), q(x), client(c)`),
  ).toEqual(['holds']);
});

test('a cycle that stops under a condition is a question', () => {
  expect(judge('relation s(n: int)\ns(x) :- put(x)\ns(n + 1) :+ s(n), n < 10')).toEqual([
    'settles? s',
  ]);
});

test('the protocols that are to be split are insensitive', () => {
  for (const [name, role] of [
    ['voting', 'leader'],
    ['2pc', 'coordinator'],
    ['2pc', 'participant'],
    ['kvs', 'server'],
    ['paxos', 'acceptor'],
    ['verified-kvs', 'storage'],
  ] as const) {
    expect([name, role, ...told(stutterInsensitive(whole(protocol(name), role)))]).toEqual([
      name,
      role,
      'holds',
    ]);
  }
});
