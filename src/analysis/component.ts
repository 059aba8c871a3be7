/**
 * A component: clauses of one role that run together, with the interface that the rest of the program sees
 * (theory.md, 1.0). A whole role is one; so is every candidate part of a cut.
 */

import { defined, invariant } from '../base/assert.ts';
import { memoized } from '../base/memoized.ts';
import { groupBy, sortedStrings } from '../base/order.ts';
import type { Atom, Clause } from '../ir/clause.ts';
import { type Operator, type OperatorName, operators } from '../ir/operator.ts';
import type { Program, Relation, Role } from '../ir/program.ts';
import { isRigid, type VisibleNames, visibleIn } from '../ir/schema.ts';
import { memoizedByRole } from './memoized-by-role.ts';

export interface Component {
  readonly program: Program;
  readonly role: Role;
  readonly clauses: readonly Clause[];
}

/**
 * How a clause reads a relation: `over` is the atom that gives a default aggregate its groups; `expired` reads
 * the relation as state and, besides, an event of its own.
 */
export type ReadMode = 'positive' | 'negated' | 'stable' | 'expired' | 'over';

const operatorOfMode: Readonly<Record<ReadMode, OperatorName>> = {
  positive: 'scan',
  negated: 'antijoin',
  stable: 'stable',
  expired: 'expired',
  over: 'default',
};

/** What the registry says of the way in which a clause reads. */
export function operatorOf({ mode }: Pick<Read, 'mode'>): Operator {
  return operators[operatorOfMode[mode]];
}

export interface Read {
  readonly relation: string;
  readonly source: 'relation' | 'channel' | 'timer';
  readonly mode: ReadMode;
  readonly atom: Atom;
}

export interface ComponentInterface {
  /** Relations, channels and timers that are read. Statics, role members and functions never count. */
  readonly references: readonly string[];
  /** Relations derived and channels sent. */
  readonly heads: readonly string[];
  /** Referenced and not (or not only) derived inside: channels, timers, relations with clauses elsewhere in the role. */
  readonly inputs: readonly string[];
  /** Sent, or derived inside and read by other clauses of the role, or durable. */
  readonly outputs: readonly string[];
  /** Derived inside and seen by nobody else. */
  readonly hidden: readonly string[];
}

export function componentOfRole(program: Program, role: string): Component {
  const found = program.roles.find((each) => each.name === role);
  const owner = defined(found, 'roles are looked up by names taken from the program');
  return wholeRole(program, owner);
}

const wholeRole: (program: Program, role: Role) => Component = memoizedByRole((program, role) => ({
  program,
  role,
  clauses: role.clauses,
}));

/** The clauses with these ids, in program order. */
export function componentOf(program: Program, role: string, ids: Iterable<string>): Component {
  const whole = componentOfRole(program, role);
  const wanted = new Set(ids);
  const clauses = whole.clauses.filter((clause) => wanted.has(clause.id));
  invariant(clauses.length === wanted.size, 'clause ids are taken from the role');
  return { ...whole, clauses };
}

/** The clauses of the role that aren't in the component. */
export function complement(component: Component): Component {
  const inside = new Set(component.clauses.map((clause) => clause.id));
  const clauses = component.role.clauses.filter((clause) => !inside.has(clause.id));
  return { ...component, clauses };
}

const namesByRole: (program: Program, role: Role) => VisibleNames = memoizedByRole(visibleIn);

/** Every name that may stand in a body of the component's role. */
export function namesOf(component: Component): VisibleNames {
  return namesByRole(component.program, component.role);
}

/** The references of a clause, in source order; statics and role members are left out. */
export function readsOf(component: Component, clause: Clause): readonly Read[] {
  const names = namesOf(component);
  const reads: Read[] = [];
  const add = (atom: Atom, mode: ReadMode): void => {
    const kind = names.get(atom.relation)?.kind ?? 'relation';
    if (isRigid(kind)) return;
    const source = kind === 'channel' || kind === 'timer' ? kind : 'relation';
    reads.push({ relation: atom.relation, source, mode, atom });
  };
  for (const literal of clause.body) {
    if (literal.kind === 'atom') add(literal.atom, 'positive');
    else if (literal.kind === 'negated') add(literal.atom, 'negated');
    else if (literal.kind === 'stable') add(literal.atom, 'stable');
    else if (literal.kind === 'expired') add(literal.atom, 'expired');
  }
  for (const arg of clause.head.args) {
    if (arg.kind === 'aggregate' && arg.fallback !== null) add(arg.fallback.over, 'over');
  }
  return reads;
}

/** Names of the relations, channels and timers that a clause references, each once. */
export function referencesOf(component: Component, clause: Clause): readonly string[] {
  return ownReferences(component).get(clause) ?? namesReadBy(component, clause);
}

/** Those of the component's own clauses, which are asked for again and again. */
const ownReferences: (component: Component) => ReadonlyMap<Clause, readonly string[]> = memoized(
  (component) =>
    new Map(component.clauses.map((clause) => [clause, namesReadBy(component, clause)])),
);

function namesReadBy(component: Component, clause: Clause): readonly string[] {
  return [...new Set(readsOf(component, clause).map((read) => read.relation))];
}

export const interfaceOf: (component: Component) => ComponentInterface = memoized(makeInterface);

function makeInterface(component: Component): ComponentInterface {
  const names = namesOf(component);
  const rest = complement(component);
  const references = new Set(component.clauses.flatMap((each) => referencesOf(component, each)));
  const heads = new Set(component.clauses.map((clause) => clause.head.relation));
  const sent = new Set(sentBy(component));
  const elsewhere = new Set(rest.clauses.map((clause) => clause.head.relation));
  const readElsewhere = new Set(rest.clauses.flatMap((each) => referencesOf(rest, each)));
  const isInput = (name: string): boolean =>
    names.get(name)?.kind !== 'relation' || elsewhere.has(name);
  const isOutput = (name: string): boolean =>
    sent.has(name) || readElsewhere.has(name) || relationOf(component, name)?.durable === true;
  return {
    references: sortedStrings(references),
    heads: sortedStrings(heads),
    inputs: sortedStrings([...references].filter(isInput)),
    outputs: sortedStrings([...heads].filter(isOutput)),
    hidden: sortedStrings([...heads].filter((name) => !isOutput(name))),
  };
}

/** Channels that the component sends. */
export function sentBy(component: Component): readonly string[] {
  const sends = component.clauses.filter((clause) => clause.kind === 'send');
  return sortedStrings(sends.map((clause) => clause.head.relation));
}

export function relationOf(component: Component, name: string): Relation | null {
  return relationsOf(component.role).get(name) ?? null;
}

const relationsOf: (role: Role) => ReadonlyMap<string, Relation> = memoized(
  (role) => new Map(role.relations.map((relation) => [relation.name, relation])),
);

/** The clauses of the component by what they reference, each once for a name. */
export const readersOf: (component: Component) => ReadonlyMap<string, readonly Clause[]> = memoized(
  (component) => {
    const entries = component.clauses.flatMap((clause) =>
      referencesOf(component, clause).map((name): [string, Clause] => [name, clause]),
    );
    const grouped = groupBy(entries, ([name]) => name);
    return new Map([...grouped].map(([name, list]) => [name, list.map(([, clause]) => clause)]));
  },
);

/** Names of the channels that the component reads, in the order in which it does. */
export const channelsReadBy: (component: Component) => ReadonlySet<string> = memoized(
  (component) => {
    const names = namesOf(component);
    const read = [...readersOf(component).keys()];
    return new Set(read.filter((name) => names.get(name)?.kind === 'channel'));
  },
);

/** The clauses of the component by the relation that they derive, in order of first appearance. */
export const derivations: (component: Component) => ReadonlyMap<string, readonly Clause[]> =
  memoized((component) =>
    groupBy(
      component.clauses.filter((clause) => clause.kind !== 'send'),
      (clause) => clause.head.relation,
    ),
  );
