/** The contract of rules that rewrite the whole program before it is cut, checked of each of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { printProgram } from '../src/ir/print.ts';
import type { Program } from '../src/ir/program.ts';
import { planProblems } from '../src/plan/check.ts';
import { type Normalized, normalize } from '../src/rewrite/normalize.ts';
import type { ProgramRule } from '../src/rewrite/rule.ts';
import { createSolver } from '../src/smt/solver.ts';
import { load } from './judge/judge.ts';
import { judgeTiny, pairsOf } from './support/rules-at-work.ts';
import { root } from './support/source-facts.ts';

const solver = createSolver({ workersMax: 1 });
afterAll(() => solver.dispose());

const programRules = rules.filter((rule) => rule.kind === 'program');

function rewritten(program: Program, rule: ProgramRule): Promise<Normalized> {
  return normalize(program, { rules: [rule], solver, aboutRules: new Map() });
}

/** What each rule makes of its examples, in order. */
const summaries: Readonly<Record<string, readonly string[]>> = {
  'normalize/share-definitions': [
    'reads `seen` for `known`, which is derived in the same way',
    'reads `size` for `much`, which is derived in the same way',
  ],
  'normalize/push-selection': ['sends `copy` only if `x > 1`, as its readers ask'],
  'normalize/push-projection': ['sends `copy` without `y`, which nobody reads'],
  'normalize/send-once': ['sends each `copy` of server.4 once'],
};

/** Why each condition stops the rule on its counterexample. */
const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'normalize/send-once': {
    'nothing-lost': '`copy` may lose a message, and only what is sent again gets through',
    'restarts-together':
      '`store` may restart and forget `copy`, and `server` would not send it again',
    'plain-columns': '`copy` merges its facts in a lattice column',
    'repeats-harmless': '`copy` is read together with what may have changed since',
  },
  'normalize/share-definitions': {
    unwatched: 'the invariant `got` speaks of `known`',
    'kept-alike': '`known` starts with other facts than `seen`, or is kept otherwise',
  },
  'normalize/push-selection': {
    unwatched: 'the invariant `told` speaks of `copy`',
    'read-as-present': '`store.2` asks for the absence of `copy`',
    'sender-decides': '`server.1` folds its facts before it can tell which are wanted',
    'stutter-insensitive': '`many` gives itself new facts in every tick, so it counts ticks',
    'every-reader-asks': 'store.2 takes of `copy` only what is sent: refuted; copy(client0, 0)',
  },
  'normalize/push-projection': {
    unwatched: 'the invariant `hashed` speaks of `copy`',
    'not-routed': '`copy` finds its process by `y`',
    'keeps-groups': '`server.3` groups its facts by the column',
    'keeps-order': '`copy` is declared `ordered`, and what is sent would change places',
    'one-message-each':
      '`server.3` would send once what differs in `y` alone, and the reader can tell',
  },
};

for (const rule of programRules) {
  test(`${rule.name} applies to its examples, and the judge agrees with what comes out`, async () => {
    const found: string[] = [];
    for (const { program, role } of rule.examples.fires) {
      const base = load(program);
      const normalized = await rewritten(base, rule);
      found.push(...normalized.steps.map((each) => each.summary));
      expect(new Set(normalized.steps.map((each) => each.at))).toEqual(new Set([role]));
      const plan = load(printProgram(normalized.program));
      expect(planProblems(base, plan)).toEqual([]);
      for (const fault of [{}, { crashes: 1 }, { losses: 1 }, { duplicates: 1 }]) {
        expect(judgeTiny(base, plan, pairsOf(base), fault).verdict).toBe('refines');
      }
    }
    expect(found).toEqual(summaries[rule.name]);
  });

  test(`${rule.name} is stopped by each of its conditions`, async () => {
    const given: Record<string, string> = {};
    for (const { program, role, condition } of rule.examples.declines) {
      expect(rule.where.map((each) => each.name)).toContain(condition);
      const { steps, declined } = await rewritten(load(program), rule);
      expect(steps.map((each) => each.summary)).toEqual([]);
      const own = declined.filter((each) => each.at === role);
      expect(own.map((each) => each.condition)).toContain(condition);
      const shown = own.find((each) => each.condition === condition);
      given[condition] = [shown?.reason, ...(shown?.counterexample ?? [])].join('; ');
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
