/**
 * How much work a part has per command: from what was counted in a run of the program that it is a part
 * of, however the rest of the program is cut. Figures are of one process that holds the whole part of the
 * busiest member; `spread.ts` says how much of it is left when the part is spread over several.
 */

import type { Clause } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { headOperators, operators } from '../ir/operator.ts';
import type { Channel, Program } from '../ir/program.ts';
import { channelNamed, inboundChannels } from '../ir/schema.ts';
import type { KeySpread, LoadProfile, RoleLoad, Traffic } from '../plan/load-profile.ts';
import { partsOf } from '../plan/size.ts';
import { atomsOf, type PartView } from '../rewrite/part.ts';
import { chargedTo, mapWork, type Work } from './cost.ts';
import { observedChannel, observedKey } from './instrument.ts';

export interface Measured {
  /** The program that was run, without the observers of `instrument`. */
  readonly program: Program;
  readonly profile: LoadProfile;
}

export interface PartLoad {
  readonly work: Work;
  readonly arrivals: readonly Arrival[];
}

/** A channel that the part reads. */
export interface Arrival {
  readonly channel: string;
  readonly messages: number;
  readonly keys: readonly KeySpread[];
  /** Of functions of its columns that some plan has as a key. */
  readonly functions?: (of: Expression) => KeySpread | undefined;
}

export function partLoad(view: PartView, measured: Measured): PartLoad {
  const load = measured.profile.roles.find((each) => each.role === view.part.role);
  if (load === undefined) return { work: mapWork(() => 0), arrivals: [] };
  const external = new Set(
    view.program.roles.filter((role) => role.external).map((role) => role.name),
  );
  const received = readChannels(view).map((channel) =>
    received1(channel, view, {
      ...measured,
      load,
      isNew: channelNamed(measured.program, channel.name) === undefined,
    }),
  );
  const fromClients = received.filter(({ channel }) => external.has(channel.from));
  const sends = sentBy(view, load);
  const toClients = sends.filter(({ channel }) => external.has(channel?.to ?? ''));
  const facts = view.part.clauses.filter((clause) => clause.kind !== 'send');
  const durable = durableOf(view);
  const messages = sum(received.map((each) => each.traffic.messages));
  // Of a role that the program spreads itself, the busiest process was counted: it sees a share of the commands.
  const processes = partsOf(measured.program, view.part.role);
  const count = (clauses: readonly Clause[]): number =>
    sum(clauses.map((clause) => load.derived[clause.id] ?? 0));
  const work: Work = {
    wake: Math.min(1, messages * processes) / processes,
    receive: messages,
    send: sum(sends.map((each) => each.traffic.messages)),
    fromClient: sum(fromClients.map((each) => each.traffic.messages)),
    toClient: sum(toClients.map((each) => each.traffic.messages)),
    held: sum(sends.filter((each) => each.held).map((each) => each.traffic.messages)),
    byte: sum([...received, ...sends].map((each) => each.traffic.bytes)),
    fact: count(facts),
    aggregate: count(facts.filter(aggregates)),
    sync: Math.min(load.syncs, count(facts.filter((clause) => writes(durable, clause)))),
  };
  const arrivals = received.map(({ channel, traffic, keys }) => {
    const functions = (of: Expression): KeySpread | undefined =>
      measured.profile.keys[observedKey(channel.name, of)]?.at(-1);
    return { channel: channel.name, messages: traffic.messages, keys, functions };
  });
  return { work, arrivals };
}

interface Received {
  readonly channel: Channel;
  readonly traffic: Traffic;
  readonly keys: readonly KeySpread[];
}

/**
 * A channel that a relay passes on brings what the relay got, and a forward what its observer counted;
 * neither comes from a client any more, since `view` names the role itself as their sender.
 */
function received1(
  channel: Channel,
  view: PartView,
  { profile, load, isNew }: Pick<Measured, 'profile'> & { load: RoleLoad; isNew: boolean },
): Received {
  const none = { messages: 0, bytes: 0 };
  if (isNew) {
    const keys = profile.keys[observedChannel(channel.name)] ?? [];
    return { channel, traffic: load.sent[channel.name] ?? none, keys };
  }
  const keys = profile.keys[channel.name] ?? [];
  const relayed = view.part.relayed.includes(channel.name);
  const from = relayed ? view.part.role : channel.from;
  return { channel: { ...channel, from }, traffic: load.received[channel.name] ?? none, keys };
}

function readChannels(view: PartView): readonly Channel[] {
  const read = new Set(view.part.clauses.flatMap(atomsOf).map((atom) => atom.relation));
  return inboundChannels(view.program, view.part.role).filter((channel) => read.has(channel.name));
}

interface Sending {
  readonly channel: Channel | undefined;
  readonly traffic: Traffic;
  readonly held: boolean;
}

function sentBy(view: PartView, load: RoleLoad): readonly Sending[] {
  const waiting = waitingRelations(view.part.clauses);
  return view.part.clauses
    .filter((clause) => clause.kind === 'send')
    .map((clause) => ({
      channel: channelNamed(view.program, clause.head.relation),
      traffic: load.sent[clause.id] ?? { messages: 0, bytes: 0 },
      held: rests(clause, waiting),
    }));
}

/** Relations that hold in a tick only because a flush is over: `answers :- owed(n), stable promised(n)`. */
function waitingRelations(clauses: readonly Clause[]): ReadonlySet<string> {
  const waiting = new Set<string>();
  for (let before = -1; before < waiting.size; ) {
    before = waiting.size;
    for (const clause of clauses) {
      if (clause.kind === 'now' && rests(clause, waiting)) waiting.add(clause.head.relation);
    }
  }
  return waiting;
}

function rests(clause: Clause, waiting: ReadonlySet<string>): boolean {
  return clause.body.some(
    (literal) =>
      literal.kind === 'stable' || (literal.kind === 'atom' && waiting.has(literal.atom.relation)),
  );
}

function aggregates(clause: Clause): boolean {
  return headOperators(clause.head).some((name) => chargedTo[operators[name].cost] === 'aggregate');
}

function durableOf({ role }: PartView): ReadonlySet<string> {
  return new Set(role.relations.flatMap(({ durable, name }) => (durable ? [name] : [])));
}

/** Carrying a durable fact over writes nothing. */
function writes(durable: ReadonlySet<string>, clause: Clause): boolean {
  const carries = clause.body.some(
    (literal) => literal.kind === 'atom' && literal.atom.relation === clause.head.relation,
  );
  return durable.has(clause.head.relation) && !(clause.kind === 'next' && carries);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
