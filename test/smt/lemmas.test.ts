import { afterAll, expect, test } from 'vitest';
import { createSolver } from '../../src/smt/solver.ts';
import { lemmaCases } from './lemma-cases.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

test.each(lemmaCases)('$name', async ({ obligations, expected }) => {
  const verdicts = await solver.checkMany(obligations);
  expect(verdicts.map(({ kind }) => kind)).toEqual(expected);
});
