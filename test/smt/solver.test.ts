import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { equal, not, variable } from '../../src/smt/build.ts';
import { checkLoadBearing } from '../../src/smt/load-bearing.ts';
import { printValue } from '../../src/smt/model.ts';
import { without } from '../../src/smt/obligation.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { namedSort } from '../../src/smt/sort.ts';
import { describeVerdict } from '../../src/smt/verdict.ts';
import { contradictory, endless, pigeons, quantified, samePartition, trivial } from './examples.ts';

const solver = createSolver({ rlimit: 200_000, wallMs: 20_000 });
const folder = mkdtempSync(join(tmpdir(), 'smt-'));
afterAll(async () => {
  await solver.dispose();
  rmSync(folder, { recursive: true });
});

test('proved, with the hypotheses that were needed', async () => {
  expect(await solver.check(samePartition())).toMatchObject({ kind: 'proved', core: ['same key'] });
  expect(await solver.check(trivial)).toMatchObject({ kind: 'proved', core: [] });
});

test('refuted, with the values of a counterexample', async () => {
  const verdict = await solver.check(without(samePartition(), 'same key'));
  if (verdict.kind !== 'refuted') throw new Error(describeVerdict(verdict));
  expect(verdict.values.map(({ label, value }) => `${label} = ${printValue(value)}`)).toEqual([
    'a = key0',
    'b = key1',
  ]);
  expect(await solver.check(quantified())).toMatchObject({ kind: 'refuted' });
});

test('contradictory hypotheses prove nothing', async () => {
  expect(await solver.check(contradictory())).toEqual({ kind: 'vacuous' });
});

test('what need not end is not asked', async () => {
  const verdict = await solver.check(endless());
  expect(describeVerdict(verdict)).toBe(
    'not proved: outside the decidable fragments, instantiating Key, then Key need not end',
  );
});

test('a used-up budget is unknown, and the same every time', async () => {
  const fresh = createSolver({ rlimit: 20_000 });
  const expected = { kind: 'unknown', reason: "the solver's budget is used up" };
  expect(await fresh.check(pigeons(9))).toEqual(expected);
  expect(await fresh.check(samePartition())).toMatchObject({ kind: 'proved' });
  expect(await fresh.check(pigeons(9))).toEqual(expected);
  await fresh.dispose();
});

test('every condition bears load, and one that does not is found', async () => {
  const [needed] = await checkLoadBearing(solver, samePartition());
  expect(needed).toMatchObject({ condition: 'same key', withoutIt: { kind: 'refuted' } });
  const generous = { ...samePartition(), conditions: ['same key', 'bound'] };
  const [, superfluous] = await checkLoadBearing(solver, generous);
  expect(superfluous).toMatchObject({ condition: 'bound', withoutIt: { kind: 'proved' } });
});

test('a table answers goal by goal', async () => {
  const key = namedSort('Key');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => variable(name, key));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three keys');
  const hypotheses = [{ name: 'same', formula: equal(a, b), text: 'a is b' }];
  const goals = [equal(a, b), equal(a, c), equal(b, a)];
  expect(await solver.checkTable({ hypotheses, goals })).toEqual({
    kind: 'answered',
    answers: ['proved', 'refuted', 'proved'],
  });
  expect(await solver.checkTable({ hypotheses, goals: [] })).toEqual({
    kind: 'answered',
    answers: [],
  });
  const impossible = [
    ...hypotheses,
    { name: 'not', formula: not(equal(a, b)), text: 'a is not b' },
  ];
  expect(await solver.checkTable({ hypotheses: impossible, goals })).toEqual({ kind: 'vacuous' });
});

test('an interrupted question is unknown, and the next one is answered', async () => {
  const stubborn = createSolver({ rlimit: 0, workersMax: 1 });
  await stubborn.warm();
  const signal = AbortSignal.timeout(50);
  const hard = stubborn.check(pigeons(11), { signal });
  const waiting = stubborn.check(pigeons(12), { signal });
  expect(await hard).toEqual({ kind: 'unknown', reason: 'interrupted' });
  expect(await waiting).toEqual({ kind: 'unknown', reason: 'interrupted' });
  expect(await stubborn.check(samePartition())).toMatchObject({ kind: 'proved' });
  const open = stubborn.check(pigeons(11));
  await stubborn.dispose();
  expect(await open).toEqual({ kind: 'unknown', reason: 'interrupted' });
  expect(await stubborn.check(pigeons(10))).toEqual({ kind: 'unknown', reason: 'interrupted' });
});

test('a stuck thread is replaced', async () => {
  const impatient = createSolver({ rlimit: 0, wallMs: 400, workersMax: 1 });
  await impatient.warm();
  expect(await impatient.check(pigeons(11))).toEqual({
    kind: 'unknown',
    reason: 'no answer in 400 ms',
  });
  expect(await impatient.check(samePartition())).toMatchObject({ kind: 'proved' });
  await impatient.dispose();
});

test('many questions get their own answers', async () => {
  const asked = Array.from({ length: 80 }, (_, index) =>
    index % 2 === 0 ? samePartition(index) : without(samePartition(index), 'same key'),
  );
  const verdicts = await solver.checkMany([...asked, ...asked]);
  const expected = asked.map((_, index) => (index % 2 === 0 ? 'proved' : 'refuted'));
  expect(verdicts.map(({ kind }) => kind)).toEqual([...expected, ...expected]);
});

test('the file of a run answers the next one without the solver', async () => {
  const cacheFile = join(folder, 'verdicts.json');
  const first = createSolver({ cacheFile });
  const verdict = await first.check(samePartition());
  await first.dispose();
  const second = createSolver({ cacheFile, workersMax: 0 });
  expect(await second.check(samePartition())).toEqual(verdict);
  expect(await second.check(trivial)).toEqual({
    kind: 'unknown',
    reason: 'no solver thread is allowed',
  });
  // Names come from the obligation that asks, not from the one that was remembered.
  const [sameKey, ...rest] = samePartition().hypotheses;
  if (sameKey === undefined) throw new Error('the example has hypotheses');
  const renamed = { ...samePartition(), hypotheses: [{ ...sameKey, name: 'renamed' }, ...rest] };
  expect(await second.check(renamed)).toMatchObject({ core: ['renamed'] });
  await second.dispose();
});

test('a forged or broken file proves nothing', async () => {
  const cacheFile = join(folder, 'forged.json');
  const first = createSolver({ cacheFile });
  await first.check(without(samePartition(), 'same key'));
  await first.dispose();
  const text = readFileSync(cacheFile, 'utf8');
  writeFileSync(cacheFile, text.replace(String.raw`#main\nsat`, String.raw`#main\nunsat`));
  const second = createSolver({ cacheFile });
  expect((await second.check(without(samePartition(), 'same key'))).kind).toBe('error');
  await second.dispose();
  writeFileSync(cacheFile, '{"engine": 1');
  const third = createSolver({ cacheFile });
  expect((await third.check(without(samePartition(), 'same key'))).kind).toBe('refuted');
  await third.dispose();
});

test('a process that forgets its solver still ends', () => {
  const program = `
    import { createSolver } from './src/smt/solver.ts';
    import { samePartition } from './test/smt/examples.ts';
    console.log((await createSolver().check(samePartition())).kind);`;
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  expect(output.trim()).toBe('proved');
});
