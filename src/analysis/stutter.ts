/**
 * Stutter-insensitive: how many ticks a node takes can't be seen. A precondition of every split that lets the parts
 * have clocks of their own (soundness.md, 3); a part that is functional behind a forward has no clock to see.
 *
 * `s(k, n + 1) :+ s(k, n); out@c(k, n) :~ q(k), s(k, n)` passes every test of keys, and two shards of it show a
 * client q(1)->5, q(2)->1, q(2)->4, q(1)->6, which one node can't. So would `l(x) :+ put(x); hit@c(x) :~ l(x), q(x)`,
 * if nodes took batches before they are settled: the client could see whether a tick fell between.
 *
 * Nodes tick until they are settled before they take the next batch, so what is left to show is that ticks
 * without input come to rest: what only shrinks does; what feeds itself without an event need not.
 */

import { reachable, stronglyConnected } from '../base/graph.ts';
import type { Atom, Clause } from '../ir/clause.ts';
import {
  type Component,
  derivations,
  operatorOf,
  readsOf,
  referencesOf,
  relationOf,
} from './component.ts';
import { eventRelations, settlesQuestion } from './events.ts';
import { type Finding, finding, type Question, type Reason, reason } from './finding.ts';
import { functionalClause } from './functional.ts';
import { isPositive, repeatsHead, requiredReads } from './shape.ts';

export function stutterInsensitive(component: Component): Finding {
  const silent = silentClauses(component).filter((clause) => clause.kind !== 'send');
  const unsettled = feedingCycles(component, silent);
  return finding([...unsettled.reasons, ...ephemeralReads(component, silent)], unsettled.questions);
}

/** Relations that live for one tick: carried over by no clause, though a clause gives them in the next tick. */
export function ephemeralRelations(component: Component): ReadonlySet<string> {
  return ephemeral(component, silentClauses(component));
}

/** The clauses that can derive something in a tick without input. */
export function silentClauses(component: Component): readonly Clause[] {
  const events = eventRelations(component);
  return component.clauses.filter((clause) => !hasEvent(component, clause, events));
}

function hasEvent(component: Component, clause: Clause, events: ReadonlySet<string>): boolean {
  return requiredReads(component, clause).some(
    (read) => operatorOf(read).event || events.has(read.relation),
  );
}

/**
 * The clauses that give next-tick facts in ticks without input, and whose head leads back to their body over
 * clauses that work without input too. What keeps a part of a relation only shrinks it.
 */
function feedingCycles(
  component: Component,
  silent: readonly Clause[],
): { readonly reasons: readonly Reason[]; readonly questions: readonly Question[] } {
  const parts = restrictions(component);
  const moving = silent.filter((clause) => !shrinks(clause, parts));
  const reasons: Reason[] = [];
  const questions: Question[] = [];
  for (const members of cycles(component, silent, parts)) {
    const turning = moving.filter(
      (clause) =>
        members.has(clause.head.relation) &&
        referencesOf(component, clause).some((name) => members.has(name)),
    );
    const feeding = turning.find((clause) => clause.kind === 'next');
    if (feeding === undefined) continue;
    const name = feeding.head.relation;
    if (turning.every((clause) => isUnconditional(component, clause))) {
      const text = `\`${name}\` gives itself new facts in every tick, so it counts ticks`;
      reasons.push(reason('counts-ticks', feeding.id, members, text));
    } else {
      const ids = turning.map((clause) => clause.id);
      questions.push(settlesQuestion(component, name, ids, members));
    }
  }
  return { reasons, questions };
}

/** Relations that depend on themselves in ticks without input, other than by keeping a part of what there was. */
function cycles(
  component: Component,
  silent: readonly Clause[],
  parts: ReadonlyMap<string, string>,
): readonly ReadonlySet<string>[] {
  const reads = new Map<string, Set<string>>();
  for (const clause of silent) {
    const head = clause.head.relation;
    const targets = reads.get(head) ?? new Set();
    const skipped = shrinks(clause, parts) ? keptAtom(clause, parts)?.relation : undefined;
    for (const name of referencesOf(component, clause)) if (name !== skipped) targets.add(name);
    reads.set(head, targets);
  }
  return stronglyConnected([...reads.keys()], (name) => reads.get(name) ?? [])
    .filter((knot) => knot.cyclic)
    .map((knot) => new Set(knot.nodes));
}

/** Relations of which every fact is a fact of another one, by the one that they are a part of. */
function restrictions(component: Component): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, clauses] of derivations(component)) {
    const wholes = clauses.map((clause) => {
      const same = clause.body.find(
        (literal) => literal.kind === 'atom' && repeatsHead(clause, literal.atom),
      );
      return clause.kind === 'now' && same?.kind === 'atom' ? same.atom.relation : null;
    });
    const [whole] = wholes;
    if (whole !== undefined && whole !== null && wholes.every((each) => each === whole)) {
      found.set(name, whole);
    }
  }
  return found;
}

/** `r(x) :+ r(x), ..`, or the same from a part of `r`. */
function shrinks(clause: Clause, parts: ReadonlyMap<string, string>): boolean {
  return clause.kind === 'next' && keptAtom(clause, parts) !== null;
}

function keptAtom(clause: Clause, parts: ReadonlyMap<string, string>): Atom | null {
  const head = clause.head.relation;
  for (const literal of clause.body) {
    if (literal.kind !== 'atom' || !repeatsHead(clause, literal.atom)) continue;
    const { relation } = literal.atom;
    if (relation === head || parts.get(relation) === head) return literal.atom;
  }
  return null;
}

function isUnconditional(component: Component, clause: Clause): boolean {
  return (
    readsOf(component, clause).every(isPositive) &&
    clause.body.every((literal) => literal.kind !== 'condition')
  );
}

function ephemeralReads(component: Component, silent: readonly Clause[]): readonly Reason[] {
  const short = ephemeral(component, silent);
  return component.clauses.flatMap((clause) => {
    const names = referencesOf(component, clause).filter((name) => short.has(name));
    if (names.length === 0 || functionalClause(component, clause).kind === 'holds') return [];
    const list = names.map((name) => `\`${name}\``).join(', ');
    const verb = names.length === 1 ? 'holds for one tick and is' : 'hold for one tick and are';
    const text = `${list} ${verb} read together with other facts`;
    return [reason('ephemeral', clause.id, names, text)];
  });
}

/**
 * Every next-tick clause of such a relation has an event in its body or reads another such relation; what is
 * derived from one without an event is one too.
 */
function ephemeral(component: Component, silent: readonly Clause[]): ReadonlySet<string> {
  const quiet = new Set(silent);
  const derived = derivations(component);
  const given = [...derived].filter(
    ([name, clauses]) =>
      clauses.some((clause) => clause.kind === 'next') &&
      relationOf(component, name)?.durable !== true,
  );
  const feeds = (clause: Clause, short: ReadonlySet<string>): boolean =>
    clause.kind === 'next' &&
    quiet.has(clause) &&
    !readsOf(component, clause).some((read) => isPositive(read) && short.has(read.relation));
  const carried = carriedNames(component, silent);
  let short = spread(
    component,
    silent,
    given.map(([name]) => name).filter((n) => !carried.has(n)),
  );
  for (let size = -1; size !== short.size; ) {
    size = short.size;
    const current = short;
    const kept = given.filter(
      ([name, clauses]) => current.has(name) && !clauses.some((clause) => feeds(clause, current)),
    );
    short = spread(
      component,
      silent,
      kept.map(([name]) => name).filter((n) => !carried.has(n)),
    );
  }
  return short;
}

/** Relations on a cycle that leads through a next tick without input: they can last. */
function carriedNames(component: Component, silent: readonly Clause[]): ReadonlySet<string> {
  const reads = new Map<string, Set<string>>();
  for (const clause of silent) {
    const targets = reads.get(clause.head.relation) ?? new Set();
    for (const read of readsOf(component, clause)) if (isPositive(read)) targets.add(read.relation);
    reads.set(clause.head.relation, targets);
  }
  const knots = stronglyConnected([...reads.keys()], (name) => reads.get(name) ?? []);
  return new Set(knots.filter((knot) => knot.cyclic).flatMap((knot) => knot.nodes));
}

function spread(
  component: Component,
  silent: readonly Clause[],
  names: readonly string[],
): ReadonlySet<string> {
  const heads = new Map<string, string[]>();
  for (const clause of silent) {
    if (clause.kind !== 'now') continue;
    for (const read of readsOf(component, clause)) {
      if (!isPositive(read)) continue;
      heads.set(read.relation, [...(heads.get(read.relation) ?? []), clause.head.relation]);
    }
  }
  return reachable(names, (name) => heads.get(name) ?? []);
}
