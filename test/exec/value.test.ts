import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asValue } from '../../src/exec/functions.ts';
import {
  compareValues,
  EMPTY_SET,
  equalValues,
  keyOfFact,
  keyOfValue,
  makeMap,
  makeSet,
  printValue,
  sizeOfFact,
  type Value,
} from '../../src/exec/value.ts';

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
    fc.string({ unit: fc.constantFrom('a', '"', ',', ')', '1', ':'), maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map(makeSet),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map(makeMap),
  ),
})).value;

test('the order is total, and equality, order and key agree', () => {
  const property = fc.property(value, value, value, (a, b, c) => {
    expect(Math.sign(compareValues(a, b))).toBe(0 - Math.sign(compareValues(b, a)));
    if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) {
      expect(compareValues(a, c)).toBeLessThanOrEqual(0);
    }
    expect(compareValues(a, b) === 0).toBe(keyOfValue(a) === keyOfValue(b));
    expect(equalValues(a, b)).toBe(compareValues(a, b) === 0);
  });
  fc.assert(property, { seed: 3, numRuns: 1000 });
});

test('facts that differ have keys that differ', () => {
  const fact = fc.array(value, { maxLength: 3 });
  const property = fc.property(fact, fact, (a, b) => {
    expect(keyOfFact(a) === keyOfFact(b)).toBe(compareValues(a, b) === 0);
  });
  fc.assert(property, { seed: 4, numRuns: 1000 });
});

test('kinds of values stand in a fixed order', () => {
  const sorted: readonly Value[] = [
    false,
    true,
    -1,
    2,
    'a',
    'b',
    [],
    [1],
    [1, 1],
    [2],
    makeSet([1]),
    makeMap([[1, 1]]),
  ];
  expect([...sorted].reverse().sort(compareValues)).toEqual(sorted);
});

test('sets and maps are canonical, and the empty map is the empty set', () => {
  expect(makeSet([2, 1, 2])).toEqual(makeSet([1, 2]));
  expect(
    makeMap([
      [2, 'b'],
      [1, 'a'],
      [2, 'c'],
    ]),
  ).toEqual(
    makeMap([
      [1, 'a'],
      [2, 'c'],
    ]),
  );
  expect(makeMap([])).toBe(EMPTY_SET);
});

test('values print as the program writes them', () => {
  expect(printValue(2, { kind: 'id', role: 'acceptor' })).toBe('acceptor:2');
  expect(
    printValue([1, 'x'], { kind: 'tuple', items: [{ kind: 'id', role: 'p' }, { kind: 'string' }] }),
  ).toBe('(p:1, "x")');
  expect(printValue([1, 2], { kind: 'list', item: { kind: 'int' } })).toBe('[1, 2]');
  expect(printValue(makeSet([2, 1]))).toBe('{1, 2}');
  expect(printValue(makeMap([['k', 1]]))).toBe('{"k": 1}');
});

test('sizes count what goes over the wire', () => {
  expect(sizeOfFact([1, true, 'abé'])).toBe(8 + 1 + 4 + 4);
  expect(sizeOfFact([[1, 2], makeSet([1]), makeMap([[1, 'x']])])).toBe(4 + 16 + 4 + 8 + 4 + 8 + 5);
});

test('what a bound function returns is taken only if it is a value', () => {
  expect(asValue([1, 'x', true])).toEqual([1, 'x', true]);
  expect(asValue(new Set([2, 1]))).toEqual(makeSet([1, 2]));
  expect(asValue(new Map([['k', 1]]))).toEqual(makeMap([['k', 1]]));
  expect(asValue(makeMap([['k', 1]]))).toEqual(makeMap([['k', 1]]));
  for (const none of [1.5, Number.NaN, undefined, null, { a: 1 }, () => 1, [undefined], 2 ** 60]) {
    expect(asValue(none)).toBeNull();
  }
});
