/** What the analysis says of ticks without input by names, the solver proves of the clauses, in all shipped programs. */
import { afterAll, expect, test } from 'vitest';
import { asDeclared } from '../../src/rewrite/dependencies-in.ts';
import { confirmStateMachines, stateMachineLemmas } from '../../src/rewrite/state-machine.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { node, protocol, whole } from '../analysis/support.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const names = [
  '2pc',
  '2pc-recovery',
  'blob-store',
  'kvs',
  'paxos',
  'quota',
  'tickets',
  'verified-kvs',
];

test.each(names)('%s: empty or steady, as the analysis says', async (name) => {
  const found = await confirmStateMachines(
    { program: protocol(name), declared: asDeclared },
    solver,
  );
  expect(found.length).toBeGreaterThan(0);
  for (const each of found)
    expect([each.role, each.verdict, each.open]).toEqual([each.role, 'proved', []]);
});

test('claims are about event relations and about what is kept', () => {
  const program = node(
    `relation r(x: int)\nrelation news(x: int)\nrelation late(x: int)
     news(x) :- put(x), !r(x)\nr(x) :- put(x)\npersist r\nlate(x) :- after 5 since r(x)
     out@c(x) :~ news(x), late(x), client(c)`,
    'channel put(x: int): client -> node\nchannel out(x: int): node -> client',
  );
  expect(stateMachineLemmas(whole(program), asDeclared).map((each) => each.title)).toEqual([
    'node.1 derives nothing without input',
    'node.4 derives nothing without input',
    'r stays as it was without input',
  ]);
});
