import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  and,
  apply,
  atMost,
  boolean,
  construct,
  distinct,
  div,
  equal,
  exists,
  falsity,
  field,
  forall,
  hasTag,
  iff,
  implies,
  integer,
  ite,
  less,
  mod,
  not,
  or,
  scale,
  subtract,
  truth,
  tuple,
  variable,
} from '../../src/smt/build.ts';
import { freeVariables, type Term, termKey } from '../../src/smt/formula.ts';
import {
  boolSort,
  datatypeSort,
  functionSymbol,
  intSort,
  namedSort,
  tupleSort,
} from '../../src/smt/sort.ts';
import { substitute, substitution } from '../../src/smt/substitute.ts';

const x = variable('x', intSort);
const y = variable('y', intSort);
const p = variable('p', boolSort);
const r = variable('r', boolSort);

test('what is trivially true or false is simplified', () => {
  expect(and([])).toEqual(truth);
  expect(or([])).toEqual(falsity);
  expect(and([p, truth])).toEqual(p);
  expect(and([p, falsity])).toEqual(falsity);
  expect(and([p, and([r, p])])).toEqual(and([p, r]));
  expect(or([p, truth])).toEqual(truth);
  expect(not(not(p))).toEqual(p);
  expect(implies(falsity, p)).toEqual(truth);
  expect(implies(p, falsity)).toEqual(not(p));
  expect(equal(x, x)).toEqual(truth);
  expect(equal(integer(1), integer(2))).toEqual(falsity);
  expect(iff(p, truth)).toEqual(p);
  expect(ite(p, x, x)).toEqual(x);
  expect(subtract(integer(5), integer(7))).toEqual(integer(-2));
  expect(mod(integer(-7), 4)).toEqual(integer(1));
  expect(div(integer(-7), 4)).toEqual(integer(-2));
  expect(distinct([x, x])).toEqual(falsity);
  expect(forall([x], truth)).toEqual(truth);
});

test('values of datatypes are equal when tag and fields are', () => {
  const message = datatypeSort('Message', [
    { name: 'ask', fields: [{ name: 'of', sort: intSort }] },
    { name: 'stop', fields: [] },
  ]);
  const ask = construct(message, 'ask', [x]);
  expect(equal(ask, construct(message, 'ask', [y]))).toEqual(equal(x, y));
  expect(equal(ask, construct(message, 'stop', []))).toEqual(falsity);
  expect(field(ask, 'ask', 'of')).toEqual(x);
  expect(hasTag(ask, 'stop')).toEqual(falsity);
  const pair = tupleSort([intSort, boolSort]);
  expect(equal(tuple(pair, [x, p]), tuple(pair, [y, p]))).toEqual(equal(x, y));
});

test('names are told apart whatever they contain', () => {
  const odd = variable('p:bool;r', boolSort);
  expect(termKey(and([odd, p]))).not.toBe(termKey(and([p, r, p])));
  expect(equal(variable('a":bool', boolSort), variable('a', boolSort)).kind).toBe('compound');
});

test('ill-sorted terms are bugs', () => {
  const f = functionSymbol('f', [namedSort('A')], intSort);
  expect(() => equal(x, p)).toThrow('one sort');
  expect(() => apply(f, [x])).toThrow('f is applied');
  expect(() => div(x, 0)).toThrow('positive constant');
  expect(() => ite(p, x, p)).toThrow('one sort');
});

test('substitution leaves bound variables alone', () => {
  const body = or([less(x, y), p]);
  const replaced = substitute(
    exists([x], body),
    substitution([
      [x, integer(1)],
      [y, integer(2)],
    ]),
  );
  expect(termKey(replaced)).toEqual(termKey(exists([x], or([less(x, integer(2)), p]))));
  expect(freeVariables(exists([x], body)).map(({ name }) => name)).toEqual(['y', 'p']);
});

/** A random term twice: as our constructors make it, and as a function that never simplifies. */
interface Sample {
  readonly term: Term;
  readonly run: (x: number, y: number, p: boolean, r: boolean) => number | boolean;
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

const { numeric } = fc.letrec<{ numeric: Sample; formula: Sample }>((tie) => {
  const n = tie('numeric');
  const f = tie('formula');
  const num = (sample: Sample, args: readonly [number, number, boolean, boolean]): number =>
    Number(sample.run(...args));
  return {
    numeric: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Sample>({ term: x, run: (a) => a }, { term: y, run: (_, b) => b }),
      fc.integer({ min: -3, max: 3 }).map<Sample>((k) => ({ term: integer(k), run: () => k })),
      fc.tuple(n, n).map<Sample>(([a, b]) => ({
        term: add([a.term, b.term]),
        run: (...args) => num(a, args) + num(b, args),
      })),
      fc.tuple(fc.integer({ min: -2, max: 2 }), n).map<Sample>(([k, a]) => ({
        term: scale(k, a.term),
        run: (...args) => k * num(a, args),
      })),
      fc.tuple(fc.integer({ min: 1, max: 3 }), n).map<Sample>(([k, a]) => ({
        term: mod(a.term, k),
        run: (...args) => modulo(num(a, args), k),
      })),
      fc.tuple(fc.integer({ min: 1, max: 3 }), n).map<Sample>(([k, a]) => ({
        term: div(a.term, k),
        run: (...args) => Math.floor(num(a, args) / k),
      })),
      fc.tuple(f, n, n).map<Sample>(([c, a, b]) => ({
        term: ite(c.term, a.term, b.term),
        run: (...args) => (c.run(...args) ? a.run(...args) : b.run(...args)),
      })),
    ),
    formula: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Sample>(
        { term: p, run: (_, __, c) => c },
        { term: r, run: (_, __, ___, d) => d },
      ),
      fc.boolean().map<Sample>((k) => ({ term: boolean(k), run: () => k })),
      fc.tuple(n, n).map<Sample>(([a, b]) => ({
        term: equal(a.term, b.term),
        run: (...args) => num(a, args) === num(b, args),
      })),
      fc.tuple(n, n).map<Sample>(([a, b]) => ({
        term: atMost(a.term, b.term),
        run: (...args) => num(a, args) <= num(b, args),
      })),
      fc.tuple(n, n).map<Sample>(([a, b]) => ({
        term: less(a.term, b.term),
        run: (...args) => num(a, args) < num(b, args),
      })),
      f.map<Sample>((a) => ({ term: not(a.term), run: (...args) => !a.run(...args) })),
      fc.tuple(f, f, f).map<Sample>(([a, b, c]) => ({
        term: and([a.term, b.term, c.term]),
        run: (...args) => [a, b, c].every((one) => one.run(...args)),
      })),
      fc.tuple(f, f).map<Sample>(([a, b]) => ({
        term: or([a.term, b.term]),
        run: (...args) => [a, b].some((one) => one.run(...args)),
      })),
      fc.tuple(f, f).map<Sample>(([a, b]) => ({
        term: implies(a.term, b.term),
        run: (...args) => !a.run(...args) || b.run(...args),
      })),
      fc.tuple(f, f).map<Sample>(([a, b]) => ({
        term: iff(a.term, b.term),
        run: (...args) => a.run(...args) === b.run(...args),
      })),
    ),
  };
});

test('simplification keeps the meaning', () => {
  let simplified = 0;
  fc.assert(
    fc.property(
      numeric,
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: -4, max: 4 }),
      fc.boolean(),
      fc.boolean(),
      (sample, a, b, c, d) => {
        const values = substitution([
          [x, integer(a)],
          [y, integer(b)],
          [p, boolean(c)],
          [r, boolean(d)],
        ]);
        const value = substitute(sample.term, values);
        simplified += 1;
        // With every variable known, the constructors compute the value; -0 is 0.
        expect(value.kind === 'integer' ? value.value + 0 : value.kind).toBe(
          Number(sample.run(a, b, c, d)) + 0,
        );
      },
    ),
    { seed: 7, numRuns: 2000 },
  );
  expect(simplified).toBe(2000);
});
