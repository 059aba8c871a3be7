import { expect, test } from 'vitest';
import { assertNever, defined, InvariantError, invariant } from '../../src/base/assert.ts';

test('invariant throws only when the condition fails', () => {
  expect(() => invariant(1 < 2, 'order of integers')).not.toThrow();
  expect(() => invariant(2 < 1, 'order of integers')).toThrow(InvariantError);
  expect(() => invariant(false, 'order of integers')).toThrow(
    'invariant violated: order of integers',
  );
});

test('defined returns falsy values that are not missing', () => {
  expect(defined(0, 'present')).toBe(0);
  expect(defined('', 'present')).toBe('');
  expect(() => defined(undefined, 'present')).toThrow('present');
  expect(() => defined(null, 'present')).toThrow('present');
});

test('assertNever names the value that was not expected', () => {
  const call = assertNever as (value: unknown) => never;
  expect(() => call({ kind: 'new' })).toThrow('unreachable case: {"kind":"new"}');
  expect(() => call(undefined)).toThrow('unreachable case: undefined');
});
