import { expect, test } from 'vitest';
import {
  add,
  and,
  apply,
  atMost,
  equal,
  exists,
  forall,
  implies,
  integer,
  not,
  truth,
  tuple,
  variable,
} from '../../src/smt/build.ts';
import type { Formula } from '../../src/smt/formula.ts';
import { fragmentOf } from '../../src/smt/fragment.ts';
import { boolSort, functionSymbol, intSort, namedSort, tupleSort } from '../../src/smt/sort.ts';

const A = namedSort('A');
const B = namedSort('B');
const a = variable('a', A);
const b = variable('b', B);
const n = variable('n', intSort);
const f = functionSymbol('f', [A], B);
const g = functionSymbol('g', [B], A);
const size = functionSymbol('size', [A], intSort);
const related = functionSymbol('related', [A, B], boolSort);

const classify = (...formulas: readonly Formula[]): string => {
  const [goal = truth, ...hypotheses] = formulas;
  const fragment = fragmentOf(hypotheses, goal);
  return fragment.kind === 'ok' ? fragment.value : fragment.error;
};

test('without quantifiers everything that can be built is allowed', () => {
  expect(classify(equal(apply(g, [apply(f, [a])]), a), atMost(add([n, integer(1)]), n))).toBe(
    'quantifier-free',
  );
});

test('a universal goal is an existential question', () => {
  expect(classify(forall([a], exists([b], apply(related, [a, b]))))).toBe(
    'effectively-propositional',
  );
  expect(classify(truth, forall([a], apply(related, [a, b])))).toBe('effectively-propositional');
});

test('sorts may bring about sorts as long as that ends', () => {
  const everyAHasB = forall([a], exists([b], apply(related, [a, b])));
  const everyBHasA = forall([b], exists([a], apply(related, [a, b])));
  expect(classify(truth, everyAHasB)).toBe('effectively-propositional');
  expect(classify(truth, everyAHasB, everyBHasA)).toBe(
    'instantiating A, then B, then A need not end',
  );
  expect(classify(not(everyAHasB), everyBHasA)).toBe(
    'instantiating B, then A, then B need not end',
  );
  expect(classify(everyAHasB, everyBHasA)).toBe('effectively-propositional');
});

test('functions count where they apply to quantified variables', () => {
  expect(classify(truth, forall([a], equal(apply(f, [a]), b)))).toBe('effectively-propositional');
  expect(classify(truth, forall([a], equal(apply(g, [apply(f, [a])]), a)))).toBe(
    'instantiating B, then A, then B need not end',
  );
  expect(classify(equal(apply(g, [b]), a), forall([a], equal(apply(f, [a]), b)))).toBe(
    'effectively-propositional',
  );
  expect(classify(truth, forall([a], atMost(apply(size, [a]), n)))).toBe(
    'effectively-propositional',
  );
});

test('a Skolem function feeds what is applied to it', () => {
  const loop = forall([a], exists([b], equal(apply(g, [b]), a)));
  expect(classify(truth, loop)).toBe('instantiating A, then B, then A need not end');
});

test('no variable ranges over integers or datatypes', () => {
  const pair = tupleSort([A, A]);
  expect(classify(truth, forall([n], atMost(n, integer(3))))).toBe(
    'n ranges over all values of int',
  );
  const t = variable('t', pair);
  expect(classify(exists([t], equal(t, tuple(pair, [a, a]))))).toMatch(/^t ranges over all values/);
});

test('inside an equivalence both polarities count', () => {
  const p = variable('p', boolSort);
  const some = exists([b], apply(related, [a, b]));
  const every = forall([b], implies(equal(b, b), apply(related, [a, b])));
  expect(classify(equal(p, forall([a], some)))).toBe('effectively-propositional');
  expect(
    classify(
      equal(p, forall([a], and([some, exists([variable('c', A)], equal(variable('c', A), a))]))),
    ),
  ).toBe('instantiating A, then A need not end');
  expect(classify(equal(p, every))).toBe('effectively-propositional');
});
