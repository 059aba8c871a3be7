/** Where refinements propose to cut a component: bounded, ordered, read off the dependency graph. */

import { term } from '../egraph/term.ts';
import type { Clause, Literal } from '../ir/clause.ts';
import { ME, variable } from '../ir/expression.ts';
import { isRigid, visibleIn } from '../ir/schema.ts';
import { independentGroups } from './group.ts';
import {
  clauseTerm,
  type Forward,
  type Payload,
  rigidNames,
  type ScanPayload,
  scanOf,
  scanTerm,
  termClause,
} from './language.ts';
import { atomsOf, readsOf, unchangeableInputs } from './part.ts';
import type { DraftClause, Proposal, Site, Tail } from './rule.ts';

type KnownClause = Site['clauses'][number];

/** Clauses that send less than this per command aren't worth a process. */
const RATE_MIN = 0.05;

/** With more pieces than this, only the first is cut off by itself: the subsets of n pieces are 2^n. */
const PIECES_MAX = 4;

/** Cuts at what the part derives, or at a channel that only the moved clause reads. */
export function ownCuts(site: Site): Iterable<Proposal> {
  return cutsOf(site, (clause, tail) => !isShared(site, clause, tail));
}

/** Cuts at a channel that clauses on both sides read: the staying part hands on what it took. */
export function sharedCuts(site: Site): Iterable<Proposal> {
  return cutsOf(site, (clause, tail) => isShared(site, clause, tail));
}

function isShared(site: Site, moved: KnownClause, { below }: Tail): boolean {
  if (below.op !== 'scan') return false;
  const { relation } = below.payload as ScanPayload;
  const isChannel = site.view.program.channels.some((channel) => channel.name === relation);
  const isRead = ({ id, clause }: KnownClause): boolean =>
    id !== moved.id && readsOf(clause).includes(relation);
  return isChannel && site.clauses.some(isRead);
}

/** Each clause with a functional tail is moved by itself; all that have one, together as well. */
function* cutsOf(
  site: Site,
  accepts: (clause: KnownClause, tail: Tail) => boolean,
): Iterable<Proposal> {
  const movable = site.clauses.flatMap((clause) => {
    if (site.rate(clause.clause.id) < RATE_MIN || isForwarding(site, clause)) return [];
    const tails = site.tails(clause).filter((tail) => accepts(clause, tail));
    return tails.length === 0 ? [] : [{ clause, tails }];
  });
  if (movable.length > 1) {
    yield moveTails(
      site,
      movable.flatMap(({ clause, tails: [tail] }) =>
        tail === undefined ? [] : [{ clause, tail }],
      ),
    );
  }
  for (const { clause, tails } of bounded(site, movable)) {
    for (const tail of tails) yield moveTails(site, [{ clause, tail }]);
  }
}

function bounded<T>(site: Site, pieces: readonly T[]): readonly T[] {
  if (pieces.length <= PIECES_MAX) return pieces;
  site.cutOff('subsets of pieces');
  return pieces.slice(0, 1);
}

/** A part that does nothing but forward: moving a forward behind a forward gains nothing. */
function isForwarding(site: Site, clause: KnownClause): boolean {
  return site.view.program.channels.some(
    (channel) =>
      channel.name === clause.clause.head.relation &&
      channel.from === channel.to &&
      clause.clause.head.destination?.kind === 'me',
  );
}

function moveTails(
  site: Site,
  moved: readonly { readonly clause: KnownClause; readonly tail: Tail }[],
): Proposal {
  const gone = new Set(moved.map(({ clause }) => clause.id));
  const forwards: Forward[] = [];
  const stay: DraftClause[] = site.clauses.filter((clause) => !gone.has(clause.id));
  const move: DraftClause[] = [];
  for (const { clause, tail } of moved) {
    const forward = site.forwardOf({
      body: tail.below,
      columns: tail.columns,
      relays: null,
      hint: `${clause.clause.head.relation}Forward`,
      role: site.view.part.role,
    });
    if (!forwards.some((each) => each.name === forward.name)) {
      forwards.push(forward);
      stay.push(forwarding(forward, tail));
    }
    const rest = tail.rest(forward);
    move.push({ kind: 'new', term: rest, clause: termClause(rest) });
  }
  const names = moved.map(({ clause }) => `\`${clause.clause.head.relation}\``).join(', ');
  return {
    kind: 'decouple',
    stay,
    move,
    relayed: [],
    forwards,
    summary: `sends ${names} from a process of its own`,
  };
}

function forwarding(forward: Forward, tail: Pick<Tail, 'below'>): DraftClause {
  const sent = term<Payload>('clause', [tail.below], {
    id: forward.name,
    kind: 'send',
    head: {
      relation: forward.name,
      args: forward.columns.map((name) => ({ kind: 'plain', value: variable(name) })),
      destination: ME,
    },
    written: 'clause',
  });
  return { kind: 'new', term: sent, clause: termClause(sent) };
}

/** Each independent group against the rest, then everything against the group that clients address. */
export function* groupCuts(site: Site): Iterable<Proposal> {
  const groups = independentGroups(site);
  if (groups.length < 2) return;
  const fixed = new Set(unchangeableInputs(site.view));
  const isHome = (group: readonly KnownClause[]): boolean =>
    group.some(({ clause }) => atomsOf(clause).some((atom) => fixed.has(atom.relation)));
  const homeless = groups.filter((group) => !isHome(group));
  const movable = homeless.length === groups.length ? homeless.slice(1) : homeless;
  if (movable.length > 1) yield split(site, movable.flat());
  for (const group of bounded(site, movable)) yield split(site, group);
}

function split(site: Site, group: readonly KnownClause[]): Proposal {
  const moved = new Set(group.map((clause) => clause.id));
  const heads = [...new Set(group.map(({ clause }) => clause.head.relation))];
  return {
    kind: 'decouple',
    stay: site.clauses.filter((clause) => !moved.has(clause.id)),
    move: group,
    relayed: [],
    forwards: [],
    summary: `${heads.map((name) => `\`${name}\``).join(', ')} on a process of its own`,
  };
}

/** A relay of all channels that clients send stays; everything else moves behind it. */
export function* relayCuts(site: Site): Iterable<Proposal> {
  const fixed = unchangeableInputs(site.view);
  if (fixed.length === 0) return;
  const forwards: Forward[] = [];
  const stay: DraftClause[] = [];
  for (const name of fixed) {
    const channel = site.view.program.channels.find((each) => each.name === name);
    if (channel === undefined) continue;
    const columns = channel.columns.map((column) => column.name);
    const below = scanOf(name, columns);
    const forward = site.forwardOf({
      body: below,
      columns,
      relays: name,
      hint: `${name}Relayed`,
      role: site.view.part.role,
    });
    forwards.push(forward);
    stay.push(forwarding(forward, { below }));
  }
  if (site.clauses.every((clause) => isForwarding(site, clause))) return;
  yield {
    kind: 'decouple',
    stay,
    move: site.clauses,
    relayed: fixed,
    forwards,
    summary: `relays ${fixed.map((name) => `\`${name}\``).join(', ')} and does everything else behind the relay`,
  };
}

/** A message over relations that are never given up can leave from a place that keeps copies of them. */
export function* persistedCuts(site: Site): Iterable<Proposal> {
  for (const clause of site.clauses) {
    if (clause.clause.kind !== 'send' || isForwarding(site, clause)) continue;
    if (site.rate(clause.clause.id) < RATE_MIN) continue;
    const proposal = keepInputs(site, clause);
    if (proposal !== null) yield proposal;
  }
}

type InputLiteral = Extract<Literal, { readonly kind: 'atom' | 'stable' }>;

/** What a clause reads of relations of its role, as they are or as they are on disk; null if anything else. */
function keepableInputs(site: Site, clause: Clause): readonly InputLiteral[] | null {
  const visible = visibleIn(site.view.program, site.view.role);
  const found = new Map<string, InputLiteral>();
  for (const literal of clause.body) {
    if (literal.kind === 'condition' || literal.kind === 'bind') continue;
    const kind = visible.get(literal.atom.relation)?.kind;
    if (kind !== undefined && isRigid(kind) && literal.kind === 'atom') continue;
    if (kind !== 'relation' || (literal.kind !== 'atom' && literal.kind !== 'stable')) return null;
    found.set(inputKey(literal), literal);
  }
  const inputs = [...found.values()];
  // Copies of copies would be legal for ever.
  const isCopy = ({ atom }: InputLiteral): boolean =>
    site.view.part.clauses.some((each) => each.id === `${atom.relation}Stays`);
  return inputs.length === 0 || inputs.every(isCopy) ? null : inputs;
}

function inputKey({ kind, atom }: InputLiteral): string {
  return `${kind} ${atom.relation}`;
}

function keepInputs(site: Site, moved: KnownClause): Proposal | null {
  const inputs = keepableInputs(site, moved.clause);
  if (inputs === null) return null;
  const forwards: Forward[] = [];
  const stay: DraftClause[] = site.clauses.filter((clause) => clause.id !== moved.id);
  const move: DraftClause[] = [];
  const kept = new Map<string, string>();
  for (const input of inputs) {
    const { relation } = input.atom;
    const visible = visibleIn(site.view.program, site.view.role).get(relation);
    const columns = (visible?.columns ?? []).map((column) => column.name);
    const args = columns.map(variable);
    const below = scanTerm({ literal: input.kind, relation, args, delayMs: null, rigid: false });
    const forward = site.forwardOf({
      body: below,
      columns,
      relays: null,
      hint: `${relation}Forward`,
      role: site.view.part.role,
    });
    const store = site.keptOf(forward);
    forwards.push(forward);
    stay.push(forwarding(forward, { below }));
    move.push(...keeping(forward, store));
    kept.set(inputKey(input), store);
  }
  const rest = clauseTerm(overCopies(moved.clause, kept), rigidNames(site.view.program));
  move.push({ kind: 'new', term: rest, clause: termClause(rest) });
  const list = inputs.map(({ atom }) => `\`${atom.relation}\``).join(', ');
  return {
    kind: 'decouple',
    stay,
    move,
    relayed: [],
    forwards,
    summary: `sends \`${moved.clause.head.relation}\` from a process that keeps copies of ${list}`,
  };
}

/** The clause over the copies; what was on disk at home is a plain fact here. */
function overCopies(clause: Clause, kept: ReadonlyMap<string, string>): Clause {
  const body = clause.body.map((literal): Literal => {
    if (literal.kind !== 'atom' && literal.kind !== 'stable') return literal;
    const relation = kept.get(inputKey(literal));
    if (relation === undefined) return literal;
    return { kind: 'atom', atom: { ...literal.atom, relation } };
  });
  return { ...clause, body };
}

/** `kept :- forward` and `kept :+ kept`. */
function keeping(forward: Forward, store: string): readonly DraftClause[] {
  const args = forward.columns.map((name) => ({ kind: 'plain', value: variable(name) }) as const);
  const head = { relation: store, args, destination: null };
  const arrive = term<Payload>('clause', [scanOf(forward.name, forward.columns)], {
    id: `${store}Arrives`,
    kind: 'now',
    head,
    written: 'clause',
  });
  const stays = term<Payload>('clause', [scanOf(store, forward.columns)], {
    id: `${store}Stays`,
    kind: 'next',
    head,
    written: 'persist',
  });
  return [arrive, stays].map((made) => ({ kind: 'new', term: made, clause: termClause(made) }));
}
