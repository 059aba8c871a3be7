/**
 * No-change dependency: with empty inputs a relation has the facts of the previous tick. The other half of
 * what makes a state machine. A counter of ticks, `n(k+1) :+ n(k)`, is refuted.
 *
 * Write r0 for the relation in the previous tick, `kept` for the part of it that came from the tick before,
 * next(y) for what the clauses of the next tick make of r0, and now[R](y) for what those of the same tick
 * make of R. By induction over stages, r1 = r0 follows from three facts about an arbitrary y:
 * next(y) or now1[r0](y) implies r0(y), as r0 then contains the least fixpoint r1; kept(y) implies next(y);
 * and now0[R](y) implies next(y) or now1[R](y) for any R, so that r1 contains each stage of r0.
 *
 * A body that projects or aggregates is a predicate of its head, the same one in both ticks when all that
 * it reads is the same. So there is no quantifier, at the price of refusing some clauses.
 */

import { and, apply, equal, falsity, implies, not, or, variable } from '../build.ts';
import {
  type Atom,
  type Clause,
  mapClause,
  type NegatedAtom,
  type Relation,
  showAtoms,
} from '../encode.ts';
import { type Formula, freeVariables, type Term, termKey, type Variable } from '../formula.ts';
import { type Hypothesis, type Obligation, obligation } from '../obligation.ts';
import { boolSort, functionSymbol } from '../sort.ts';
import { substitution } from '../substitute.ts';

export interface NoChangeLemma {
  readonly rule: string;
  readonly relation: Relation;
  /** All clauses whose head is the relation. */
  readonly clauses: readonly Clause[];
  /** Inputs, and relations already shown to be empty when these are. */
  readonly silent: ReadonlySet<string>;
  /** Relations already shown to stay as they were when the inputs are empty. */
  readonly unchanged: ReadonlySet<string>;
  /**
   * `tick`: the inputs are empty in this tick. `settled`: they were empty in the previous one as well, as
   * on a node that ticks until it is settled; `r :+ in` changes one tick after its input, so it needs this.
   */
  readonly quiet: 'tick' | 'settled';
  readonly given?: readonly Hypothesis[];
}

export function noChangeDependency(lemma: NoChangeLemma): Obligation {
  const { rule, relation, given = [] } = lemma;
  const columns = relation.columns.map(({ name, sort }) => variable(name, sort));
  const fact: Atom = { relation, args: columns };
  const made = (kind: Clause['kind'], state: State): Formula =>
    or(lemma.clauses.filter((c) => c.kind === kind).map((c) => derives(c, columns, state)));
  const previous: State = { lemma, tick: 'previous', self: `${relation.name} before` };
  const current: State = { lemma, tick: 'current', self: `${relation.name} before` };
  const anything = `some ${relation.name}`;
  const before = predicate(previous.self, fact);
  const carries = lemma.clauses.some(({ kind }) => kind === 'next');
  const kept = carries ? predicate(`${relation.name} kept`, fact) : falsity;
  const next = made('next', previous);
  return obligation({
    rule,
    lemma: 'no-change dependency',
    kind: 'instance',
    title: `${relation.name} stays as it was without input`,
    hypotheses: [
      ...given,
      {
        name: 'the previous tick was complete',
        formula: implies(or([kept, made('now', previous)]), before),
        text: `${relation.name} held what its clauses derive`,
      },
    ],
    goal: and([
      implies(or([next, made('now', current)]), before),
      implies(kept, next),
      implies(
        made('now', { ...previous, self: anything }),
        or([next, made('now', { ...current, self: anything })]),
      ),
    ]),
    show: [
      ...showAtoms([fact], ''),
      { label: 'held in the previous tick', term: before },
      { label: 'derived by what holds in the next tick', term: next },
      { label: 'derived in this tick', term: made('now', current) },
    ],
  });
}

/** The state that a body reads; `self` is the predicate that stands for the relation itself. */
interface State {
  readonly lemma: NoChangeLemma;
  readonly tick: 'previous' | 'current';
  readonly self: string;
}

/** That the clause derives the head with these columns. */
function derives(clause: Clause, columns: readonly Variable[], state: State): Formula {
  if (clause.body.some(({ relation }) => isEmpty(relation, state))) return falsity;
  const onHead = new Map<string, Variable>();
  for (const [index, arg] of clause.head.args.entries()) {
    const column = columns[index];
    if (arg.kind === 'variable' && column !== undefined && !onHead.has(termKey(arg))) {
      onHead.set(termKey(arg), column);
    }
  }
  const projects = usedVariables(clause).some((used) => !onHead.has(termKey(used)));
  if (projects || clause.aggregates.length > 0) return opaque(clause, columns, state);
  const bound = clause.variables.flatMap((from) => {
    const column = onHead.get(termKey(from));
    return column === undefined ? [] : [[from, column] as const];
  });
  const { head, body, negated, conditions } = mapClause(clause, substitution(bound), []);
  return and([
    ...head.args.map((arg, index) => equal(arg, columns[index] ?? arg)),
    ...body.map((atom) => holds(atom, state)),
    ...negated.map((atom) => not(holds(atom, state))),
    ...conditions.map(({ formula }) => formula),
  ]);
}

/** A predicate of the head: what the clause derives, whatever that is. */
function opaque(clause: Clause, columns: readonly Variable[], state: State): Formula {
  const { relation, silent, unchanged, quiet } = state.lemma;
  const reads = [...clause.body, ...clause.negated].map((atom) => atom.relation);
  const settled = (name: string): boolean => quiet === 'settled' && silent.has(name);
  const same = reads.every(
    ({ name, constant }) =>
      constant || unchanged.has(name) || settled(name) || name === relation.name,
  );
  const self = reads.some(({ name }) => name === relation.name) ? ` of ${state.self}` : '';
  const tick = same ? '' : ` in the ${state.tick} tick`;
  return predicate(`${clause.name}${self}${tick}`, { relation, args: columns });
}

function holds(atom: NegatedAtom, state: State): Formula {
  const { relation } = atom;
  if (isEmpty(relation, state)) return falsity;
  if (relation.name === state.lemma.relation.name) return predicate(state.self, atom);
  const same = relation.constant || state.lemma.unchanged.has(relation.name);
  return predicate(same ? relation.name : `${relation.name}, ${state.tick} tick`, atom);
}

function isEmpty(relation: Relation, { lemma, tick }: State): boolean {
  const silent = relation.event === true || lemma.silent.has(relation.name);
  return silent && (tick === 'current' || lemma.quiet === 'settled');
}

/** Over the known columns; which ones these are is part of the name. */
function predicate(name: string, { args }: NegatedAtom): Formula {
  const known = args.filter((arg): arg is Term => arg !== null);
  const pattern =
    known.length === args.length ? '' : ` ${args.map((a) => (a ? '.' : '_')).join('')}`;
  const sorts = known.map((arg) => arg.sort);
  if (known.length === 0) return variable(`${name}${pattern}`, boolSort);
  return apply(functionSymbol(`${name}${pattern}`, sorts, boolSort), known);
}

function usedVariables({
  head,
  body,
  negated,
  conditions,
  variables,
}: Clause): readonly Variable[] {
  const terms = [head, ...body, ...negated].flatMap(({ args }) =>
    args.filter((arg) => arg !== null),
  );
  const own = new Set(variables.map(termKey));
  const used = [...terms, ...conditions.map(({ formula }) => formula)].flatMap(freeVariables);
  return used.filter((each) => own.has(termKey(each)));
}
