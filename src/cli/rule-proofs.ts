/** What a rule's own examples show: where it applies with which obligations, and which condition stops it. */

import type { DeclinedRewrite } from '../base/search-record.ts';
import type { Program } from '../ir/program.ts';
import type { ProgramRule, RefinementRule, Rule } from '../rewrite/rule.ts';
import { type Saturated, saturate, searchLimits } from '../rewrite/saturate.ts';
import type { Obligation } from '../smt/obligation.ts';
import type { Solver } from '../smt/solver.ts';
import { loadProgram } from '../syntax/load.ts';
import { appliedIn } from './plan-obligations.ts';
import type { ProvedObligation } from './proofs.ts';

export interface RuleCase {
  readonly at: string;
  readonly obligation: Obligation;
}

export interface RuleCases {
  readonly asked: readonly RuleCase[];
  /** What no solver is asked: decided by names, argued on paper, or an example that didn't do what it says. */
  readonly others: readonly ProvedObligation[];
}

/** A shipped program, for rules that bring no example of their own. */
export interface Specimen {
  readonly name: string;
  readonly program: Program;
}

/** A rule whose conditions are proved. */
type Proven = RefinementRule | ProgramRule;

export async function ruleCases(
  rule: Proven,
  all: readonly Rule[],
  context: {
    readonly solver: Solver;
    readonly specimens: readonly Specimen[];
    readonly signal: AbortSignal;
  },
): Promise<RuleCases> {
  const { solver, signal } = context;
  const rules = all.filter((each) => each.kind === 'equation' || each.name === rule.name);
  const search = (program: Program): Promise<Saturated> =>
    saturate(program, { rules, solver, signal, limits: searchLimits, rate: () => 1 });
  const found: RuleCase[] = [];
  const others: ProvedObligation[] = [];
  for (const [index, example] of rule.examples.fires.entries()) {
    const at = `example ${index + 1}`;
    const program = programOf(example.program);
    const saturated = program === null ? null : await search(program);
    const cases = casesOf(saturated, rule, at);
    if (cases === null) others.push(failed(rule, at, 'the rule does not apply to its own example'));
    found.push(...(cases ?? []));
  }
  if (rule.examples.fires.length === 0) {
    for (const { name, program } of context.specimens) {
      const cases = casesOf(await search(program), rule, name);
      if (cases === null) continue;
      found.push(...cases);
      break;
    }
  }
  for (const [index, example] of rule.examples.declines.entries()) {
    const at = `counterexample ${index + 1}`;
    const program = programOf(example.program);
    const saturated = program === null ? null : await search(program);
    const stop = saturated?.declined.find(
      (each) => each.rule === rule.name && each.condition === example.condition,
    );
    others.push(
      stop === undefined
        ? failed(rule, at, `\`${example.condition}\` does not stop the rule`)
        : { ...shown(rule, at, kindOf(stop), example.condition), verdict: 'proved' },
    );
  }
  others.push({
    ...shown(rule, 'theorem', 'argued', rule.name),
    claim: rule.theorem,
    verdict: 'proved',
  });
  return { asked: distinct(found), others };
}

function programOf(text: string): Program | null {
  const loaded = loadProgram({ name: 'example.ir', text });
  return loaded.kind === 'ok' ? loaded.value.program : null;
}

/** The obligations of every application; null when there is none. */
function casesOf(
  saturated: Saturated | null,
  rule: Proven,
  at: string,
): readonly RuleCase[] | null {
  if (saturated === null) return null;
  const applications = appliedIn(saturated).filter((each) => each.rule.name === rule.name);
  if (applications.length === 0) return null;
  return applications.flatMap(({ ask }) => ask().map((obligation) => ({ at, obligation })));
}

function distinct(cases: readonly RuleCase[]): readonly RuleCase[] {
  return [...new Map(cases.map((each) => [each.obligation.id, each])).values()];
}

/** Refuted by the solver, or decided by names. */
function kindOf({ verdict }: DeclinedRewrite): 'instance' | 'syntactic' {
  return verdict === 'refuted' ? 'instance' : 'syntactic';
}

function shown(
  rule: Proven,
  at: string,
  kind: ProvedObligation['kind'],
  lemma: string,
): Omit<ProvedObligation, 'verdict'> {
  const claim = `\`${lemma}\` stops ${rule.name}`;
  return { id: `${rule.name}/${at}`, rule: rule.name, kind, lemma, claim, at, loadBearing: [] };
}

function failed(rule: Proven, at: string, reason: string): ProvedObligation {
  return {
    ...shown(rule, at, 'syntactic', rule.name),
    claim: 'the example of the rule',
    verdict: 'refuted',
    reason,
  };
}
