/** The plan that one rule makes of a program, as text, and the same text with something changed. */
import { expect } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { printProgram } from '../../src/ir/print.ts';
import type { Rule } from '../../src/rewrite/rule.ts';
import type { Solver } from '../../src/smt/solver.ts';
import { load } from '../judge/judge.ts';
import { choosing, planProgram } from './choose-plan.ts';
import { search } from './rules-at-work.ts';

export type Change = readonly [from: string | RegExp, to: string];

/** Made when it is first asked for, with the rule's first application. */
export function planBy(rule: Rule, program: string, solver: Solver): () => Promise<string> {
  let made: Promise<string> | null = null;
  const make = async (): Promise<string> => {
    const saturated = await search(load(program), [rule], solver);
    const [node] = [...saturated.applications.keys()];
    const chosen = choosing(saturated, defined(node, 'the rule applies'));
    return printProgram(planProgram(saturated, chosen));
  };
  return () => {
    made ??= make();
    return made;
  };
}

/** Each change must find its place. */
export function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((all, [from, to]) => {
    const next = all.replace(from, to);
    expect(next, `${from} is in the plan`).not.toBe(all);
    return next;
  }, text);
}
