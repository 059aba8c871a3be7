/** Obligations with a known answer, shared by the tests of the driver. */

import {
  and,
  apply,
  atMost,
  equal,
  exists,
  falsity,
  forall,
  implies,
  integer,
  less,
  not,
  or,
  truth,
  variable,
} from '../../src/smt/build.ts';
import { type Obligation, type ObligationParts, obligation } from '../../src/smt/obligation.ts';
import { boolSort, functionSymbol, intSort, namedSort } from '../../src/smt/sort.ts';

const key = namedSort('Key');
const part = functionSymbol('part', [key], namedSort('Partition'));
const a = variable('a', key);
const b = variable('b', key);
const n = variable('n', intSort);

function example(title: string, parts: Pick<ObligationParts, 'hypotheses' | 'goal'>): Obligation {
  return obligation({
    rule: 'test',
    lemma: 'example',
    kind: 'instance',
    title,
    show: [],
    ...parts,
  });
}

const sameKey = { name: 'same key', formula: equal(a, b), text: 'both have one key' };
const bound = (limit: number) => ({
  name: 'bound',
  formula: atMost(n, integer(limit)),
  text: `n is at most ${limit}`,
});

/** Equal keys live on one partition, whatever `limit` is. */
export function samePartition(limit = 0): Obligation {
  return {
    ...example('one partition', {
      hypotheses: [sameKey, bound(limit)],
      goal: equal(apply(part, [a]), apply(part, [b])),
    }),
    show: [
      { label: 'a', term: a },
      { label: 'b', term: b },
    ],
    conditions: ['same key'],
  };
}

export function contradictory(): Obligation {
  return example('nothing', {
    hypotheses: [
      bound(0),
      { name: 'positive', formula: less(integer(0), n), text: 'n is positive' },
    ],
    goal: falsity,
  });
}

export function endless(): Obligation {
  const x = variable('x', key);
  const next = functionSymbol('next', [key], key);
  return example('endless', {
    hypotheses: [
      { name: 'moves', formula: forall([x], not(equal(apply(next, [x]), x))), text: 'next moves' },
    ],
    goal: falsity,
  });
}

/** Every key is related to one, so all of them are: effectively propositional, and false. */
export function quantified(): Obligation {
  const [x, y] = [variable('x', key), variable('y', namedSort('Value'))];
  const related = functionSymbol('related', [key, y.sort], boolSort);
  return example('quantified', {
    hypotheses: [
      {
        name: 'some',
        formula: forall([x], exists([y], apply(related, [x, y]))),
        text: 'each has one',
      },
    ],
    goal: forall([x, y], apply(related, [x, y])),
  });
}

/** `holes + 1` pigeons: true, and exponentially hard for resolution. */
export function pigeons(holes: number): Obligation {
  const sits = (pigeon: number, hole: number) => variable(`sits ${pigeon} in ${hole}`, boolSort);
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const housed = range(holes + 1).map((pigeon) =>
    or(range(holes).map((hole) => sits(pigeon, hole))),
  );
  const shared = range(holes).flatMap((hole) =>
    range(holes + 1).flatMap((one) =>
      range(one).map((other) => and([sits(one, hole), sits(other, hole)])),
    ),
  );
  return example('pigeons', { hypotheses: [], goal: implies(and(housed), or(shared)) });
}

export const trivial: Obligation = example('trivial', { hypotheses: [], goal: truth });
