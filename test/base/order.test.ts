import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  by,
  canonicalJson,
  compareArrays,
  compareBooleans,
  compareNumbers,
  compareStrings,
  groupBy,
  inOrder,
  reversed,
  sha256,
  sorted,
  sortedBy,
  sortedStrings,
} from '../../src/base/order.ts';

test('strings compare by code unit, not by language', () => {
  expect(sortedStrings(['ä', 'a', 'Z', 'z', 'a'])).toEqual(['Z', 'a', 'z', 'ä']);
  expect(compareStrings('a', 'a')).toBe(0);
  expect(sorted([true, false], compareBooleans)).toEqual([false, true]);
});

test('sorting keeps equal items in order and leaves its input alone', () => {
  const items = [
    { key: 2, tag: 'a' },
    { key: 1, tag: 'b' },
    { key: 2, tag: 'c' },
  ];
  expect(sortedBy(items, (item) => item.key).map((item) => item.tag)).toEqual(['b', 'a', 'c']);
  const order = inOrder<{ key: number; tag: string }>(
    reversed(by((item) => item.key)),
    reversed(by((item) => item.tag)),
  );
  expect(sorted(items, order).map((item) => item.tag)).toEqual(['c', 'a', 'b']);
  expect(items.map((item) => item.tag)).toEqual(['a', 'b', 'c']);
});

test('arrays compare element by element, prefixes first', () => {
  const rows = [[2], [1, 5], [1], [], [1, 4, 9]];
  expect(sorted(rows, compareArrays(compareNumbers))).toEqual([[], [1], [1, 4, 9], [1, 5], [2]]);
});

test('groups appear in order of their first member', () => {
  expect([...groupBy(['bb', 'a', 'cc'], (text) => text.length)]).toEqual([
    [2, ['bb', 'cc']],
    [1, ['a']],
  ]);
});

test('canonical JSON does not depend on the order of insertion', () => {
  expect(canonicalJson({ b: [1, { z: null, y: 'é' }], a: true, skip: undefined })).toBe(
    '{"a":true,"b":[1,{"y":"é","z":null}]}',
  );
  expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
    }),
    { seed: 2, numRuns: 200 },
  );
});

test('canonical JSON refuses what JSON would change', () => {
  for (const value of [Number.NaN, new Map(), undefined, () => 1, [undefined], 1n]) {
    expect(() => canonicalJson(value), String(value)).toThrow('canonical JSON');
  }
});

test('sha256 agrees with the published vectors', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
