/** The builders of equation rules, for the files under `rules/`. */

import type { EGraph } from '../egraph/egraph.ts';
import type { ClassId } from '../egraph/ids.ts';
import { childrenFirst } from '../egraph/term.ts';
import type { Payload, ScanPayload } from './language.ts';
import { oldestTerm } from './oldest.ts';

export type { EGraph } from '../egraph/egraph.ts';
export type { ClassId } from '../egraph/ids.ts';
export { literal, node, payloadVariable, variable } from '../egraph/pattern.ts';
export type { Condition as RuleCondition, Rule as EGraphRule } from '../egraph/rule.ts';
export { rewrite, searchRewrite } from '../egraph/rule.ts';
export { substitution } from '../egraph/substitution.ts';
export type { ClausePayload, ComponentPayload, Payload } from './language.ts';
export { clauseTerm, termClause } from './language.ts';
export { readsOf } from './part.ts';
export { unfolded } from './unfold.ts';

/** Names that the clauses read as rigid data. */
export function rigidScans(
  egraph: EGraph<Payload>,
  clauses: readonly ClassId[],
): ReadonlySet<string> {
  const parts = clauses.flatMap((id) => childrenFirst(oldestTerm(egraph, id)));
  return new Set(
    parts.flatMap(({ op, payload }) => {
      const scan = payload as ScanPayload;
      return op === 'scan' && scan.rigid ? [scan.relation] : [];
    }),
  );
}
