import { expect, test } from 'vitest';
import { all, andThen, err, isOk, map, mapErr, ok, type Result } from '../../src/base/result.ts';

const parse = (text: string): Result<number, readonly string[]> =>
  /^\d+$/.test(text) ? ok(Number(text)) : err([`not a number: ${text}`]);

test('map and mapErr touch only their own side', () => {
  expect(map(parse('2'), (n) => n + 1)).toEqual(ok(3));
  expect(map(parse('x'), (n) => n + 1)).toEqual(err(['not a number: x']));
  expect(mapErr(parse('2'), (e) => e.length)).toEqual(ok(2));
  expect(mapErr(parse('x'), (e) => e.length)).toEqual(err(1));
});

test('andThen stops at the first failure', () => {
  const half = (n: number) => (n % 2 === 0 ? ok(n / 2) : err(['odd'] as const));
  expect(andThen(parse('4'), half)).toEqual(ok(2));
  expect(andThen(parse('3'), half)).toEqual(err(['odd']));
  expect(andThen(parse('x'), half)).toEqual(err(['not a number: x']));
});

test('all keeps order and reports every failure', () => {
  expect(all(['1', '2'].map(parse))).toEqual(ok([1, 2]));
  expect(all(['a', '2', 'b'].map(parse))).toEqual(err(['not a number: a', 'not a number: b']));
  expect(all([])).toEqual(ok([]));
  expect(isOk(parse('1'))).toBe(true);
  expect(isOk(parse('x'))).toBe(false);
});
