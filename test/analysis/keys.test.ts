import { expect, test } from 'vitest';
import { inferDependencies } from '../../src/analysis/dependencies.ts';
import { distributionPolicies } from '../../src/analysis/keys.ts';
import { node, part, protocol, whole } from './support.ts';

const channels = `channel put(k: int, v: int): client -> node
  channel q(k: int): client -> node
  channel out(k: int, v: int): node -> client`;

function search(members: string): ReturnType<typeof distributionPolicies> {
  return distributionPolicies(whole(node(members, channels)));
}

function kinds(members: string): readonly string[] {
  return search(members).reasons.map((each) => `${each.kind}: ${each.relations.join(' ')}`);
}

test('the collector of votes goes by client, by command, or by both', () => {
  const collector = part(protocol('voting'), 'leader', ['votes', 'tally', 'done', 'reply']);
  expect(distributionPolicies(collector)).toEqual({
    policies: [
      { vote: [1], votes: [1], tally: [1], done: [0] },
      { vote: [2], votes: [2], tally: [2], done: [1] },
      { vote: [1, 2], votes: [1, 2], tally: [1, 2], done: [0, 1] },
    ],
    reasons: [],
  });
});

test('a relation that meets nothing may go by any column', () => {
  const { policies } = distributionPolicies(part(protocol('voting'), 'leader', ['ask']));
  expect(policies.slice(0, 3)).toEqual([{ req: [0] }, { req: [1] }, { req: [2] }]);
});

test('the put/get store goes by key only', () => {
  const { policies } = distributionPolicies(whole(protocol('kvs'), 'server'));
  expect(policies).toHaveLength(1);
  expect(policies[0]).toMatchObject({ put: [2], get: [2], cell: [0] });
});

test('joins, antijoins and groups all count as meeting', () => {
  const state = 'relation s(k: int, v: int)\ns(k, v) :- put(k, v)\npersist s\n';
  expect(search(`${state}out@c(k, v) :~ q(k), s(k, v), client(c)`).policies).toEqual([
    { put: [0], q: [0], s: [0] },
  ]);
  expect(search(`${state}out@c(k, 0) :~ q(k), !s(k, _), client(c)`).policies).toEqual([
    { put: [0], q: [0], s: [0] },
  ]);
  expect(kinds(`${state}out@c(k, 0) :~ q(k), !s(_, _), client(c)`)).toEqual(['no-common-key: q s']);
  expect(search(`${state}out@c(k, count<v>) :~ s(k, v), client(c)`).policies).toEqual([
    { put: [0], s: [0] },
  ]);
});

test('storage that compares hashes of values has no key among the columns', () => {
  const { policies, reasons } = distributionPolicies(whole(protocol('verified-kvs'), 'storage'));
  expect(policies).toEqual([]);
  expect(reasons.map((each) => each.kind)).toEqual(['no-common-key']);
});

test('a timer has no key, so nothing that it meets can be spread', () => {
  expect(
    kinds(`relation s(k: int)\ntimer t every 10\ns(k) :- put(k, _)\ns(k) :+ s(k), !t()
      out@c(k, 0) :~ t(), s(k), client(c)`),
  ).toEqual(['keyless: t']);
});

test('neither has a fact from the start, a rank, one group of all, or what every process knows', () => {
  expect(kinds('relation r(k: int)\ninit r(0)\nr(k) :+ r(k)')).toEqual(['keyless: r']);
  expect(kinds('relation r(k: int, n: int)\nr(k, index<k>) :- put(k, _)')).toEqual(['keyless: r']);
  expect(kinds('relation n(k: int)\nn(count<k>) :- put(k, _)')).toEqual(['keyless: n']);
  expect(kinds('out@c(1, 1) :~ client(c)')).toEqual(['keyless: out']);
  expect(kinds('relation b()\nb() :- put(_, _)\nout@c(1, 1) :~ b(), client(c)')).toEqual([
    'keyless: b',
  ]);
});

test('a default needs the atom that gives the groups on the same process', () => {
  const counted = (over: string): readonly string[] =>
    kinds(`relation s(k: int, v: int)\nrelation n(c: int, k: int)\ns(k, v) :- put(k, v)\npersist s
      n(count<v> default 0 over ${over}, k) :- ${over}, s(k, v)`);
  expect(counted('q(k)')).toEqual([]);
});

test('columns that dependencies make equal are one key', () => {
  const of = node(
    `relation s(k: int, h: int)\ns(k, hash(k)) :- put(k, _)\npersist s
     out@c(h, k) :~ q(h), s(k, h), client(c)`,
    channels,
  );
  expect(distributionPolicies(whole(of)).policies).toEqual([]);
  const copied = node(
    `relation s(k: int, h: int)\ns(k, k) :- put(k, _)\npersist s
     out@c(h, k) :~ q(h), s(k, h), client(c)`,
    channels,
  );
  expect(distributionPolicies(whole(copied)).policies).toContainEqual({ put: [0], q: [0], s: [0] });
});

test('one relation wanted by two keys has none', () => {
  expect(
    kinds(`relation s(k: int, v: int)\ns(k, v) :- put(k, v)\npersist s
      out@c(k, v) :~ q(k), s(k, v), client(c)\nout@c(k, v) :~ q(v), s(k, v), client(c)`),
  ).toEqual(['no-common-key: s']);
});

test('a search that is cut short says so', () => {
  const component = whole(protocol('kvs'), 'server');
  const limits = { policiesMax: 16, stepsMax: 2 };
  const found = distributionPolicies(component, inferDependencies(component.program), limits);
  expect(found.reasons.map((each) => each.kind)).toEqual(['search-limit']);
});
