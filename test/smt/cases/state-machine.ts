/** What happens without input. */

import { add, integer, variable } from '../../../src/smt/build.ts';
import { atom, type Clause, relation } from '../../../src/smt/encode.ts';
import { existenceDependency } from '../../../src/smt/lemmas/existence-dependency.ts';
import { noChangeDependency } from '../../../src/smt/lemmas/no-change-dependency.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import { intSort } from '../../../src/smt/sort.ts';
import {
  c,
  choose,
  chosen,
  clause,
  countVotes,
  done,
  keep,
  type LemmaCase,
  log,
  proposal,
  reply,
  s,
  slotSort,
  store,
  v,
  votes,
} from './vocabulary.ts';

const existence = (one: Clause, silent: readonly string[]): Obligation =>
  existenceDependency({ rule: 'test', clause: one, silent: new Set(silent) });
const persist = clause({
  name: 'persist',
  kind: 'next',
  head: atom(log, [s, v]),
  body: [atom(log, [s, v])],
});
const append = (kind: Clause['kind']): Clause =>
  clause({ name: 'append', kind, head: atom(log, [s, v]), body: [atom(proposal, [s, v])] });
const noChange = (
  clauses: readonly Clause[],
  quiet: 'tick' | 'settled',
  names: { silent?: readonly string[]; unchanged?: readonly string[] } = {},
): Obligation => {
  const [first] = clauses;
  if (first === undefined) throw new Error('a relation has a clause');
  return noChangeDependency({
    rule: 'test',
    relation: first.head.relation,
    clauses,
    silent: new Set(names.silent ?? ['proposal']),
    unchanged: new Set(names.unchanged ?? []),
    quiet,
  });
};
const clock = relation('clock', [['time', intSort]]);
const edge = relation('edge', [
  ['from', slotSort],
  ['to', slotSort],
]);
const path = relation('path', [
  ['from', slotSort],
  ['to', slotSort],
]);
const from = variable('from', slotSort);
const to = variable('to', slotSort);
const paths = [
  clause({ name: 'edge', head: atom(path, [from, to]), body: [atom(edge, [from, to])] }),
  clause({
    name: 'step',
    head: atom(path, [from, to]),
    body: [atom(path, [from, s]), atom(edge, [s, to])],
  }),
];

export const stateMachines: readonly LemmaCase[] = [
  {
    name: 'existence: a body with an input derives nothing without it',
    obligations: [
      existence(choose, ['vote']),
      existence(reply, ['command']),
      existence(reply, ['done']),
      existence(persist, ['log']),
      existence(
        clause({
          head: atom(chosen, [s, v]),
          body: [atom(log, [s, v])],
          negated: [{ relation: done, args: [s] }],
        }),
        ['done'],
      ),
    ],
    expected: ['proved', 'proved', 'refuted', 'refuted', 'refuted'],
  },
  {
    name: 'no change: a log that is kept',
    obligations: [noChange([persist, append('now')], 'tick'), noChange([append('now')], 'tick')],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'no change: an input stored for the next tick needs a settled node',
    obligations: [
      noChange([persist, append('next')], 'tick'),
      noChange([persist, append('next')], 'settled'),
    ],
    expected: ['refuted', 'proved'],
  },
  {
    name: 'no change: a register needs its overwriting input settled',
    obligations: [
      noChange([store, keep(true)], 'settled', { silent: ['write'] }),
      noChange([store, keep(true)], 'tick', { silent: ['write'] }),
      noChange([keep(true)], 'settled', { silent: [] }),
    ],
    expected: ['proved', 'refuted', 'refuted'],
  },
  {
    name: 'no change: a clock that counts ticks',
    obligations: [
      noChange(
        [
          clause({
            kind: 'next',
            head: atom(clock, [add([c, integer(1)])]),
            body: [atom(clock, [c])],
          }),
        ],
        'settled',
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'no change: a relation that lives for one tick',
    obligations: [
      noChange(
        [clause({ kind: 'next', head: atom(log, [s, v]), body: [atom(chosen, [s, v])] })],
        'settled',
        { unchanged: ['chosen'] },
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'no change: views, joins and counts of what does not change',
    obligations: [
      noChange([clause({ head: atom(chosen, [s, v]), body: [atom(log, [s, v])] })], 'tick', {
        unchanged: ['log'],
      }),
      noChange([clause({ head: atom(chosen, [s, v]), body: [atom(log, [s, v])] })], 'tick'),
      noChange([countVotes(votes)], 'tick', { unchanged: ['vote'] }),
      noChange([countVotes(votes)], 'tick'),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted'],
  },
  {
    name: 'no change: recursion over what does not change',
    obligations: [noChange(paths, 'tick', { unchanged: ['edge'] }), noChange(paths, 'tick')],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'no change: a one-tick seed under recursion',
    obligations: [
      noChange(
        [
          clause({
            name: 'seed',
            kind: 'next',
            head: atom(path, [from, to]),
            body: [atom(edge, [from, to])],
          }),
          clause({ name: 'loop', head: atom(path, [from, to]), body: [atom(path, [from, to])] }),
        ],
        'settled',
        { silent: ['edge'] },
      ),
    ],
    expected: ['refuted'],
  },
];
