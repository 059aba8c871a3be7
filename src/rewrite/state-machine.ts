/**
 * What makes a role a state machine (theory.md, 1.2), as lemmas about its clauses: what is said to hold only in ticks with
 * input is derived by none without it, and what is said to stay as it was does, once the node is settled.
 */

import { type Component, componentOfRole, derivations } from '../analysis/component.ts';
import { eventRelations, existence, noChange } from '../analysis/events.ts';
import type { ObligationVerdict } from '../base/search-record.ts';
import { existenceDependency } from '../smt/lemmas/existence-dependency.ts';
import { noChangeDependency } from '../smt/lemmas/no-change-dependency.ts';
import type { Obligation } from '../smt/obligation.ts';
import type { Solver } from '../smt/solver.ts';
import { dependenciesIn, type HowDeclared } from './dependencies-in.ts';
import { encodeClauses } from './encode.ts';
import type { Asked } from './questions.ts';

const rule = 'state machine';

export function stateMachineLemmas(
  component: Component,
  declared: HowDeclared,
): readonly Obligation[] {
  const dependencies = dependenciesIn(component, declared);
  const encode = (clause: Component['clauses'][number]): ReturnType<typeof encodeClauses> =>
    encodeClauses(component, clause, dependencies);
  const silent = eventRelations(component);
  const exists = existence(component);
  const steady = [...noChange(component)].flatMap(([name, found]) =>
    found.kind === 'holds' && exists.get(name)?.kind !== 'holds' ? [name] : [],
  );
  const derived = derivations(component);
  const empty = [...derived].filter(([name]) => silent.has(name));
  return [
    ...empty.flatMap(([, clauses]) =>
      clauses.flatMap(encode).map((clause) => existenceDependency({ rule, clause, silent })),
    ),
    ...steady.flatMap((name): readonly Obligation[] => {
      const clauses = (derived.get(name) ?? []).flatMap(encode);
      const [first] = clauses;
      if (first === undefined) return [];
      const unchanged = new Set(steady.filter((each) => each !== name));
      const { relation } = first.head;
      return [noChangeDependency({ rule, relation, clauses, silent, unchanged, quiet: 'settled' })];
    }),
  ];
}

export interface StateMachineClaims {
  readonly role: string;
  /** How many claims about its relations were asked. */
  readonly claims: number;
  readonly verdict: ObligationVerdict;
  /** Those that aren't proved. */
  readonly open: readonly string[];
}

/** The solver's word on what the analysis says of ticks without input, role by role; roles without claims are left out. */
export async function confirmStateMachines(
  { program, declared }: Asked,
  solver: Solver,
  signal?: AbortSignal,
): Promise<readonly StateMachineClaims[]> {
  const options = signal === undefined ? {} : { signal };
  const found: StateMachineClaims[] = [];
  for (const { name, external } of program.roles) {
    const lemmas = external ? [] : stateMachineLemmas(componentOfRole(program, name), declared);
    if (lemmas.length === 0) continue;
    const verdicts = await solver.checkMany(lemmas, options);
    const open = lemmas.filter((_, index) => verdicts[index]?.kind !== 'proved');
    found.push({
      role: name,
      claims: lemmas.length,
      verdict: open.length === 0 ? 'proved' : 'unknown',
      open: open.map((each) => each.title),
    });
  }
  return found;
}
