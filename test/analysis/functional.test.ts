import { expect, test } from 'vitest';
import { functional } from '../../src/analysis/functional.ts';
import { node, part, protocol, told, whole } from './support.ts';

const channels = `channel in(x: int): client -> node
  channel stop(x: int): client -> node
  channel out(x: int): node -> client
  channel best(x: max<int>): client -> node`;

function judge(members: string): readonly string[] {
  return told(functional(whole(node(members, channels))));
}

test('a broadcast and a participant map facts one by one', () => {
  const voting = protocol('voting');
  expect(told(functional(part(voting, 'leader', ['ask'])))).toEqual(['holds']);
  expect(told(functional(whole(voting, 'participant')))).toEqual(['holds']);
});

test('a chain of steps, one of them a tick later, is functional', () => {
  expect(
    judge(`relation a(x: int)\nrelation b(x: int)\na(x + 1) :- in(x), x > 0\nb(x) :+ a(x)
      out@c(y) :~ b(x), y = hash(x), client(c)`),
  ).toEqual(['holds']);
});

test('absence needs what may still be on its way', () => {
  expect(judge('out@c(x) :~ in(x), !stop(x), client(c)')).toEqual([
    'negation: stop',
    'join: in stop',
  ]);
});

test('two facts need not arrive in one tick, not even two of one relation', () => {
  expect(judge('out@c(x) :~ in(x), stop(x), client(c)')).toEqual(['join: in stop']);
  expect(judge('out@c(x) :~ in(x), in(x + 1), client(c)')).toEqual(['join: in']);
});

test('groups and ranks are of a whole tick', () => {
  expect(judge('out@c(count<x>) :~ in(x), client(c)')).toEqual(['aggregate: out']);
  expect(judge('relation r(x: int, n: int)\nr(x, index<x>) :- in(x)')).toEqual(['index: r']);
});

test('lattice columns merge facts', () => {
  expect(judge('out@c(1) :~ best(x), x > 3, client(c)')).toEqual(['lattice: best']);
});

test('what is kept, on disk or there from the start is state', () => {
  expect(judge('relation r(x: int)\nr(x) :- in(x)\npersist r')).toEqual(['state: r']);
  expect(judge('durable relation r(x: int)\nr(x) :- in(x)')).toEqual(['state: r']);
  expect(judge('relation r(x: int)\ninit r(1)\nr(x) :- in(x)')).toEqual(['initial-fact: r']);
});

test('a cycle is not one step', () => {
  const cycle = 'relation a(x: int)\nrelation b(x: int)\na(x) :- in(x)\na(x) :- b(x)\nb(x) :- a(x)';
  expect(judge(cycle)).toEqual(['recursion: a b']);
});

test('a time-out belongs to where its facts are', () => {
  const program = node(
    'relation r(x: int)\nr(x) :- in(x)\npersist r\nout@c(x) :~ after 50 since r(x), client(c)',
    channels,
  );
  expect(told(functional(part(program, 'node', ['out'])))).toEqual(['timer: r']);
});
