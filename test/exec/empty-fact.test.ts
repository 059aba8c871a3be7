/** A relation without columns holds one fact or none; the two must not look alike. */
import { expect, test } from 'vitest';
import { FactSet } from '../../src/exec/fact-set.ts';

test('the fact without columns is told from no fact', () => {
  expect(FactSet.of([[]]).text()).not.toBe(FactSet.make().text());
  expect(FactSet.of([[]]).text()).toBe(FactSet.of([[], []]).text());
});
