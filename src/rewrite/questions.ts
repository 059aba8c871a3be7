/**
 * What the analyses leave open, as obligations: by names alone nobody can tell whether `s(n + 1) :+ s(n), n < 10` comes
 * to rest, or whether what was given up below a rising mark could still be asked for. A finding that is open becomes a
 * question to the solver; what can't be put as one stays not shown.
 */

import { type Component, componentOfRole, derivations, readsOf } from '../analysis/component.ts';
import type { Direction } from '../analysis/direction.ts';
import type { Finding, Question } from '../analysis/finding.ts';
import { isDurable, lastingRelations } from '../analysis/lasting.ts';
import { hasLattice, isFolding, keepingOf } from '../analysis/shape.ts';
import { silentClauses } from '../analysis/stutter.ts';
import type { Clause, Literal } from '../ir/clause.ts';
import type { Program } from '../ir/program.ts';
import { not } from '../smt/build.ts';
import type * as smt from '../smt/encode.ts';
import { inlined } from '../smt/inline.ts';
import { type Drift, forgottenIsDead } from '../smt/lemmas/forgetting.ts';
import { settles } from '../smt/lemmas/settles.ts';
import type { Obligation } from '../smt/obligation.ts';
import { dependenciesIn, type HowDeclared } from './dependencies-in.ts';
import { encodeClause } from './encode.ts';
import type { Holds } from './rule.ts';

/** Where a question is put: the program whose components it is about, and how its declarations are known. */
export interface Asked {
  readonly program: Program;
  readonly declared: HowDeclared;
}

/** What a finding says of a match: what it leaves open is asked, if there is something to ask about. */
export function fromFinding(found: Finding, claim: string, about: Asked | null = null): Holds {
  switch (found.kind) {
    case 'holds':
      return { kind: 'yes', claim, hypotheses: [] };
    case 'fails':
      return no(found.reasons.map((each) => each.text));
    case 'open': {
      const asked = found.questions.map((each) => ({
        each,
        obligations: about === null ? null : ask(about, each),
      }));
      const mute = asked.filter(({ obligations }) => obligations === null);
      if (mute.length > 0) return no(mute.map(({ each }) => `not shown: ${each.text}`));
      const obligations = asked.flatMap((each) => each.obligations ?? []);
      return { kind: 'ask', claim, obligations };
    }
  }
}

function no(reasons: readonly string[]): Holds {
  return { kind: 'no', reason: [...new Set(reasons)].join('; '), counterexample: [] };
}

/** The obligations that answer the question when all are proved; null when it can't be put. */
export function ask(
  { program, declared }: Asked,
  question: Question,
): readonly Obligation[] | null {
  const component = componentOfRole(program, question.role);
  const dependencies = dependenciesIn(component, declared);
  const encode: Encode = (clause) => encodeClause(component, clause, dependencies);
  switch (question.kind) {
    case 'settles':
      return settling(component, question, encode);
    case 'forgetting':
      return forgetting(component, question, encode);
  }
}

type Encode = (clause: Clause) => smt.Clause;

/** One obligation for all relations that feed each other: they come to rest together. */
function settling(
  component: Component,
  { among, clauses }: Question,
  encode: Encode,
): Obligation[] | null {
  const silent = silentClauses(component).filter((clause) => clause.kind !== 'send');
  const members = new Set(among);
  const carried = new Set(
    silent.flatMap(({ kind, head }) =>
      kind === 'next' && members.has(head.relation) ? [head.relation] : [],
    ),
  );
  const within = new Set(among.filter((name) => !carried.has(name)));
  const made = silent.filter(({ kind, head }) => kind === 'now' && members.has(head.relation));
  const turning = new Set(clauses);
  const steps = silent.filter(({ id, kind }) => turning.has(id) && kind === 'next');
  // What is made anew in every tick from what is carried has a level of its own, which no measure here gives it.
  const isMixed = made.some(({ id, head }) => turning.has(id) && carried.has(head.relation));
  const isFolded = [...steps, ...made].some((clause) => isFolding(clause) || readsDisk(clause));
  const isMerged = among.some((name) => hasLattice(component, name));
  if (isMixed || isFolded || isMerged) return null;
  const definitions = made.filter(({ head }) => within.has(head.relation)).map(encode);
  const ways = steps.map((step) => inlined(encode(step), within, definitions));
  if (ways.some((each) => each === null)) return null;
  const unfolded = ways.flatMap((each) => each ?? []);
  if (unfolded.some(({ negated }) => negated.some((each) => within.has(each.relation.name))))
    return null;
  const moving = unfolded.filter(({ body, negated }) =>
    [...body, ...negated].some(({ relation }) => carried.has(relation.name)),
  );
  return [settles({ rule: 'stutter-insensitive', relations: carried, steps: moving })];
}

/** One obligation for each way to give a fact up and each reading of the relation. */
function forgetting(
  component: Component,
  { relation, clauses }: Question,
  encode: Encode,
): Obligation[] | null {
  const keeper = component.clauses.find((clause) => clauses.includes(clause.id));
  if (keeper === undefined) return null;
  const ways = waysToForget(component, keeper, encode);
  const own = privateGuards(component, keeper);
  const readers = component.clauses.filter(
    (clause) =>
      keepingOf(clause)?.relation !== relation &&
      !own.has(clause.head.relation) &&
      readsOf(component, clause).some((read) => read.relation === relation),
  );
  const isOdd = ({ body, head }: Clause): boolean =>
    body.some((literal) => literal.kind === 'stable' || literal.kind === 'expired') ||
    head.args.some((arg) => arg.kind === 'aggregate' && arg.fallback !== null);
  if (ways === null || [keeper, ...readers].some(isOdd)) return null;
  const lasting = driftsOf(component, isDurable(component, relation));
  return readers
    .map(encode)
    .flatMap((reader) =>
      ways.flatMap((gives) =>
        readingsOf(reader, relation).map((at) =>
          forgottenIsDead({ rule: 'forgetting', gives, reader, at, lasting }),
        ),
      ),
    );
}

type Reading = Parameters<typeof forgottenIsDead>[0]['at'];

function readingsOf({ body, negated }: smt.Clause, name: string): readonly Reading[] {
  const at = (kind: Reading['kind'], atoms: readonly smt.NegatedAtom[]): readonly Reading[] =>
    atoms.flatMap(({ relation }, index) => (relation.name === name ? [{ kind, index }] : []));
  return [...at('atom', body), ...at('negated', negated)];
}

/** What a tick has when the keeping clause lets a fact of its head go: one clause a way. */
function waysToForget(
  component: Component,
  keeper: Clause,
  encode: Encode,
): readonly smt.Clause[] | null {
  const keeping = keepingOf(keeper);
  if (keeping?.kind !== 'guarded') return null;
  const kept = keeper.body.filter((literal) => !keeping.guards.includes(literal));
  const binds = keeping.guards.filter((literal) => literal.kind === 'bind');
  const ways: smt.Clause[] = [];
  for (const guard of keeping.guards) {
    if (guard.kind === 'bind') continue;
    const holds = failing(guard);
    if (holds === null) return null;
    const given = encode({ ...keeper, body: [...kept, ...binds, holds] });
    if (guard.kind === 'condition') {
      const conditions = given.conditions.map(({ formula, text }) => ({
        formula: not(formula),
        text: `not ${text}`,
      }));
      ways.push({ ...given, conditions });
      continue;
    }
    const name = guard.kind === 'negated' ? guard.atom.relation : '';
    const made = derivations(component).get(name) ?? [];
    const opens =
      !lastingRelations(component).has(name) &&
      made.every((clause) => clause.kind === 'now' && !isFolding(clause));
    const unfolded = opens ? inlined(given, new Set([name]), made.map(encode)) : [given];
    if (unfolded === null) return null;
    ways.push(...unfolded);
  }
  return ways;
}

/** What holds when the guard doesn't; of a condition, the condition itself, for the caller to negate. */
function failing(guard: Literal): Literal | null {
  if (guard.kind === 'condition') return guard;
  return guard.kind === 'negated' ? { kind: 'atom', atom: guard.atom } : null;
}

/** Relations that are read by clauses that keep this one, and by nobody else: `forget_r`. */
function privateGuards(component: Component, keeper: Clause): ReadonlySet<string> {
  const relation = keeper.head.relation;
  const guards = readsOf(component, keeper).map((read) => read.relation);
  return new Set(
    guards.filter(
      (name) =>
        name !== relation &&
        component.clauses.every(
          (clause) =>
            keepingOf(clause)?.relation === relation ||
            readsOf(component, clause).every((read) => read.relation !== name),
        ),
    ),
  );
}

function driftsOf(component: Component, durable: boolean): ReadonlyMap<string, readonly Drift[]> {
  const entries = [...lastingRelations(component)].filter(
    ([name]) => !durable || isDurable(component, name),
  );
  return new Map(entries.map(([name, columns]) => [name, columns.map(driftOf)]));
}

function driftOf(direction: Direction): Drift {
  return direction === 'mixed' ? 'free' : direction;
}

function readsDisk({ body }: Clause): boolean {
  return body.some((literal) => literal.kind === 'stable' || literal.kind === 'expired');
}
