import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  type Answered,
  nativeSolvers,
  recheck,
  smtFile,
  writeSmtFiles,
} from '../../src/smt/recheck.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { quantified, samePartition } from './examples.ts';
import { lemmaCases } from './lemma-cases.ts';

const solver = createSolver();
const folder = mkdtempSync(join(tmpdir(), 'recheck-'));
afterAll(async () => {
  await solver.dispose();
  rmSync(folder, { recursive: true });
});

const natives = nativeSolvers();
const obligations = [...lemmaCases.flatMap((one) => one.obligations), quantified()];

async function answered(): Promise<readonly Answered[]> {
  const verdicts = await solver.checkMany(obligations);
  return obligations.flatMap((obligation, index) => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : [{ obligation, verdict }];
  });
}

test('the file of an obligation says what it is and what is expected', async () => {
  const obligation = samePartition();
  const verdict = await solver.check(obligation);
  const [path = ''] = writeSmtFiles(folder, [{ obligation, verdict }]);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`\
; one partition
; test, example, instance
; ${obligation.id}
; expect: unsat
(set-logic ALL)
(declare-sort s.Key 0)
(declare-sort s.Partition 0)
(declare-fun v.a () s.Key)
(declare-fun v.b () s.Key)
(declare-fun v.n () Int)
(declare-fun f.part (s.Key) s.Partition)
; both have one key
(assert (= v.a v.b))
; n is at most 0
(assert (<= v.n 0))
; the goal, negated
(assert (not (= (f.part v.a) (f.part v.b))))
(check-sat)
`);
  expect(smtFile({ obligation, verdict: { kind: 'vacuous' } })).toContain('; expect: no answer');
});

test.skipIf(natives.length === 0)('native solvers agree on every lemma', async () => {
  const all = await answered();
  for (const native of natives) {
    const outcome = recheck(native, all);
    expect(outcome).toEqual({ kind: 'checked', count: obligations.length, disagreements: [] });
  }
});

test.skipIf(natives.length === 0)('a wrong claim is found', async () => {
  const [first] = natives;
  if (first === undefined) throw new Error('a native solver is installed');
  const claim: Answered = {
    obligation: samePartition(),
    verdict: { kind: 'refuted', values: [], rlimit: 0 },
  };
  const outcome = recheck(first, [claim]);
  expect(outcome).toMatchObject({
    kind: 'checked',
    disagreements: [{ solver: first.name, expected: 'sat', answered: 'unsat' }],
  });
});
