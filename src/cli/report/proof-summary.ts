/** What was proved, and how: counts by kind, and the theorem that each rule rests on. */

import { groupBy } from '../../base/order.ts';
import type { ProofRecord } from '../../base/search-record.ts';
import type { PlanDocument } from '../../plan/document.ts';
import { counted } from '../figures.ts';
import { labelled, wrapped } from '../layout.ts';

const kinds = ['instance', 'bounded', 'syntactic'] as const;

/** Lines under the word `proof`. */
export function proofSummary(
  { trace, declined }: PlanDocument,
  columns: number,
): readonly string[] {
  const rules = groupBy(trace, (step) => step.rule);
  const all = trace.flatMap((step) => step.obligations);
  const conditions = all.filter((each) => each.kind !== 'argued');
  const proved = conditions.filter((each) => each.verdict === 'proved');
  const solvers = new Set(all.flatMap((each) => each.solver ?? []));
  const head =
    trace.length === 0
      ? 'no rewrite is used, so nothing had to be proved'
      : `${counted(trace.length, 'rewrite')} used, side conditions proved: ${proved.length} of ${counted(conditions.length, 'obligation')} (${kindCounts(conditions)})${solvers.size === 0 ? '' : `, ${[...solvers].join(', ')}`}`;
  return [
    ...labelled('  proof', head, columns),
    ...[...rules].flatMap(([rule, steps]) =>
      theoremLines(
        rule,
        steps.flatMap((step) => step.obligations),
        columns,
      ),
    ),
    ...declinedLines(declined, columns),
  ];
}

/** `2 instance, 1 syntactic` */
export function kindCounts(proofs: readonly ProofRecord[]): string {
  const counts = kinds.map(
    (kind) => [kind, proofs.filter((each) => each.kind === kind).length] as const,
  );
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function theoremLines(
  rule: string,
  proofs: readonly ProofRecord[],
  columns: number,
): readonly string[] {
  const theorem = proofs.find((each) => each.kind === 'argued');
  const conditions = proofs.filter((each) => each.kind !== 'argued');
  const open = conditions.filter((each) => each.verdict !== 'proved').length;
  const state = open === 0 ? 'side conditions proved' : `${open} side conditions NOT proved`;
  const claim = theorem === undefined ? 'none' : `${theorem.claim} (argued, judged)`;
  const text = `${rule}: ${state}; rule: theorem: ${claim}`;
  return wrapped(text, columns - 10, 2).map((line) => `          ${line}`);
}

function declinedLines(declined: PlanDocument['declined'], columns: number): readonly string[] {
  if (declined.length === 0) return [];
  const count = (verdict: string): number =>
    declined.filter((each) => each.verdict === verdict).length;
  const parts = [
    `${count('refuted')} refuted with a counterexample`,
    `${count('unknown')} unknown`,
    `${count('not-applicable')} where a condition fails by names alone`,
  ];
  const text = `${counted(declined.length, 'rewrite')} declined: ${parts.join(', ')}; see \`optimize trace --declined\``;
  return labelled('', text, columns);
}
