import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';

const draws = (prng: Prng, count: number, bound: number = 1000) =>
  Array.from({ length: count }, () => prng.below(bound));

test('a seed fixes the sequence, for all time', () => {
  expect(draws(Prng.fromSeed(0), 6)).toEqual(draws(Prng.fromSeed(0), 6));
  expect(draws(Prng.fromSeed(0), 6)).toMatchInlineSnapshot(`
    [
      346,
      613,
      191,
      198,
      435,
      715,
    ]
  `);
  expect(draws(Prng.fromSeed(1), 6)).not.toEqual(draws(Prng.fromSeed(0), 6));
  expect(draws(Prng.fromSeed(2 ** 32), 6)).not.toEqual(draws(Prng.fromSeed(0), 6));
  expect(() => Prng.fromSeed(0.5)).toThrow('safe integer');
});

test('a saved state continues the sequence', () => {
  const prng = Prng.fromSeed(7);
  draws(prng, 5);
  const state = prng.state();
  expect(draws(Prng.fromState(state), 8)).toEqual(draws(prng, 8));
});

test('a split part is not shifted by what the other draws', () => {
  const first = Prng.fromSeed(3);
  const second = Prng.fromSeed(3);
  const [one, two] = [first.split(), second.split()];
  draws(first, 100);
  expect(draws(one, 5)).toEqual(draws(two, 5));
  expect(draws(Prng.fromSeed(3).split(), 5)).not.toEqual(draws(Prng.fromSeed(3), 5));
});

test('draws are uniform, also the first ones of neighbouring seeds', () => {
  const spread = (values: readonly number[]) => {
    const counts = Array.from(
      { length: 8 },
      (_, n) => values.filter((value) => value === n).length,
    );
    return { low: Math.min(...counts), high: Math.max(...counts) };
  };
  const along = spread(draws(Prng.fromSeed(11), 8000, 8));
  const across = spread(Array.from({ length: 8000 }, (_, seed) => Prng.fromSeed(seed).below(8)));
  for (const { low, high } of [along, across]) {
    expect(low).toBeGreaterThan(900);
    expect(high).toBeLessThan(1100);
  }
});

test('chance, between, pick and shuffle keep to their ranges', () => {
  const prng = Prng.fromSeed(5);
  expect(Array.from({ length: 50 }, () => prng.chance(0))).not.toContain(true);
  expect(Array.from({ length: 50 }, () => prng.chance(1))).not.toContain(false);
  const heads = Array.from({ length: 4000 }, () => prng.chance(0.25)).filter(Boolean).length;
  expect(Math.abs(heads - 1000)).toBeLessThan(120);
  expect(new Set(Array.from({ length: 100 }, () => prng.between(-1, 1)))).toEqual(
    new Set([-1, 0, 1]),
  );
  expect(prng.pick(['only'])).toBe('only');
  expect(() => prng.pick([])).toThrow('nothing to pick from');
  expect(() => prng.below(0)).toThrow('positive');
  const items = Object.freeze(['a', 'b', 'c', 'd']);
  const orders = new Set(Array.from({ length: 600 }, () => prng.shuffle(items).join('')));
  expect(orders.size).toBe(24);
});
