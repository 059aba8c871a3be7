import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import {
  type Answered,
  type NativeSolver,
  nativeSolvers,
  readRecheck,
  recheckInput,
  smtFile,
  smtFileName,
} from '../../src/smt/recheck.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { quantified, samePartition } from './examples.ts';
import { lemmaCases } from './lemma-cases.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const installed = nativeSolvers.filter(
  ({ command }) => spawnSync(command, ['--version']).status === 0,
);
const obligations = [...lemmaCases.flatMap((one) => one.obligations), quantified()];

function run({ command, arguments: args }: NativeSolver, answered: readonly Answered[]): string {
  return spawnSync(command, args, { input: recheckInput(answered), encoding: 'utf8' }).stdout;
}

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
  expect(smtFileName(obligation)).toMatch(/^[0-9a-f]{64}\.smt2$/);
  expect(smtFile({ obligation, verdict })).toBe(`\
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

test.skipIf(installed.length === 0)('native solvers agree on every lemma', async () => {
  const all = await answered();
  for (const native of installed) {
    const outcome = readRecheck(all, run(native, all));
    expect(outcome).toEqual({ kind: 'checked', count: obligations.length, disagreements: [] });
  }
});

test('a wrong claim is found, and so is an output that answers something else', () => {
  const claim: Answered = {
    obligation: samePartition(),
    verdict: { kind: 'refuted', values: [], rlimit: 0 },
  };
  const silent: Answered = { obligation: samePartition(), verdict: { kind: 'vacuous' } };
  expect(readRecheck([silent, claim], 'unsat\n')).toMatchObject({
    kind: 'checked',
    count: 1,
    disagreements: [{ expected: 'sat', answered: 'unsat' }],
  });
  expect(readRecheck([claim], 'unknown\n')).toMatchObject({
    disagreements: [{ answered: 'unknown' }],
  });
  expect(readRecheck([claim], 'sat\nsat\n').kind).toBe('failed');
  expect(readRecheck([claim], '(error "line 1")\n').kind).toBe('failed');
});
