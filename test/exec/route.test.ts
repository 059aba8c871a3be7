import { expect, test } from 'vitest';
import { partOf, routeHash } from '../../src/exec/route.ts';
import type { Fact } from '../../src/exec/value.ts';

test.each<[Fact, number]>([
  [['a'], 0x499fde3c],
  [[1, 2], 0x407a6f66],
  [[''], 0x47267e57],
  [['key', 7], 0x77190fe0],
  [[[1, true]], 0x901eaf61],
  [['é'], 0x67f9c521],
])('the hash of %j never changes: plans that are out there route by it', (values, hash) => {
  expect(routeHash(values)).toBe(hash);
});

test('one integer goes to its remainder, also below zero', () => {
  expect([0, 1, 2, 3, 7, -1, -3].map((value) => partOf([value], 3))).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test('anything else is hashed, and spreads', () => {
  const counts = [0, 0, 0, 0, 0];
  for (let key = 0; key < 10_000; key++) {
    const part = partOf([`k${key}`], 5);
    counts[part] = (counts[part] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(1900);
  expect(partOf([5, 5], 5)).not.toBe(partOf([5, 6], 5));
  expect(partOf(['x'], 1)).toBe(0);
});
