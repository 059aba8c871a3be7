/** What a clause depends on. */

import { atom, type Clause } from '../../../src/smt/encode.ts';
import { functional, nonInterference } from '../../../src/smt/lemmas/non-interference.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import {
  chosen,
  clause,
  config,
  countVotes,
  done,
  join,
  type LemmaCase,
  n,
  proposal,
  reply,
  s,
  v,
  votes,
  w,
} from './vocabulary.ts';

const forward = clause({
  kind: 'send',
  head: atom(chosen, [s, v]),
  body: [atom(proposal, [s, v]), atom(config, [s, n])],
});
const independentOf = (one: Clause, names: readonly string[]): Obligation =>
  nonInterference({
    rule: 'test',
    clause: one,
    shared: { kind: 'relations', names: new Set(names) },
  });

export const nonInterferences: readonly LemmaCase[] = [
  {
    name: 'functional: one fact and constants; not a join, an antijoin, an aggregate',
    obligations: [
      forward,
      join(proposal),
      clause({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: done, args: [s] }],
      }),
      countVotes(votes),
      clause({ head: atom(done, [s]), body: [atom(proposal, [s, v]), atom(proposal, [s, w])] }),
    ].map((one) => functional('test', one)),
    expected: ['proved', 'refuted', 'refuted', 'refuted', 'refuted'],
  },
  {
    name: 'independent: what is read is shared',
    obligations: [
      independentOf(join(proposal), ['proposal', 'owner']),
      independentOf(join(proposal), ['proposal']),
      independentOf(countVotes(votes), ['vote']),
      independentOf(countVotes(votes), []),
      independentOf(reply, ['chosen', 'command']),
      independentOf(reply, ['chosen', 'command', 'done']),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted', 'refuted', 'proved'],
  },
];
