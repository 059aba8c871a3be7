/**
 * A cut through a clause leaves its meaning alone: what stays below the cut and what moves above it hold
 * of the same bindings, together, as the clause did. This is the instance proof of every equation that
 * shaped the two halves (joins with rigid data moved outwards, conditions moved inwards).
 */

import { defined } from '../base/assert.ts';
import { atomOf, type Clause, type Literal } from '../ir/clause.ts';
import * as smt from '../smt/build.ts';
import type { Clause as EncodedClause } from '../smt/encode.ts';
import type { Formula, Term } from '../smt/formula.ts';
import { type Obligation, obligation } from '../smt/obligation.ts';
import { boolSort, functionSymbol } from '../smt/sort.ts';
import { encodeClause } from './encode.ts';
import type { PartView } from './part.ts';
import type { Condition, Match } from './rule.ts';

export const cutLemma: Condition = {
  name: 'cut-keeps-the-clause',
  holds: (match) => {
    const pairs = match.move.part.clauses.flatMap((moved) => {
      const original = match.site.part.clauses.find((clause) => clause.id === moved.id);
      return original === undefined ? [] : [{ original, whole: fused(match, moved) }];
    });
    const folded = pairs.flatMap(({ original, whole }) => foldedIn(match, original, whole));
    const [first] = folded;
    if (first !== undefined) return { kind: 'no', reason: first, counterexample: [] };
    return {
      kind: 'ask',
      claim: 'the two halves of a cut clause hold of the bindings that the clause held of',
      obligations: pairs.map(({ original, whole }) => halvesHold(match, original, whole)),
    };
  },
};

/**
 * Where an equation has put the definition of a relation in its place, the halves bind other variables than the
 * clause does, and the lemma has nothing to compare. The clause itself, uncut by the equation, is proposed as well.
 */
function foldedIn({ site }: Match, original: Clause, whole: Clause): readonly string[] {
  const read = (clause: Clause): ReadonlySet<string> =>
    new Set(clause.body.map(atomOf).flatMap((atom) => (atom === null ? [] : [atom.relation])));
  const after = read(whole);
  return [...read(original)]
    .filter((name) => !after.has(name))
    .filter((name) =>
      site.part.clauses.some(({ kind, head }) => kind === 'now' && head.relation === name),
    )
    .map(
      (name) =>
        `the halves of ${original.id} read what \`${name}\` is derived from, not \`${name}\``,
    );
}

/** The moved clause with each forward replaced by the body it carries. */
function fused(match: Match, moved: Clause): Clause {
  const forwards = new Map(
    match.proposal.kind === 'decouple'
      ? match.proposal.forwards.map((forward) => [forward.name, forward])
      : [],
  );
  const body = moved.body.flatMap((literal): readonly Literal[] => {
    if (literal.kind !== 'atom' || !forwards.has(literal.atom.relation)) return [literal];
    const sent = match.stay.part.clauses.find((clause) => clause.id === literal.atom.relation);
    return defined(sent, 'the staying part sends every forward').body;
  });
  return { ...moved, body };
}

function halvesHold({ site }: Match, original: Clause, whole: Clause): Obligation {
  return sameBindings([site, original], [site, whole], {
    rule: 'decouple/functional',
    lemma: 'cut',
    title: `the halves of ${original.id} hold of the bindings that it holds of`,
    show: [],
  });
}

/** Two clauses say the same, whatever is in the relations that they read. */
export function sameBindings(
  [view, clause]: readonly [PartView, Clause],
  [otherView, other]: readonly [PartView, Clause],
  named: Pick<Obligation, 'rule' | 'lemma' | 'title' | 'show'>,
): Obligation {
  const before = encodeClause(view, clause, () => []);
  const after = encodeClause(otherView, other, () => []);
  return obligation({
    ...named,
    kind: 'instance',
    hypotheses: [],
    goal: smt.and([
      smt.iff(bodyHolds(before), bodyHolds(after)),
      smt.equalAll(before.head.args, after.head.args),
    ]),
  });
}

/** That the body holds of its variables, relations being predicates with arbitrary contents. */
export function bodyHolds(clause: EncodedClause): Formula {
  return smt.and([
    ...clause.body.map(({ relation, args }) => member(relation.name, args)),
    ...clause.negated.map(({ relation, args }) => smt.not(member(relation.name, args))),
    ...clause.conditions.map(({ formula }) => formula),
  ]);
}

/** Wildcards of an absent fact are part of the predicate's name: that *some* fact has the other columns. */
export function member(relation: string, args: readonly (Term | null)[]): Formula {
  const known = args.filter((arg) => arg !== null);
  const pattern = args.map((arg) => (arg === null ? '_' : '.')).join('');
  const symbol = functionSymbol(
    `${relation}/${pattern}`,
    known.map((arg) => arg.sort),
    boolSort,
  );
  return smt.apply(symbol, known);
}
