import { expect, test } from 'vitest';
import { builtinKernel } from '../../src/exec/builtin-functions.ts';
import { EvaluationAbort } from '../../src/exec/fault.ts';
import { makeMap, makeSet, type Value } from '../../src/exec/value.ts';
import { builtinNames } from '../../src/ir/builtins.ts';

function call(name: string, ...args: readonly Value[]): Value {
  const kernel = builtinKernel(name);
  if (kernel === null) throw new Error(`no built-in ${name}`);
  return kernel(args);
}

const set = makeSet([1, 2]);
const map = makeMap([
  ['a', 1],
  ['b', 2],
]);

test.each<[string, readonly Value[], Value]>([
  ['hash', ['a'], 80950977122443],
  ['sign', [1, 'x'], 'signed(1,"1:x)'],
  ['verify', [1, 'x', 'signed(1,"1:x)'], true],
  ['verify', [2, 'x', 'signed(1,"1:x)'], false],
  ['size', [set], 2],
  ['size', [map], 2],
  ['size', [[1, 1, 1]], 3],
  ['size', ['é€😀'], 3],
  ['contains', [set, 2], true],
  ['contains', [map, 'c'], false],
  ['contains', [[[1, 2]], [1, 2]], true],
  ['get', [map, 'b', 0], 2],
  ['get', [map, 'c', 0], 0],
  ['get', [makeMap([]), 'c', 0], 0],
  ['get', [[5, 6], 1, 0], 6],
  ['get', [[5, 6], -1, 0], 0],
  ['first', [[5, 6], 0], 5],
  ['last', [[], 0], 0],
  ['last', [[5, 6], 0], 6],
  ['union', [set, makeSet([3, 2])], makeSet([1, 2, 3])],
  ['concat', ['a', 'b'], 'ab'],
  ['concat', [[1], [2]], [1, 2]],
  ['str', [12], '12'],
  ['str', ['12'], '12'],
  ['str', [true], 'true'],
  ['str', [[1, 'a']], '(1,"1:a)'],
  ['abs', [-3], 3],
  ['min', ['b', 'a'], 'a'],
  [
    'max',
    [
      [1, 2],
      [1, 3],
    ],
    [1, 3],
  ],
])('%s of %j is %j', (name, args, result) => {
  expect(call(name, ...args)).toEqual(result);
});

test('every built-in of the language has a kernel, and nothing else has', () => {
  expect(builtinNames.filter((name) => builtinKernel(name) === null)).toEqual([]);
  expect(builtinKernel('toString')).toBeNull();
});

test('signatures of different signers or values differ, and hashes stay within 48 bits', () => {
  expect(call('sign', 1, '2,3')).not.toBe(call('sign', '1,2', 3));
  for (let value = 0; value < 200; value++) {
    const hash = Number(call('hash', value));
    expect(Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 48).toBe(true);
  }
});

test.each([
  ['size', [1]],
  ['first', ['x', 0]],
  ['union', [1, 2]],
  ['abs', ['x']],
] as const)('%s of what it is not for is a fault', (name, args) => {
  expect(() => call(name, ...args)).toThrow(EvaluationAbort);
});
