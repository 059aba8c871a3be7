/** Distribution policies that partitioning proposes for a component: found by the analysis, proved by the solver. */

import { interfaceOf, namesOf } from '../analysis/component.ts';
import { type FunctionSearch, functionPolicies } from '../analysis/key-functions.ts';
import { distributionPolicies } from '../analysis/keys.ts';
import { asComponent } from './conditions.ts';
import type { Policy } from './language.ts';
import { printPolicy } from './lemmas.ts';
import type { PartView } from './part.ts';
import type { Proposal, Site } from './rule.ts';

/** Policies proposed for one component. */
export const POLICIES_MAX = 4;

export function* policies(site: Site): Iterable<Proposal> {
  const limits = { policiesMax: POLICIES_MAX, stepsMax: 20_000 };
  const component = asComponent(site.view);
  const found = distributionPolicies(component, undefined, limits).policies;
  // Where the search finds none, a plausible one is asked about all the same: its refutation shows
  // two facts that would have met and no longer do.
  const proposed = found.length > 0 ? found : [plausiblePolicy(site.view)];
  for (const policy of proposed) {
    const text = printPolicy(site.view, policy);
    yield { kind: 'partition', policy, summary: `spreads its facts by ${text}` };
  }
}

/**
 * Policies with functions of columns, which no policy by columns alone is finer than. Where the search finds none
 * although some relations could have functions, those are asked about with a plausible column of the others.
 */
export function* functionsOfColumns(site: Site): Iterable<Proposal> {
  const { view } = site;
  const limits = { policiesMax: POLICIES_MAX, stepsMax: 20_000 };
  const component = asComponent(view);
  const found = functionPolicies(component, undefined, limits);
  const proposed = found.policies.length > 0 ? found.policies : plausibleFunctions(view, found);
  for (const policy of proposed) {
    const text = printPolicy(view, policy);
    yield { kind: 'partition', policy, summary: `spreads its facts by ${text}` };
  }
}

function plausibleFunctions(view: PartView, { candidates }: FunctionSearch): readonly Policy[] {
  const functions = [...candidates].flatMap(([name, [first]]): [string, Policy[string]][] =>
    first === undefined ? [] : [[name, [first]]],
  );
  if (functions.length === 0) return [];
  return [{ ...plausiblePolicy(view), ...Object.fromEntries(functions) }];
}

/** The first integer column of everything that is read, or the first column. */
function plausiblePolicy(view: PartView): Policy {
  const component = asComponent(view);
  const names = namesOf(component);
  return Object.fromEntries(
    interfaceOf(component).references.flatMap((name) => {
      const columns = names.get(name)?.columns ?? [];
      if (columns.length === 0) return [];
      const integer = columns.findIndex((column) => column.type.kind === 'int');
      return [[name, [Math.max(0, integer)]]];
    }),
  );
}
