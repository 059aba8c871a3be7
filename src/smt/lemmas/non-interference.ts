/**
 * Non-interference of a clause: two states that share some facts give the same derivations from them.
 *
 * - *functional*: they share one fact and what is constant. A clause that joins a second fact, negates or
 *   aggregates is refuted, for its outcome depends on what else is there.
 * - *independent*: they share all facts of given relations. A clause that reads any other is refuted.
 */

import { and, equal, equalAll, implies, not, variable } from '../build.ts';
import { type Atom, type Clause, mapClause, type NegatedAtom, showAtoms } from '../encode.ts';
import type { Formula } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import { boolSort } from '../sort.ts';
import { substitution } from '../substitute.ts';

export interface NonInterferenceLemma {
  readonly rule: string;
  readonly clause: Clause;
  readonly shared:
    | { readonly kind: 'one-fact' /** Index in the body. */; readonly atom: number | null }
    | { readonly kind: 'relations'; readonly names: ReadonlySet<string> };
  readonly given?: readonly Hypothesis[];
}

/** The clause yields the same from the one fact of its input, whatever else the two states hold. */
export function functional(rule: string, clause: Clause): Obligation {
  const atom = clause.body.findIndex(({ relation }) => !relation.constant);
  return nonInterference({
    rule,
    clause,
    shared: { kind: 'one-fact', atom: atom === -1 ? null : atom },
  });
}

export function nonInterference(lemma: NonInterferenceLemma): Obligation {
  const { rule, clause, shared, given = [] } = lemma;
  const one = stateOf(lemma, 'one state');
  const other = stateOf(lemma, 'another');
  return obligation({
    rule,
    lemma: shared.kind === 'one-fact' ? 'functional' : 'independent',
    kind: 'instance',
    title:
      shared.kind === 'one-fact'
        ? `${clause.name} depends on one fact at a time`
        : `${clause.name} depends on ${[...shared.names].join(', ') || 'no relation'} alone`,
    hypotheses: given,
    goal: and([
      equal(one.derives, other.derives),
      implies(and([one.derives, other.derives]), equalAll(one.head.args, other.head.args)),
    ]),
    show: [
      ...showAtoms([...clause.body, one.head], 'one state: '),
      ...showAtoms([other.head], 'another: '),
      { label: 'derived in one state', term: one.derives },
      { label: 'derived in another', term: other.derives },
    ],
  });
}

/** The same bindings in one of the two states. */
function stateOf(
  { clause, shared }: NonInterferenceLemma,
  state: string,
): { readonly derives: Formula; readonly head: Atom } {
  const isShared = ({ relation }: NegatedAtom, index: number | null): boolean => {
    if (relation.constant) return true;
    if (shared.kind === 'relations') return shared.names.has(relation.name);
    return index !== null && index === shared.atom;
  };
  const truthOf = (atom: NegatedAtom, index: number, sign: '' | '!'): Formula => {
    const where = isShared(atom, sign === '' ? index : null) ? 'both' : state;
    return variable(`${sign}${atom.relation.name} (${index}) in ${where}`, boolSort);
  };
  const wholeBodyShared =
    shared.kind === 'relations' &&
    [...clause.body, ...clause.negated].every((atom) => isShared(atom, null));
  const results = clause.aggregates.flatMap((aggregate) => aggregate.results);
  const inState = mapClause(
    clause,
    substitution(
      results.map((result) => [
        result,
        wholeBodyShared ? result : variable(`${result.name} in ${state}`, result.sort),
      ]),
    ),
    clause.variables,
  );
  return {
    derives: and([
      ...inState.body.map((atom, index) => truthOf(atom, index, '')),
      ...inState.negated.map((atom, index) => not(truthOf(atom, index, '!'))),
      ...inState.conditions.map(({ formula }) => formula),
    ]),
    head: inState.head,
  };
}
