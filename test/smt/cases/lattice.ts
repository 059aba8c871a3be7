/** Laws of merges and folds. */

import {
  add,
  atLeast,
  div,
  equal,
  field,
  hasTag,
  implies,
  ite,
  or,
} from '../../../src/smt/build.ts';
import type { Term } from '../../../src/smt/formula.ts';
import { foldLaws, latticeLaws } from '../../../src/smt/lemmas/lattice.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import { boolSort, datatypeSort, intSort } from '../../../src/smt/sort.ts';
import { type LemmaCase, valueSort } from './vocabulary.ts';

const versioned = datatypeSort('Versioned', [
  {
    name: 'at',
    fields: [
      { name: 'ballot', sort: intSort },
      { name: 'value', sort: valueSort },
    ],
  },
]);
const ballotOf = (term: Term): Term => field(term, 'at', 'ballot');
const larger = (left: Term, right: Term): Term =>
  ite(atLeast(ballotOf(left), ballotOf(right)), left, right);
const maximum = (left: Term, right: Term): Term => ite(atLeast(left, right), left, right);
const option = datatypeSort('Option', [
  { name: 'none', fields: [] },
  { name: 'some', fields: [{ name: 'of', sort: intSort }] },
]);
const mergeOptions = (left: Term, right: Term): Term =>
  ite(
    hasTag(left, 'none'),
    right,
    ite(
      hasTag(right, 'none'),
      left,
      ite(atLeast(field(left, 'some', 'of'), field(right, 'some', 'of')), left, right),
    ),
  );
const laws = (
  name: string,
  sort: Term['sort'],
  merge: (l: Term, r: Term) => Term,
): readonly Obligation[] => latticeLaws({ rule: 'test', name, sort, merge });

export const lattices: readonly LemmaCase[] = [
  {
    name: 'maximum',
    obligations: laws('max', intSort, maximum),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'set union, pointwise',
    obligations: laws('or', boolSort, (l, r) => or([l, r])),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'map of maxima, by key',
    obligations: laws('map', option, mergeOptions),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'average',
    obligations: laws('average', intSort, (l, r) => div(add([l, r]), 2)),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'sum',
    obligations: laws('sum', intSort, (l, r) => add([l, r])),
    expected: ['proved', 'proved', 'refuted'],
  },
  {
    name: 'the value of the larger ballot, without a tie-break',
    obligations: laws('larger', versioned, larger),
    expected: ['refuted', 'proved', 'proved'],
  },
  {
    name: 'the value of the larger ballot, under ballot -> value',
    obligations: latticeLaws({
      rule: 'test',
      name: 'larger',
      sort: versioned,
      merge: larger,
      compatible: (l, r) =>
        implies(
          equal(ballotOf(l), ballotOf(r)),
          equal(field(l, 'at', 'value'), field(r, 'at', 'value')),
        ),
    }),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'folds: the last write wins, a counter, a maximum',
    obligations: [
      ...foldLaws({
        rule: 'test',
        name: 'last',
        state: valueSort,
        input: valueSort,
        step: (_, input) => input,
      }),
      ...foldLaws({
        rule: 'test',
        name: 'counter',
        state: intSort,
        input: intSort,
        step: (l, r) => add([l, r]),
      }),
      ...foldLaws({ rule: 'test', name: 'max', state: intSort, input: intSort, step: maximum }),
    ],
    expected: ['refuted', 'proved', 'proved', 'refuted', 'proved', 'proved'],
  },
];
