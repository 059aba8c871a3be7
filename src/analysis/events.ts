/**
 * Existence and no-change: which relations are empty, and which stay as they are, in a tick without input
 * (theory.md, 1.2, as soundness.md, 14 corrects it). From the first follows when a clause sends: with an event
 * in its body in every tick in which the body holds, without one only when the body becomes true.
 *
 * A persisted relation isn't an event: with `acks(x) :+ acks(x)`, `cert@c(x) :~ acks(x)` must send once and not
 * in every tick (soundness.md, 8). A guard that is itself state changes the relation in a tick without input:
 * `r(x) :+ r(x), !g(x)` with `g(x) :- r(x), full()` forgets one tick after `g` came to hold.
 */

import { memoized } from '../base/memoized.ts';
import { groupBy, sortedStrings } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import {
  type Component,
  componentOfRole,
  derivations,
  interfaceOf,
  operatorOf,
  type Read,
  readsOf,
} from './component.ts';
import { conjunction, type Finding, fails, HOLDS, type Question, reason } from './finding.ts';
import { isPositive, keepingOf, requiredReads } from './shape.ts';

/** Per relation referenced or derived: is it empty in every tick in which all inputs are empty? */
export const existence: (component: Component) => ReadonlyMap<string, Finding> =
  memoized(existenceIn);

function existenceIn(component: Component): ReadonlyMap<string, Finding> {
  const { references, heads, inputs } = interfaceOf(component);
  const found = new Map<string, Finding>();
  const derived = derivations(component);
  for (const name of inputs) if (!derived.has(name)) found.set(name, HOLDS);
  const candidates = new Set([...references, ...derived.keys()].filter((name) => !found.has(name)));
  for (const name of candidates) {
    const failure = carriesOver(component, name, derived.get(name) ?? []);
    if (failure !== null) found.set(name, failure);
  }
  refuteWithoutEvent(component, candidates, found);
  for (const name of candidates) if (!found.has(name)) found.set(name, HOLDS);
  const sends = groupBy(
    component.clauses.filter(({ kind }) => kind === 'send'),
    ({ head }) => head.relation,
  );
  for (const name of heads) {
    if (!found.has(name)) found.set(name, sendsOnEvents(component, sends.get(name) ?? [], found));
  }
  return found;
}

/** Relations that can hold only in a tick with an input. */
export function eventRelations(component: Component): ReadonlySet<string> {
  const holding = [...existence(component)].filter(([, found]) => found.kind === 'holds');
  return new Set(holding.map(([name]) => name));
}

/** The event relations of the whole role, whose inputs are channels and timers. */
export function roleEvents(component: Component): ReadonlySet<string> {
  return eventsOfRole(componentOfRole(component.program, component.role.name));
}

const eventsOfRole: (whole: Component) => ReadonlySet<string> = memoized(eventRelations);

/** A clause with an event in its body: if it sends, it sends in each tick in which its body holds. */
export function eventClause(component: Component, clause: Clause): boolean {
  const events = roleEvents(component);
  return requiredReads(component, clause).some((read) => isEvent(read, events));
}

function isEvent(read: Read, events: ReadonlySet<string>): boolean {
  return operatorOf(read).event || events.has(read.relation);
}

/** Why a relation can hold without an input of the same tick, from the clauses' times alone. */
function carriesOver(
  component: Component,
  name: string,
  clauses: readonly Clause[],
): Finding | null {
  const next = clauses.find((clause) => clause.kind === 'next');
  if (next !== undefined) {
    return fails(
      reason('next-tick', next.id, [name], `\`${name}\` is carried over from the tick before`),
    );
  }
  if (component.role.initial.some((fact) => fact.relation === name)) {
    return fails(reason('initial-fact', null, [name], `\`${name}\` holds from the start`));
  }
  return null;
}

/** Greatest fixpoint: a clause without an event left takes its head out, and with it what reads the head. */
function refuteWithoutEvent(
  component: Component,
  candidates: ReadonlySet<string>,
  found: Map<string, Finding>,
): void {
  const readers = new Map<string, Clause[]>();
  const now = component.clauses.filter((clause) => clause.kind === 'now');
  for (const clause of now) {
    for (const read of requiredReads(component, clause)) {
      const list = readers.get(read.relation);
      if (list === undefined) readers.set(read.relation, [clause]);
      else list.push(clause);
    }
  }
  const isRefuted = (name: string): boolean => {
    const finding = found.get(name);
    return finding !== undefined && finding.kind !== 'holds';
  };
  const work = [...now];
  for (let clause = work.pop(); clause !== undefined; clause = work.pop()) {
    const name = clause.head.relation;
    if (!candidates.has(name) || isRefuted(name)) continue;
    const events = requiredReads(component, clause).filter(
      (read) => operatorOf(read).event || !isRefuted(read.relation),
    );
    if (events.length > 0) continue;
    found.set(name, fails(withoutEvent(component, clause)));
    work.push(...(readers.get(name) ?? []));
  }
}

function withoutEvent(component: Component, clause: Clause): ReturnType<typeof reason> {
  const relations = readsOf(component, clause).map((read) => read.relation);
  const text = `\`${clause.head.relation}\` is derived from nothing that arrives in the same tick`;
  return reason('no-event', clause.id, [clause.head.relation, ...relations], text);
}

/** `sends`: all clauses that send one channel. */
function sendsOnEvents(
  component: Component,
  sends: readonly Clause[],
  found: ReadonlyMap<string, Finding>,
): Finding {
  const without = sends.filter(
    (clause) =>
      !requiredReads(component, clause).some(
        (read) => operatorOf(read).event || found.get(read.relation)?.kind === 'holds',
      ),
  );
  return conjunction(without.map((clause) => fails(withoutEvent(component, clause))));
}

/**
 * Per relation derived inside, or read and neither derived nor an input: after a tick without input, is it the
 * same as before? Relations with an existence dependency are left out (they are empty then).
 */
export function noChange(component: Component): ReadonlyMap<string, Finding> {
  const exists = existence(component);
  const derived = derivations(component);
  const found = new Map<string, Finding>();
  const names = [...exists.keys()].filter((name) => exists.get(name)?.kind !== 'holds');
  const states = names.filter((name) => derived.has(name) || isState(component, name));
  for (const name of states) {
    const clauses = derived.get(name) ?? [];
    const alone = conjunction(clauses.map((clause) => unchanged(component, clause, exists)));
    found.set(name, alone.kind === 'fails' ? alone : conjunction([alone, lasts(name, clauses)]));
  }
  spreadChange(component, derived, exists, found);
  return found;
}

function isState(component: Component, name: string): boolean {
  return component.role.relations.some((relation) => relation.name === name);
}

/** `l(x) :+ put(x)` alone holds in the tick after, and no longer. */
function lasts(name: string, clauses: readonly Clause[]): Finding {
  const next = clauses.find((clause) => clause.kind === 'next');
  if (next === undefined || clauses.some((clause) => keepingOf(clause) !== null)) return HOLDS;
  return fails(reason('ephemeral', next.id, [name], `\`${name}\` isn't kept`));
}

/** What one clause contributes to its head in a tick without input, seen alone. */
function unchanged(
  component: Component,
  clause: Clause,
  exists: ReadonlyMap<string, Finding>,
): Finding {
  const isEmpty = (read: Read): boolean =>
    operatorOf(read).event || exists.get(read.relation)?.kind === 'holds';
  if (requiredReads(component, clause).some(isEmpty)) return HOLDS;
  if (clause.kind !== 'next') return HOLDS;
  const keeping = keepingOf(clause);
  const name = clause.head.relation;
  if (keeping?.kind === 'exact') return HOLDS;
  if (keeping === null) {
    const text = `\`${name}\` gets new facts in ticks without input`;
    return fails(reason('next-tick', clause.id, [name], text));
  }
  const guards = readsOf(component, clause).filter((read) => read.relation !== name);
  const moving = guards.filter((read) => isPositive(read) || !isEmpty(read));
  if (moving.length === 0) return HOLDS;
  return { kind: 'open', questions: [settlesQuestion(component, name, [clause.id])] };
}

/** Makes the question whether ticks without input leave the relation alone once they have been taken. */
export function settlesQuestion(
  component: Component,
  relation: string,
  clauses: readonly string[],
  among: Iterable<string> = [relation],
): Question {
  return {
    kind: 'settles',
    role: component.role.name,
    relation,
    among: sortedStrings(among),
    clauses,
    text: `ticks without input stop changing \`${relation}\``,
  };
}

/** A relation derived in the same tick from one that changes does so too. */
function spreadChange(
  component: Component,
  derived: ReadonlyMap<string, readonly Clause[]>,
  exists: ReadonlyMap<string, Finding>,
  found: Map<string, Finding>,
): void {
  const readers = new Map<string, Set<string>>();
  for (const clauses of derived.values()) {
    for (const clause of clauses) {
      if (clause.kind !== 'now') continue;
      const eventful = requiredReads(component, clause).some(
        (read) => operatorOf(read).event || exists.get(read.relation)?.kind === 'holds',
      );
      if (eventful) continue;
      for (const read of readsOf(component, clause)) {
        const heads = readers.get(read.relation) ?? new Set();
        readers.set(read.relation, heads.add(clause.head.relation));
      }
    }
  }
  const work = [...found.keys()];
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    const finding = found.get(name);
    if (finding === undefined || finding.kind === 'holds') continue;
    for (const head of readers.get(name) ?? []) {
      const before = found.get(head);
      if (before === undefined || !isWeaker(before, finding)) continue;
      found.set(head, finding);
      work.push(head);
    }
  }
}

/** `holds` before `open` before `fails`. */
function isWeaker(before: Finding, after: Finding): boolean {
  const rank = { holds: 0, open: 1, fails: 2 } as const;
  return rank[before.kind] < rank[after.kind];
}
