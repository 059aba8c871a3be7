/** What may be partitioned by which key. */

import { apply, div, equal } from '../../../src/smt/build.ts';
import { atom, type Clause, relation } from '../../../src/smt/encode.ts';
import {
  columnVariable,
  coPartition,
  type PartitionKey,
} from '../../../src/smt/lemmas/co-partition.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import { functionSymbol, intSort } from '../../../src/smt/sort.ts';
import {
  b,
  ballotSort,
  choose,
  chosen,
  clause,
  command,
  countVotes,
  done,
  f,
  k,
  type LemmaCase,
  log,
  n,
  nodeSort,
  owner,
  proposal,
  reply,
  s,
  slotSort,
  v,
  vote,
  votes,
  w,
  x,
} from './vocabulary.ts';

type Keys = Readonly<Record<string, PartitionKey>>;
const partitionOf = (one: Clause, keys: Keys): Obligation =>
  coPartition({ rule: 'test', clause: one, keys: new Map(Object.entries(keys)) });

const bySlot: Keys = {
  vote: [columnVariable(vote, 1)],
  votes: [columnVariable(votes, 0)],
  chosen: [columnVariable(chosen, 0)],
  command: [apply(f, [columnVariable(command, 0)])],
  done: [columnVariable(done, 0)],
  config: null,
};
const byBallot: Keys = {
  ...bySlot,
  vote: [columnVariable(vote, 2)],
  votes: [columnVariable(votes, 1)],
};
const slotOf = functionSymbol('slotOf', [ballotSort], slotSort);
const early = relation('early', [
  ['node', nodeSort],
  ['ballot', ballotSort],
]);
const belongs = relation(
  'belongs',
  [
    ['ballot', ballotSort],
    ['slot', slotSort],
  ],
  { constant: true },
);
const dependent = (defined: boolean): Clause =>
  clause({
    kind: 'send',
    head: atom(done, [s]),
    body: [atom(early, [n, b]), atom(belongs, [b, s]), atom(command, [s, w])],
    conditions: defined ? [equal(apply(slotOf, [b]), s)] : [],
  });
const dependentKeys: Keys = {
  early: [apply(slotOf, [columnVariable(early, 1)])],
  belongs: null,
  command: [columnVariable(command, 0)],
};

export const coPartitions: readonly LemmaCase[] = [
  {
    name: 'the count, the choice and the reply meet by slot',
    obligations: [countVotes(votes), choose, reply].map((one) => partitionOf(one, bySlot)),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'by ballot the chosen value leaves its partition',
    obligations: [countVotes(votes), choose].map((one) => partitionOf(one, byBallot)),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'by node a count sees part of its group',
    obligations: [partitionOf(countVotes(votes), { vote: [columnVariable(vote, 0)], votes: null })],
    expected: ['refuted'],
  },
  {
    name: 'a join through a function needs the function in the key',
    obligations: [partitionOf(reply, { ...bySlot, command: [columnVariable(command, 0)] })],
    expected: ['refuted'],
  },
  {
    name: 'an antijoin needs the key of what is absent',
    obligations: [
      partitionOf(
        clause({
          head: atom(chosen, [s, v]),
          body: [atom(proposal, [s, v])],
          negated: [{ relation: done, args: [k] }],
        }),
        { proposal: [columnVariable(proposal, 0)], done: [columnVariable(done, 0)] },
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'an antijoin over any value must not be keyed by it',
    obligations: [[0], [1]].map(([column = 0]) =>
      partitionOf(
        clause({
          kind: 'send',
          head: atom(chosen, [s, v]),
          body: [atom(proposal, [s, v])],
          negated: [{ relation: owner, args: [s, null] }],
        }),
        {
          proposal: [columnVariable(proposal, 0)],
          owner: [column === 0 ? columnVariable(owner, 0) : columnVariable(owner, 1)],
        },
      ),
    ),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'a dependency from ballot to slot gives the key',
    obligations: [
      partitionOf(dependent(true), dependentKeys),
      partitionOf(dependent(false), dependentKeys),
    ],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'composite keys match column by column',
    obligations: [
      partitionOf(countVotes(votes), {
        vote: [columnVariable(vote, 1), columnVariable(vote, 2)],
        votes: [columnVariable(votes, 0), columnVariable(votes, 1)],
      }),
      partitionOf(countVotes(votes), {
        vote: [columnVariable(vote, 1), columnVariable(vote, 2)],
        votes: [columnVariable(votes, 0)],
      }),
    ],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'replicated facts make neither partitioned facts nor messages',
    obligations: ['now', 'send'].map((kind) =>
      partitionOf(
        clause({
          kind: kind === 'now' ? 'now' : 'send',
          head: atom(log, [s, v]),
          body: [atom(proposal, [s, v])],
        }),
        { proposal: null, log: [columnVariable(log, 0)] },
      ),
    ),
    expected: ['refuted', 'refuted'],
  },
  {
    name: 'partitioned facts make no replicated fact',
    obligations: [
      partitionOf(clause({ head: atom(log, [s, v]), body: [atom(proposal, [s, v])] }), {
        proposal: [columnVariable(proposal, 0)],
        log: null,
      }),
    ],
    expected: ['refuted'],
  },
  {
    name: 'replicated facts make replicated facts',
    obligations: [
      partitionOf(clause({ head: atom(log, [s, v]), body: [atom(proposal, [s, v])] }), {
        proposal: null,
        log: null,
      }),
    ],
    expected: ['proved'],
  },
  {
    name: 'ranges of integers are a key',
    obligations: [100, 50].map((width) => {
      const at = relation('at', [['index', intSort]]);
      const near = relation('near', [['page', intSort]]);
      return partitionOf(
        clause({
          kind: 'send',
          head: atom(done, [s]),
          body: [atom(at, [x]), atom(near, [div(x, 100)]), atom(done, [s])],
        }),
        { at: [div(columnVariable(at, 0), width)], near: [columnVariable(near, 0)], done: null },
      );
    }),
    expected: ['proved', 'refuted'],
  },
];
