import { expect, test } from 'vitest';
import { coordinationPoints } from '../../src/analysis/coordination.ts';
import { analyzeProgram } from '../../src/analysis/report.ts';
import { node, protocol, told } from './support.ts';

const voting = analyzeProgram(protocol('voting'));
const [leader, participant] = voting.roles;

test('clients have no clauses and no report', () => {
  expect(voting.roles.map((role) => role.name)).toEqual(['leader', 'participant']);
});

test('keys and dependencies of a relation, with their scope and what they rest on', () => {
  const votes = leader?.relations.find((relation) => relation.name === 'votes');
  expect(votes?.keys).toEqual([['src', 'c', 'id']]);
  expect(votes?.dependencies).toEqual([
    { from: ['src', 'c', 'id'], to: ['x'], scope: 'tick', origin: 'declared' },
    { from: ['c', 'id'], to: ['x'], scope: 'ever', origin: 'inferred' },
  ]);
  expect(votes?.lasts).toBe('until forgotten');
});

test('a count is monotone with a column that moves', () => {
  const tally = leader?.relations.find((relation) => relation.name === 'tally');
  expect(tally).toMatchObject({
    monotone: { kind: 'holds' },
    moving: [{ column: 'n', direction: 'up' }],
  });
});

test('what holds of the roles of voting', () => {
  expect(leader).toMatchObject({
    stutterInsensitive: { kind: 'holds' },
    monotone: { finding: { kind: 'fails' } },
    recoverable: { kind: 'fails' },
    eventClauses: ['leader.1'],
  });
  expect(leader?.forgettings.map((each) => told(each.finding))).toEqual([['holds']]);
  expect(participant).toMatchObject({
    functional: { kind: 'holds' },
    monotone: { finding: { kind: 'holds' } },
    recoverable: { kind: 'holds' },
    stateMachine: { kind: 'holds' },
  });
});

test('voting waits in one place: for the last vote', () => {
  expect(
    voting.coordination.map(({ clause, relations, channels }) => ({ clause, relations, channels })),
  ).toEqual([{ clause: 'leader.5', relations: ['tally'], channels: ['vote'] }]);
});

test('what a node says only to itself needs no coordination', () => {
  const alone = node(
    'relation a()\nrelation b()\ntimer t every 10\na() :- t()\nb() :- t(), !a()',
    'channel in(x: int): client -> node',
  );
  expect(coordinationPoints(alone)).toEqual([]);
  const asked = node(
    'relation b(x: int)\nb(x) :- in(x), !other(x)',
    'channel in(x: int): client -> node\nchannel other(x: int): client -> node',
  );
  expect(coordinationPoints(asked).map((each) => each.channels)).toEqual([['other']]);
});

test('every protocol is reported, twice the same', () => {
  for (const name of ['voting', '2pc', '2pc-recovery', 'paxos', 'kvs', 'verified-kvs']) {
    const program = protocol(name);
    const report = analyzeProgram(program);
    expect(report.channels).toHaveLength(program.channels.length);
    expect(JSON.stringify(analyzeProgram(protocol(name)))).toBe(JSON.stringify(report));
  }
});
