/** What derives no less from more. */

import { add, atLeast, equal, greater, integer, subtract } from '../../../src/smt/build.ts';
import { atom, type Relation, relation } from '../../../src/smt/encode.ts';
import type { Formula } from '../../../src/smt/formula.ts';
import { monotonic } from '../../../src/smt/lemmas/monotonic.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import { intSort } from '../../../src/smt/sort.ts';
import {
  b,
  type ClauseParts,
  c,
  chosen,
  clause,
  config,
  countVotes,
  done,
  frozenVotes,
  type LemmaCase,
  n,
  owner,
  proposal,
  q,
  result,
  s,
  slotSort,
  v,
  votes,
  x,
} from './vocabulary.ts';

const monotonicOf = (parts: ClauseParts): Obligation =>
  monotonic({ rule: 'test', clause: clause({ parameters: [q], ...parts }) });
const threshold = (condition: Formula): Obligation =>
  monotonicOf({
    head: atom(chosen, [s, v]),
    body: [atom(proposal, [s, v]), atom(votes, [s, b, c])],
    conditions: [condition],
  });
const highest = relation('highest', [
  ['slot', slotSort],
  { name: 'ballot', sort: intSort, growth: 'up' },
]);
const lowest = relation('lowest', [
  ['slot', slotSort],
  { name: 'ballot', sort: intSort, growth: 'down' },
]);
const ranked = relation('ranked', [
  ['slot', slotSort],
  ['ballot', intSort],
]);
const extreme = (
  operator: 'max' | 'min' | 'sum',
  head: Relation,
  conditions: readonly Formula[] = [],
): Obligation =>
  monotonicOf({
    head: atom(head, [s, c]),
    body: [atom(ranked, [s, x])],
    conditions,
    aggregates: [{ operator, of: [x], group: [s], results: [c] }],
  });

export const monotonics: readonly LemmaCase[] = [
  {
    name: 'thresholds of counts, but not their equality',
    obligations: [
      threshold(atLeast(c, q)),
      threshold(greater(add([c, c]), q)),
      threshold(equal(c, q)),
      threshold(atLeast(q, c)),
    ],
    expected: ['proved', 'proved', 'refuted', 'refuted'],
  },
  {
    name: 'a join is monotonic, an antijoin is not, one with a constant relation is',
    obligations: [
      monotonicOf({
        head: atom(result, [s, v, n]),
        body: [atom(proposal, [s, v]), atom(owner, [s, n])],
      }),
      monotonicOf({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: done, args: [s] }],
      }),
      monotonicOf({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: config, args: [s, null] }],
      }),
    ],
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a count grows into a growing column only',
    obligations: [countVotes(votes), countVotes(frozenVotes)].map((one) =>
      monotonic({ rule: 'test', clause: one }),
    ),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'a count of what grows may shrink',
    obligations: [
      monotonicOf({
        head: atom(highest, [s, x]),
        body: [atom(votes, [s, b, c])],
        aggregates: [{ operator: 'count', of: [c], group: [s], results: [x] }],
      }),
    ],
    expected: ['refuted'],
  },
  {
    name: 'extremes grow their own way; sums need natural numbers',
    obligations: [
      extreme('max', highest),
      extreme('max', lowest),
      extreme('min', lowest),
      extreme('sum', highest),
      extreme('sum', highest, [atLeast(x, integer(0))]),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted', 'proved'],
  },
  {
    name: 'a threshold of a maximum, but not being the maximum',
    obligations: [
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(highest, [s, c])],
        conditions: [atLeast(c, q)],
      }),
      monotonicOf({
        head: atom(ranked, [s, x]),
        body: [atom(ranked, [s, x]), atom(highest, [s, c])],
        conditions: [equal(x, c)],
      }),
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(votes, [s, b, c]), atom(highest, [s, x])],
        conditions: [atLeast(subtract(c, x), q)],
      }),
    ],
    expected: ['proved', 'refuted', 'refuted'],
  },
  {
    name: 'two counts that were equal need not stay equal',
    obligations: [
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(votes, [s, b, c]), atom(highest, [s, c])],
      }),
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(ranked, [s, c]), atom(highest, [s, c])],
      }),
    ],
    expected: ['refuted', 'refuted'],
  },
  {
    name: 'a fact with one certain count need not stay',
    obligations: [monotonicOf({ head: atom(done, [s]), body: [atom(votes, [s, b, integer(3)])] })],
    expected: ['refuted'],
  },
];
