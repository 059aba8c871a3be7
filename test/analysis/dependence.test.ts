import { expect, test } from 'vitest';
import { interfaceOf } from '../../src/analysis/component.ts';
import {
  dependenceEdges,
  independent,
  mutuallyIndependent,
} from '../../src/analysis/dependence.ts';
import { node, part, protocol } from './support.ts';

const voting = protocol('voting');
const asking = part(voting, 'leader', ['ask']);
const counting = part(voting, 'leader', ['votes', 'tally', 'done', 'reply']);

test('the interface of a part names what it takes from and gives to the rest', () => {
  expect(interfaceOf(counting)).toEqual({
    references: ['done', 'tally', 'vote', 'votes'],
    heads: ['done', 'reply', 'tally', 'votes'],
    inputs: ['vote'],
    outputs: ['reply'],
    hidden: ['done', 'tally', 'votes'],
  });
  expect(interfaceOf(part(voting, 'leader', ['tally'])).inputs).toEqual(['votes']);
  expect(interfaceOf(part(voting, 'leader', ['tally'])).outputs).toEqual(['tally']);
});

test('statics and members are no references', () => {
  expect(interfaceOf(asking).references).toEqual(['req']);
});

test('asking and counting votes are mutually independent', () => {
  expect(mutuallyIndependent(asking, counting)).toEqual({ kind: 'independent' });
});

test('independence is not symmetric', () => {
  const tally = part(voting, 'leader', ['tally']);
  const answer = part(voting, 'leader', ['reply']);
  const done = part(voting, 'leader', ['done']);
  expect(independent(done, answer)).toEqual({ kind: 'independent' });
  expect(independent(answer, done)).toEqual({ kind: 'dependent', shared: [], consumed: ['done'] });
  expect(mutuallyIndependent(tally, done)).toEqual({
    kind: 'dependent',
    shared: ['votes'],
    consumed: ['tally'],
  });
});

const shared = node(
  `relation s(x: int)
   timer t every 10
   persist s
   s(x) :+ in(x)
   o@c(x) :~ in(x), client(c)
   neg@c(x) :~ q(x), !s(x), client(c)
   left@c() :~ t(), client(c)
   right@c(x) :~ t(), s(x), client(c)`,
  `channel in(x: int): client -> node
   channel q(x: int): client -> node
   channel o(x: int): node -> client
   channel neg(x: int): node -> client
   channel left(): node -> client
   channel right(x: int): node -> client`,
);

test('an input that both read makes them dependent, though neither reads an output of the other', () => {
  const echo = part(shared, 'node', ['o']);
  const state = part(shared, 'node', ['s', 'neg']);
  expect(mutuallyIndependent(echo, state)).toEqual({
    kind: 'dependent',
    shared: ['in'],
    consumed: [],
  });
});

test('a timer is a reference', () => {
  const verdict = mutuallyIndependent(
    part(shared, 'node', ['left']),
    part(shared, 'node', ['right']),
  );
  expect(verdict).toEqual({ kind: 'dependent', shared: ['t'], consumed: [] });
});

test('edges say how a relation is read', () => {
  const edges = dependenceEdges(counting).map(
    ({ reader, read, mode }) => `${reader} ${mode} ${read}`,
  );
  expect(edges).toEqual([
    'votes positive vote',
    'votes positive votes',
    'votes negated done',
    'tally aggregate votes',
    'done positive tally',
    'done positive votes',
    'reply positive done',
  ]);
});
