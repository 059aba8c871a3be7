/** The contract of a rule file, checked of every file under rules/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import type { Program } from '../src/ir/program.ts';
import type { Rule } from '../src/rewrite/rule.ts';
import type { Saturated } from '../src/rewrite/saturate.ts';
import { createSolver } from '../src/smt/solver.ts';
import { load } from './judge/judge.ts';
import { choosing, planProgram } from './support/choose-plan.ts';
import { judgeTiny, pairsOf, search } from './support/rules-at-work.ts';
import { filesUnder, root } from './support/source-facts.ts';

const solver = createSolver({ workersMax: 1 });
afterAll(() => solver.dispose());

const refinements = rules.filter((rule) => rule.kind === 'refinement');
const equations = rules.filter((rule) => rule.kind === 'equation');
const files = filesUnder('rules', ['.ts']).filter((path) => !path.endsWith('index.ts'));

/** The rule and the equations that open its cuts. */
function found(program: Program, rule: Rule): Promise<Saturated> {
  return search(program, [...equations.filter((each) => each !== rule), rule], solver);
}

function camelCase(words: readonly string[]): string {
  return words
    .flatMap((word) => word.split('-'))
    .map((word, at) => (at === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');
}

test('every file under rules/ holds one rule, under its own name, and every rule is in the list', async () => {
  const named = new Map<string, Rule>();
  for (const path of files) {
    const name = path.slice('rules/'.length, -'.ts'.length);
    const exported: Record<string, Rule> = await import(join(root, path));
    const [[symbol, rule] = []] = Object.entries(exported);
    expect(Object.keys(exported)).toHaveLength(1);
    expect(rule?.name).toBe(name);
    const words = name.split('/');
    expect([camelCase(words), camelCase(words.slice(-1))]).toContain(symbol);
    const text = readFileSync(join(root, path), 'utf8');
    expect(text).toMatch(/\n \*\/\nexport const /);
    expect(text.split('\n').length).toBeLessThanOrEqual(130);
    if (rule !== undefined) named.set(name, rule);
  }
  expect(new Set(rules)).toEqual(new Set(named.values()));
});

test('what a rule cites is listed', () => {
  const listed = readFileSync(join(root, 'rules/citations.md'), 'utf8');
  for (const { name, cites } of rules) {
    for (const number of cites) expect(listed, name).toContain(`\n${number}. `);
  }
  expect(refinements.filter((rule) => rule.cites.length === 0)).toEqual([]);
});

/** With less, the judge looks for shorter ways first, and takes longer. */
const roomy = { statesMax: 300_000, statesPerSearchMax: 300_000 };

/** What each rule makes of its examples, in order. */
const proposed: Readonly<Record<string, readonly string[]>> = {
  relay: ['relays `put`, `get` and does everything else behind the relay'],
  alias: ['sends `copy` from a process of its own'],
  'decouple/mutually-independent': ['`votes`, `tally`, `reply` on a process of its own'],
  'decouple/functional': ['sends `copy` from a process of its own'],
  'decouple/monotonic': ['sends `told` from a process that keeps copies of `asked`, `known`'],
  'decouple/asymmetric': ['sends `told`, `again` from a process that tells of `alarm` in batches'],
  'decouple/asymmetric-partitioned': [
    'tells of `alarm` in batches from processes that share facts by report(k), seen(k), and takes `raise` in turns',
    'tells of `alarm` in batches from processes that share facts by report(k), seen(k), and takes `raise` in turns',
  ],
  'partition/co-hashing': ['spreads its facts by cell(k), put(k), get(k)'],
  'partition/dependencies': [
    'spreads its facts by ask(k), cell(k), put(hash(x))',
    'spreads its facts by ask(k), cell(k), put(x / 10)',
  ],
  // A cut, and that one half of it is spread.
  'partition/partial': [
    'spreads its facts by cell(k), put(k), with copies of what depends on `raise` alone',
    'spreads its facts by cell(k), put(k), with copies of what depends on `raise` alone',
  ],
};

const countsTicks = '`ticks` gives itself new facts in every tick, so it counts ticks';
const noOrder = (channel: string): string =>
  `\`${channel}\` is declared \`ordered\`, and the parts have no common order`;
const tails = {
  'functional(move)': '`copy` merges its facts in a lattice column',
  'keeps-order': noOrder('copy'),
  'repeats-harmless':
    '`copy` is not declared `duplicating`, its reader can tell repetitions, and several forwarded facts may send one message',
};

/** Why each condition stops the rule on its counterexample. */
const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  relay: { 'keeps-order': noOrder('put') },
  alias: tails,
  'decouple/mutually-independent': {
    'stutter-insensitive': countsTicks,
    'keeps-order': noOrder('reply'),
  },
  'decouple/functional': tails,
  'decouple/monotonic': {
    'inputs-last': "`known` doesn't keep its facts, and the copy would",
    'monotonic(move)': '`told` carries a value that more facts change',
    'stutter-insensitive': countsTicks,
    'keeps-order': noOrder('told'),
    'said-in-one-place':
      '`server.6` and `server.7` may send one `told` in one tick, which its reader would get twice',
  },
  'decouple/asymmetric': {
    redirectable: 'clients send `report` and cannot be told another address',
    'may-be-held-back': '`told` is declared `ordered`',
    'nothing-on-disk': '`seen` is on disk',
    existence: '`told` is sent when `server.4` becomes true, without an input',
  },
  'decouple/asymmetric-partitioned': {
    redirectable: 'clients send `report` and cannot be told another address',
    'may-be-held-back': '`again` is declared `ordered`',
    'nothing-on-disk': '`seen` is on disk',
    'replicated-alike': '`beat` goes off at each process by itself',
    'stutter-insensitive': '`ranks` gives itself new facts in every tick, so it counts ticks',
    'keeps-order': noOrder('raise'),
    'messages-carry-key': "two processes may each send one `note`: it doesn't carry the key",
    'may-be-lost': '`told` would be sent from two places',
    existence: '`told` is sent when `server.7` becomes true, without an input',
    'news-of-one-key':
      '`server.1` may tell of several keys at once, in a tick without an input of one',
  },
  'partition/co-hashing': {
    'keyed-inputs': 'a firing of the timer `beat` has no key: every partition would need it',
    'stutter-insensitive': '`cell` gives itself new facts in every tick, so it counts ticks',
    'keeps-order': noOrder('put'),
    'messages-carry-key': "two processes may each send one `answer`: it doesn't carry the key",
    'co-hashing':
      'the facts that meet in server.4 live on one partition: refuted; get(client0, 0); cell(1, 0); answer(0, 0); partition of get = partition0; partition of cell = partition1',
  },
  'partition/dependencies': {
    'keyed-inputs': 'a firing of the timer `beat` has no key: every partition would need it',
    'stutter-insensitive': '`cell` gives itself new facts in every tick, so it counts ticks',
    'keeps-order': noOrder('put'),
    'messages-carry-key': "two processes may each send one `answer`: it doesn't carry the key",
    'total-keys': 'the key of `put` has no value where `/` divides by zero',
    dependencies:
      'the facts that meet in server.1 live on one partition: refuted; put(client0, 0, 2); cell(3, 2); partition of put = partition0; partition of cell = partition1',
  },
  'partition/partial': {
    redirectable: 'clients send `put` and cannot be told another address',
    'replicated-alike': '`beat` goes off at each process by itself',
    'stutter-insensitive': '`raised` gives itself new facts in every tick, so it counts ticks',
    'keeps-order': noOrder('put'),
    'messages-carry-key': "two processes may each send one `done`: it doesn't carry the key",
    'sums-add-up': 'two processes may each count one value of `size`',
    'may-be-lost': '`total` may not be lost in a crash',
    'restored-alike': 'a turn may write `cell` to the disk of a process',
  },
};

for (const rule of refinements) {
  test(`${rule.name} applies to its examples, and the judge agrees with the plans`, async () => {
    expect(rule.examples.fires.length).toBeGreaterThan(0);
    const summaries: string[] = [];
    for (const { program, role } of rule.examples.fires) {
      const base = load(program);
      const saturated = await found(base, rule);
      const own = [...saturated.applications].filter(
        ([, each]) => each.match.site.part.role === role,
      );
      expect(own.length).toBeGreaterThan(0);
      for (const [node, { match, beside }] of own) {
        summaries.push(match.proposal.summary);
        const plan = planProgram(saturated, choosing(saturated, node));
        expect(
          plan.roles.length + plan.roles.filter((each) => each.parts !== null).length,
        ).toBeGreaterThan(base.roles.length);
        // E-nodes of one match make one plan.
        if (beside.some((each) => each < node)) continue;
        for (const fault of [{}, { crashes: 1 }, { losses: 1 }]) {
          for (const pair of pairsOf(base)) {
            const { verdict } = judgeTiny(base, plan, [pair], { ...roomy, ...fault });
            expect(verdict).toBe('refines');
          }
        }
      }
    }
    expect(summaries).toEqual(proposed[rule.name]);
  }, 120_000);

  test(`${rule.name} is stopped by each of its conditions`, async () => {
    const given: Record<string, string> = {};
    for (const { program, role, condition } of rule.examples.declines) {
      expect(rule.where.map((each) => each.name)).toContain(condition);
      const { declined } = await found(load(program), rule);
      const own = declined.filter((each) => each.at === role);
      expect(own.map((each) => each.condition)).toEqual([condition]);
      given[condition] = own.map((each) => [each.reason, ...each.counterexample].join('; ')).join();
    }
    expect(given).toEqual(reasons[rule.name]);
  });

  test(`${rule.name} has a counterexample for each condition, or says that there can be none`, () => {
    const shown = new Set(rule.examples.declines.map((each) => each.condition));
    const text = readFileSync(join(root, 'rules', `${rule.name}.ts`), 'utf8');
    const missing = rule.where.map((each) => each.name).filter((name) => !shown.has(name));
    const comment = text.slice(text.indexOf('  theorem:'), text.indexOf('  examples:'));
    expect(missing.filter((name) => !comment.includes(`\`${name}\``))).toEqual([]);
  });
}

for (const rule of equations) {
  test(`${rule.name} applies to its examples, and not where it would be false`, async () => {
    const timesOf = async (program: string): Promise<number> => {
      const { report } = await search(load(program), [rule], solver);
      return report.rules[rule.name] ?? 0;
    };
    const { fires, declines } = rule.examples;
    expect(fires.length).toBeGreaterThan(0);
    expect(declines.length).toBeGreaterThan(0);
    for (const { program } of fires) expect(await timesOf(program)).toBeGreaterThan(0);
    for (const { program } of declines) expect(await timesOf(program)).toBe(0);
  });
}
