/** Searching by hand: the matches of patterns, without a rule. */
import type { EGraph } from './egraph.ts';
import type { Atom } from './pattern.ts';
import type { Match } from './rule.ts';
import { RuleRunner } from './rule-runner.ts';

/** An applier for rules that are only searched. */
const applyNothing = (): null => null;

/**
 * The matches of all atoms at once on a rebuilt e-graph, at most `matchesMax`. A match is listed once
 * for each choice of e-nodes, so patterns that ignore payloads can list a substitution repeatedly.
 */
export function matchesOf<P>(
  egraph: EGraph<P>,
  atoms: readonly Atom<P>[],
  matchesMax: number = Number.MAX_SAFE_INTEGER,
): readonly Match<P>[] {
  const runner = new RuleRunner(egraph, {
    name: 'search',
    left: { kind: 'patterns', atoms },
    right: { kind: 'apply', apply: applyNothing },
    when: undefined,
  });
  runner.search(matchesMax);
  return runner.matches();
}
