/** What the analyses leave open and the solver decides: small programs, each beside one that differs in a word. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import type { Saturated } from '../../src/rewrite/saturate.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { programOf } from '../analysis/support.ts';
import { choosing, planProgram } from '../support/choose-plan.ts';
import { judgeTiny, pairsOf, search } from '../support/rules-at-work.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const folder = new URL('../data/programs/questions/', import.meta.url);

function written(name: string): Promise<Saturated> {
  return search(programOf(readFileSync(new URL(`${name}.ir`, folder), 'utf8')), rules, solver);
}

/** The proofs of a condition by the solver, for the partitions of a role: claims and what they rest on. */
function proofs(found: Saturated, role: string, lemma: string): readonly string[] {
  const all = [...found.applications.values()]
    .filter(
      ({ rule, match }) => rule.name === 'partition/co-hashing' && match.site.part.role === role,
    )
    .flatMap((each) => each.proofs)
    .filter((proof) => proof.lemma === lemma && proof.kind === 'instance')
    .map(({ claim, hypotheses }) => [claim, ...hypotheses].join(' | '));
  return [...new Set(all)];
}

function refusals(found: Saturated, role: string, condition: string): readonly string[] {
  return found.declined
    .filter((each) => each.at === role && each.condition === condition)
    .map(({ verdict, counterexample }) => `${verdict}: ${counterexample.join('; ')}`);
}

const stutters = 'stutter-insensitive';

test.each([
  ['lease', 'every tick without input brings lease nearer to rest'],
  ['rounds', 'every tick without input brings pong, ping nearer to rest'],
  ['through', 'every tick without input brings open nearer to rest'],
])('ticks of %s come to rest, which only the solver can tell', async (name, claim) => {
  const found = await written(name);
  expect(proofs(found, 'server', stutters)).toEqual([claim]);
  expect(refusals(found, 'server', stutters)).toEqual([]);
});

test.each([
  ['lease', 'server', 'partition/co-hashing'],
  ['through', 'server', 'partition/co-hashing'],
  ['window', 'front', 'partition/co-hashing'],
])('the judge agrees about %s, spread over processes', async (name, role, rule) => {
  const found = await written(name);
  const [node] = [...found.applications].flatMap(([id, each]) =>
    each.rule.name === rule && each.match.site.part.role === role ? [id] : [],
  );
  if (node === undefined) throw new Error('the rule applies');
  const base = found.normalized.program;
  const plan = planProgram(found, choosing(found, node));
  const judged = judgeTiny(base, plan, pairsOf(base).slice(0, 4));
  expect(judged.verdict).toBe('refines');
});

test.each([
  ['lease-wrong', 'refuted: in one tick: lease(0, -1); in the next: lease(0, -2)'],
  ['rounds-wrong', 'refuted: in one tick: ping(0, 0); in the next: pong(0, 0)'],
  ['through-wrong', 'refuted: in one tick: open(2); in one tick: line(2, 1); in the next: open(1)'],
])('those of %s need not, and a step shows it', async (name, refusal) => {
  const found = await written(name);
  // Each rule that asks is refused in the same words.
  expect([...new Set(refusals(found, 'server', stutters))]).toEqual([refusal]);
  expect(proofs(found, 'server', stutters)).toEqual([]);
});

test('what is below a mark that only rises is never asked for again, so copies may come twice', async () => {
  const found = await written('window');
  expect(proofs(found, 'front', 'messages-carry-key')).toEqual([
    'store.6 derives nothing from a held that store.5 gave up | low: -> m (inferred from the clauses)',
  ]);
});

test('at the mark itself it is', async () => {
  const found = await written('window-wrong');
  expect(proofs(found, 'front', 'messages-carry-key')).toEqual([]);
  expect(refusals(found, 'front', 'messages-carry-key')).toEqual([
    'refuted: given up: held(0, string0); given up: held(0, string0); given up: low(0); later: get(client0, 0); later: held(0, string0); later: low(0); later: answer(0, string0)',
  ]);
});

test('a mark that may sink lets go of what is asked for later', async () => {
  const found = await written('window-sinking');
  expect(refusals(found, 'front', 'messages-carry-key')).toHaveLength(1);
});
