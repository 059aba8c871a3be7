/** Obligations: of rules, all proved and each condition needed; of programs, decided both ways. Other solvers agree. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { analyzeProgram } from '../src/analysis/report.ts';
import { questionsOf } from '../src/rewrite/answer.ts';
import { batching } from '../src/rewrite/bounded/asymmetric.ts';
import { streams } from '../src/rewrite/bounded/keyed-streams.ts';
import { turns } from '../src/rewrite/bounded/partial.ts';
import { restingTurns } from '../src/rewrite/bounded/turns-at-rest.ts';
import { establishDependencies, howDeclared } from '../src/rewrite/establish.ts';
import { lawsOf } from '../src/rewrite/laws.ts';
import { ask } from '../src/rewrite/questions.ts';
import { boundedOf } from '../src/rewrite/rule.ts';
import { checkLoadBearing } from '../src/smt/load-bearing.ts';
import { type Obligation, without } from '../src/smt/obligation.ts';
import { type Answered, nativeSolvers, readRecheck, recheckInput } from '../src/smt/recheck.ts';
import { createSolver } from '../src/smt/solver.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { shipped } from './support/protocols.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const proven = rules.filter((rule) => rule.kind !== 'equation');
const obligations = proven.flatMap(boundedOf);

/** By rule: the hypotheses that are conditions. Each must bear load. */
const conditions: Readonly<Record<string, readonly string[]>> = {
  'normalize/share-definitions': ['unwatched', 'kept-alike', 'same-definition'],
  'normalize/push-selection': [
    'unwatched',
    'read-as-present',
    'sender-decides',
    'stutter-insensitive',
    'every-reader-asks',
    'sends-what-is-asked',
  ],
  'normalize/push-projection': [
    'unwatched',
    'not-routed',
    'keeps-groups',
    'keeps-order',
    'one-message-each',
    'column-unread',
  ],
  'normalize/send-once': ['nothing-lost', 'repeats-harmless', 'restarts-together'],
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
  'decouple/asymmetric': ['independent(move, stay)', 'may-be-held-back'],
  'decouple/asymmetric-partitioned': [
    'independent(move, stay)',
    'co-hashing',
    'stutter-insensitive',
    'keeps-order',
    'messages-carry-key',
    'replicated-alike',
    'news-of-one-key',
  ],
  'partition/co-hashing': [
    'co-hashing',
    'stutter-insensitive',
    'keyed-inputs',
    'keeps-order',
    'messages-carry-key',
  ],
  'partition/dependencies': [
    'dependencies',
    'total-keys',
    'stutter-insensitive',
    'keyed-inputs',
    'keeps-order',
    'messages-carry-key',
  ],
  'partition/partial': [
    'replicated-alike',
    'co-hashing',
    'stutter-insensitive',
    'keeps-order',
    'messages-carry-key',
  ],
};

/** Conditions about names and addresses, or asked twice: the obligation's comment says so. */
const unmodelled: Readonly<Record<string, readonly string[]>> = {
  'normalize/share-definitions': [],
  'normalize/push-selection': [],
  'normalize/push-projection': ['keeps-spread'],
  'normalize/send-once': ['plain-columns', 'repeats-often', 'told-before'],
  relay: ['redirectable'],
  alias: ['redirectable', 'functional'],
  'decouple/mutually-independent': ['redirectable'],
  'decouple/functional': ['redirectable', 'functional'],
  'decouple/monotonic': ['redirectable', 'stutter-insensitive', 'said-in-one-place', 'monotonic'],
  'decouple/asymmetric': ['redirectable', 'owns-its-state', 'nothing-on-disk', 'existence'],
  'decouple/asymmetric-partitioned': [
    'redirectable',
    'may-be-held-back',
    'nothing-on-disk',
    'keyed-inputs',
    'may-be-lost',
    'existence',
  ],
  'partition/co-hashing': [],
  'partition/dependencies': [],
  'partition/partial': [
    'redirectable',
    'keyed-inputs',
    'sums-add-up',
    'may-be-lost',
    'restored-alike',
  ],
};

test('every rule has a bounded obligation, whose conditions are conditions of the rule', () => {
  for (const rule of proven) {
    const own = boundedOf(rule);
    expect(own.length).toBeGreaterThan(0);
    for (const each of own) expect([each.rule, each.kind]).toEqual([rule.name, 'bounded']);
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

test('each piece of the construction of asymmetric decoupling bears load, too', async () => {
  const [obligation] = obligations.filter((each) => each.rule === 'decouple/asymmetric');
  expect(batching).toHaveLength(4);
  for (const name of batching) {
    expect(obligation?.hypotheses.map((each) => each.name)).toContain(name);
    const [verdict] =
      obligation === undefined ? [] : await solver.checkMany([without(obligation, name)]);
    expect([name, verdict?.kind]).toEqual([name, 'refuted']);
  }
});

test('so does each piece of the construction of partial partitioning', async () => {
  const [obligation] = obligations.filter((each) => each.rule === 'partition/partial');
  expect(turns).toHaveLength(4);
  for (const name of turns) {
    expect(obligation?.hypotheses.map((each) => each.name)).toContain(name);
    const [verdict] =
      obligation === undefined ? [] : await solver.checkMany([without(obligation, name)]);
    expect([name, verdict?.kind]).toEqual([name, 'refuted']);
  }
});

test('and each piece of streams by key, and of turns that find them at rest', async () => {
  const own = obligations.filter((each) => each.rule === 'decouple/asymmetric-partitioned');
  const pieces = [streams, restingTurns];
  expect(pieces.map((names) => names.length)).toEqual([2, 4]);
  for (const [at, obligation] of own.entries()) {
    for (const name of pieces[at] ?? []) {
      expect(obligation.hypotheses.map((each) => each.name)).toContain(name);
      const [verdict] = await solver.checkMany([without(obligation, name)]);
      expect([name, verdict?.kind]).toEqual([name, 'refuted']);
    }
  }
});

const installed = nativeSolvers.filter(
  ({ command }) => spawnSync(command, ['--version']).status === 0,
);

/** All obligations that small programs bring about: proved ones and refuted ones. */
async function aboutPrograms(): Promise<readonly Obligation[]> {
  const found: Obligation[] = [];
  for (const name of readdirSync(questions).sort()) {
    const text = readFileSync(new URL(name, questions), 'utf8');
    const loaded = loadProgram({ name, text });
    if (loaded.kind === 'err') throw new Error(`${name} loads`);
    const { program } = loaded.value;
    const declared = howDeclared(await establishDependencies(program, solver));
    for (const question of questionsOf(analyzeProgram(program))) {
      found.push(...(ask({ program, declared }, question) ?? []));
    }
  }
  for (const name of ['kvs', 'quota', '2pc']) {
    const established = await establishDependencies(shipped(name), solver);
    found.push(...established.flatMap((each) => each.obligations));
  }
  for (const merge of ['max(a, b)', 'b', 'if a.0 >= b.0 then a else b', 'if a > b then a else b']) {
    const element = merge.includes('.0') ? '(int, int)' : merge === 'max(a, b)' ? 'int' : 'string';
    const text = `lattice Top(a: ${element}, b: ${element}) = ${merge}\nrole node { relation r(x: Top) r(x) :+ r(x) }`;
    const loaded = loadProgram({ name: 'top.ir', text });
    if (loaded.kind === 'err') throw new Error('a lattice loads');
    const { program } = loaded.value;
    found.push(...program.lattices.flatMap((each) => lawsOf(program, each)));
  }
  return found;
}

const questions = new URL('./data/programs/questions/', import.meta.url);

test('what programs ask is decided both ways, and never vacuous', async () => {
  const all = await aboutPrograms();
  const verdicts = await solver.checkMany(all);
  const kinds = verdicts.map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['proved', 'refuted']));
  expect(new Set(all.map((each) => each.lemma))).toEqual(
    new Set([
      'settles',
      'forgetting',
      'functional dependency',
      'lattice: commutative',
      'lattice: associative',
      'lattice: idempotent',
    ]),
  );
});

test.skipIf(installed.length === 0)(
  'other solvers agree with every verdict about rules',
  async () => {
    const distinct = new Map<string, Obligation>();
    for (const each of obligations) {
      distinct.set(each.id, each);
      for (const name of each.conditions) {
        const weaker = without(each, name);
        distinct.set(weaker.id, weaker);
      }
    }
    await expectAgreement([...distinct.values()]);
  },
);

test.skipIf(installed.length === 0)('and with every verdict about programs', async () => {
  const all = await aboutPrograms();
  await expectAgreement([...new Map(all.map((each) => [each.id, each])).values()]);
});

async function expectAgreement(all: readonly Obligation[]): Promise<void> {
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
}
