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

import { stronglyConnected } from '../base/graph.ts';
import type { Clause } from '../ir/clause.ts';
import { type Component, derivations, readsOf, referencesOf, relationOf } from './component.ts';
import { eventRelations, settlesQuestion } from './events.ts';
import { type Finding, finding, type Question, type Reason, reason } from './finding.ts';
import { functionalClause } from './functional.ts';
import { isPositive, keepingOf, requiredReads } from './shape.ts';

export function stutterInsensitive(component: Component): Finding {
  const events = eventRelations(component);
  const silent = component.clauses.filter(
    (clause) => clause.kind !== 'send' && !hasEvent(component, clause, events),
  );
  const unsettled = feedingCycles(component, silent);
  return finding([...unsettled.reasons, ...ephemeralReads(component, silent)], unsettled.questions);
}

/** Relations that live for one tick: carried over by no clause, though a clause gives them in the next tick. */
export function ephemeralRelations(component: Component): ReadonlySet<string> {
  const events = eventRelations(component);
  const silent = component.clauses.filter((clause) => !hasEvent(component, clause, events));
  return ephemeral(component, silent);
}

function hasEvent(component: Component, clause: Clause, events: ReadonlySet<string>): boolean {
  return requiredReads(component, clause).some(
    (read) => read.mode === 'expired' || events.has(read.relation),
  );
}

/**
 * The clauses that give next-tick facts in ticks without input, and whose head leads back to their body over
 * clauses that work without input too. Keeping a subset of a relation only shrinks it.
 */
function feedingCycles(
  component: Component,
  silent: readonly Clause[],
): { readonly reasons: readonly Reason[]; readonly questions: readonly Question[] } {
  const moving = silent.filter((clause) => keepingOf(clause) === null);
  const reads = new Map<string, Set<string>>();
  for (const clause of silent) {
    const head = clause.head.relation;
    const targets = reads.get(head) ?? new Set();
    const isKeeping = keepingOf(clause) !== null;
    for (const name of referencesOf(component, clause)) {
      if (!isKeeping || name !== head) targets.add(name);
    }
    reads.set(head, targets);
  }
  const knots = stronglyConnected([...reads.keys()], (name) => reads.get(name) ?? []);
  const reasons: Reason[] = [];
  const questions: Question[] = [];
  for (const knot of knots.filter((each) => each.cyclic)) {
    const members = new Set(knot.nodes);
    const inKnot = moving.filter((clause) => members.has(clause.head.relation));
    const turning = inKnot.filter((clause) =>
      referencesOf(component, clause).some((name) => members.has(name)),
    );
    const feeding = turning.find((clause) => clause.kind === 'next');
    if (feeding === undefined) continue;
    const name = feeding.head.relation;
    if (turning.every((clause) => isUnconditional(component, clause))) {
      const text = `\`${name}\` gives itself new facts in every tick, so it counts ticks`;
      reasons.push(reason('counts-ticks', feeding.id, knot.nodes, text));
    } else {
      questions.push(
        settlesQuestion(
          component,
          name,
          turning.map((clause) => clause.id),
        ),
      );
    }
  }
  return { reasons, questions };
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
    const text = `${list} holds for one tick and is read together with other facts`;
    return [reason('ephemeral', clause.id, names, text)];
  });
}

function ephemeral(component: Component, silent: readonly Clause[]): ReadonlySet<string> {
  const short = new Set<string>();
  for (const [name, clauses] of derivations(component)) {
    const isKept = clauses.some((clause) => keepingOf(clause) !== null);
    const isNext = clauses.some((clause) => clause.kind === 'next');
    if (isNext && !isKept && relationOf(component, name)?.durable !== true) short.add(name);
  }
  const derived = silent.filter((clause) => clause.kind === 'now');
  for (let size = -1; size !== short.size; ) {
    size = short.size;
    for (const clause of derived) {
      const reads = readsOf(component, clause).filter(isPositive);
      if (reads.some((read) => short.has(read.relation))) short.add(clause.head.relation);
    }
  }
  return short;
}
