/** Keys of derived relations. */

import { apply, construct, equal } from '../../../src/smt/build.ts';
import { atom, type Clause, type Relation, relation } from '../../../src/smt/encode.ts';
import type { Formula } from '../../../src/smt/formula.ts';
import { functionalDependency } from '../../../src/smt/lemmas/functional-dependency.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import { datatypeSort, functionSymbol } from '../../../src/smt/sort.ts';
import {
  anyProposal,
  b,
  c,
  chosen,
  clause,
  config,
  countVotes,
  f,
  frozenVotes,
  join,
  keep,
  keyed,
  type LemmaCase,
  n,
  nodeSort,
  owner,
  proposal,
  s,
  slotSort,
  store,
  v,
  valueSort,
  vote,
} from './vocabulary.ts';

const dependency = (
  clauses: readonly Clause[],
  from: number[],
  to: number[],
): readonly Obligation[] =>
  functionalDependency({ rule: 'test', clauses, dependency: { from, to } });

const inverse = functionSymbol('inverse', [slotSort], slotSort);
const moved = (conditions: readonly Formula[]): Clause =>
  clause({ head: atom(chosen, [apply(f, [s]), v]), body: [atom(proposal, [s, v])], conditions });

const key = datatypeSort('Key', [
  { name: 'client', fields: [{ name: 'id', sort: nodeSort }] },
  { name: 'server', fields: [{ name: 'id', sort: nodeSort }] },
]);
const tagged = relation('tagged', [
  ['key', key],
  ['value', valueSort],
]);
const fromOwner = relation(
  'fromOwner',
  [
    ['node', nodeSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const fromServer = relation(
  'fromServer',
  [
    ['node', nodeSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const tag = (name: string, which: string, input: Relation): Clause =>
  clause({
    name,
    head: atom(tagged, [construct(key, which, [n]), v]),
    body: [atom(input, [n, v])],
  });

export const functionalDependencies: readonly LemmaCase[] = [
  {
    name: 'a join of two keyed relations is keyed',
    obligations: dependency([join(proposal)], [0], [1, 2]),
    expected: ['proved'],
  },
  {
    name: 'a join with a relation that has no key is not',
    obligations: dependency([join(anyProposal)], [0], [1, 2]),
    expected: ['refuted'],
  },
  {
    name: 'a key survives a function that has an inverse',
    obligations: dependency([moved([equal(apply(inverse, [apply(f, [s])]), s)])], [0], [1]),
    expected: ['proved'],
  },
  {
    name: 'a key does not survive any function',
    obligations: dependency([moved([])], [0], [1]),
    expected: ['refuted'],
  },
  {
    name: 'a group has one count a tick',
    obligations: dependency([countVotes(frozenVotes)], [0, 1], [2]),
    expected: ['proved'],
  },
  {
    name: 'counts that were sent come from different ticks',
    obligations: dependency([{ ...countVotes(frozenVotes), kind: 'send' }], [0, 1], [2]),
    expected: ['refuted'],
  },
  {
    name: 'part of the group does not determine the count',
    obligations: dependency([countVotes(frozenVotes)], [0], [2]),
    expected: ['refuted'],
  },
  {
    name: 'a rank tells apart what it ranks',
    obligations: dependency(
      [
        clause({
          head: atom(frozenVotes, [s, b, c]),
          body: [atom(vote, [n, s, b, v])],
          aggregates: [{ operator: 'index', of: [s, b], group: [], results: [c] }],
        }),
      ],
      [2],
      [0, 1],
    ),
    expected: ['proved'],
  },
  {
    name: 'clauses with different tags do not meet',
    obligations: dependency(
      [tag('a', 'client', fromOwner), tag('b', 'server', fromServer)],
      [0],
      [1],
    ),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'clauses with one tag do',
    obligations: dependency(
      [tag('a', 'client', fromOwner), tag('b', 'client', fromServer)],
      [0],
      [1],
    ),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a register that forgets what is overwritten has one value',
    obligations: dependency([store, keep(true)], [0], [1]),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'a register that does not forget has two',
    obligations: dependency([store, keep(false)], [0], [1]),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a register that is also set in the same tick mixes two states',
    obligations: dependency([{ ...store, kind: 'now' }, keep(true)], [0], [1]),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a constant relation is the same in two states',
    obligations: dependency(
      [
        clause({
          name: 'first',
          kind: 'next',
          head: atom(owner, [s, n]),
          body: [atom(config, [s, n])],
        }),
        clause({
          name: 'second',
          kind: 'now',
          head: atom(owner, [s, n]),
          body: [atom(config, [s, n])],
        }),
      ],
      [0],
      [1],
    ),
    expected: ['proved', 'proved', 'proved'],
  },
];
