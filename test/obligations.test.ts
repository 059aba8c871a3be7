/** The bounded obligations of all rules: proved, not vacuous, each condition needed, and other solvers agree. */
import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { boundedOf } from '../src/rewrite/rule.ts';
import { checkLoadBearing } from '../src/smt/load-bearing.ts';
import { type Obligation, without } from '../src/smt/obligation.ts';
import { type Answered, nativeSolvers, readRecheck, recheckInput } from '../src/smt/recheck.ts';
import { createSolver } from '../src/smt/solver.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const refinements = rules.filter((rule) => rule.kind === 'refinement');
const obligations = refinements.flatMap(boundedOf);

/** By rule: the hypotheses that are conditions. Each must bear load. */
const conditions: Readonly<Record<string, readonly string[]>> = {
  relay: ['relay', 'keeps-order'],
  alias: [
    'one-delivery',
    'functional(move)',
    'independent(stay, move)',
    'keeps-order',
    'repeats-harmless',
    'cut-keeps-the-clause',
  ],
  'decouple/mutually-independent': [
    'stutter-insensitive',
    'mutually-independent',
    'owns-its-state',
    'keeps-order',
  ],
  'decouple/functional': [
    'one-delivery',
    'functional(move)',
    'independent(stay, move)',
    'keeps-order',
    'repeats-harmless',
    'cut-keeps-the-clause',
  ],
  'decouple/monotonic': [
    'monotonic(move)',
    'inputs-last',
    'independent(stay, move)',
    'keeps-order',
  ],
  'partition/co-hashing': [
    'co-hashing',
    'stutter-insensitive',
    'keyed-inputs',
    'keeps-order',
    'messages-carry-key',
  ],
};

/** Conditions about names and addresses, or asked twice: the obligation's comment says so. */
const unmodelled: Readonly<Record<string, readonly string[]>> = {
  relay: ['redirectable'],
  alias: ['redirectable', 'functional'],
  'decouple/mutually-independent': ['redirectable'],
  'decouple/functional': ['redirectable', 'functional'],
  'decouple/monotonic': ['redirectable', 'stutter-insensitive', 'monotonic'],
  'partition/co-hashing': [],
};

test('every rule has a bounded obligation, whose conditions are conditions of the rule', () => {
  for (const rule of refinements) {
    const own = boundedOf(rule);
    expect(own.map((each) => [each.rule, each.kind])).toEqual([[rule.name, 'bounded']]);
    const named = own.flatMap((each) => each.conditions);
    expect(named).toEqual(conditions[rule.name]);
    const asked = new Set(rule.where.map((condition) => condition.name));
    expect([...new Set([...named, ...(unmodelled[rule.name] ?? [])])].sort()).toEqual(
      [...asked].sort(),
    );
  }
});

test('within the bound every history of a cut component is one of the whole: proved, from every condition', async () => {
  for (const [index, verdict] of (await solver.checkMany(obligations)).entries()) {
    expect(verdict.kind).toBe('proved');
    const core = verdict.kind === 'proved' ? verdict.core : [];
    for (const condition of obligations[index]?.conditions ?? []) expect(core).toContain(condition);
  }
});

test('without any one condition the solver finds a history that the whole does not have', async () => {
  for (const obligation of obligations) {
    const found = await checkLoadBearing(solver, obligation);
    expect(found.map(({ condition, withoutIt }) => [condition, withoutIt.kind])).toEqual(
      obligation.conditions.map((condition) => [condition, 'refuted']),
    );
    for (const { withoutIt } of found) {
      expect(withoutIt.kind === 'refuted' ? withoutIt.values.length : 0).toBeGreaterThan(5);
    }
  }
});

const installed = nativeSolvers.filter(
  ({ command }) => spawnSync(command, ['--version']).status === 0,
);

test.skipIf(installed.length === 0)('other solvers agree with every verdict', async () => {
  const distinct = new Map<string, Obligation>();
  for (const each of obligations) {
    distinct.set(each.id, each);
    for (const name of each.conditions) {
      const weaker = without(each, name);
      distinct.set(weaker.id, weaker);
    }
  }
  const all = [...distinct.values()];
  const verdicts = await solver.checkMany(all);
  const answered = all.flatMap((obligation, index): Answered[] => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : [{ obligation, verdict }];
  });
  for (const { command, arguments: args } of installed) {
    const { stdout } = spawnSync(command, args, {
      input: recheckInput(answered),
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
    const outcome = readRecheck(answered, stdout);
    expect(outcome).toEqual({ kind: 'checked', count: all.length, disagreements: [] });
  }
});
