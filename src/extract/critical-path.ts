/**
 * How long an unloaded command takes: hops of the network, flushes, and the work of the processes it
 * passes. The path is the one that was measured; a plan adds the hops between its own parts.
 */

import { compareNumbers, groupBy, sorted } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import { parameterValues } from '../ir/constant.ts';
import type { Channel, Program } from '../ir/program.ts';
import type { CriticalPath } from '../plan/load-profile.ts';
import { membersOf } from '../plan/size.ts';
import { type Awaited, awaitedCounts } from './awaited.ts';
import type { CostModel } from './cost.ts';
import type { Measured } from './part-load.ts';

export interface PathCost {
  readonly latencyMs: number;
  readonly hops: number;
}

/** The path of a command in the base program, with what a plan needs to find it again. */
export interface CommandPath extends CriticalPath {
  /** By channel of the path after the first: the clause that sends most of its messages. */
  readonly senders: readonly string[];
}

export function commandPath({ program, profile }: Measured): CommandPath | null {
  const { path } = profile;
  if (path === null) return null;
  const sent = new Map(profile.roles.flatMap((role) => Object.entries(role.sent)));
  const sends = program.roles
    .flatMap((role) => role.clauses)
    .filter((clause) => clause.kind === 'send');
  const byChannel = groupBy(sends, (clause) => clause.head.relation);
  const senders = path.channels.slice(1).map((channel) => {
    const clauses = byChannel.get(channel) ?? [];
    const messages = (clause: Clause): number => sent.get(clause.id)?.messages ?? 0;
    return sorted(clauses, (a, b) => compareNumbers(messages(b), messages(a)))[0]?.id ?? '';
  });
  return { ...path, senders };
}

export interface PathPlaces {
  /** Microseconds of work per command of a role's process. */
  readonly timeOf: (role: string) => number;
  /** The role that sends the channel at this place of the path; the first is the client's. */
  readonly senderOf: (at: number) => string | null;
}

/**
 * Channels that clients and other roles see keep their names, so `path` may be that of the program or of
 * the one that it was made from.
 */
export function pathCost(
  program: Program,
  path: CriticalPath,
  model: CostModel,
  places: PathPlaces,
): PathCost {
  const { hopMs, syncMs, jitterMs } = model.latency;
  const channels = new Map(program.channels.map((channel) => [channel.name, channel]));
  const siblings = siblingsOf(program);
  const slowness = slownessIn(program);
  const legs = path.channels.slice(0, -1).map((name, at) => {
    const channel = channels.get(name);
    const receiver = channel?.to ?? '';
    const passed = wayBetween(siblings, receiver, places.senderOf(at + 1) ?? receiver);
    return { passed, waitMs: channel === undefined ? 0 : jitterMs * slowness(channel) };
  });
  // A role that the path passes twice does part of its work each time.
  const roles = new Set(legs.flatMap((leg) => leg.passed));
  const workMs = [...roles].reduce((sum, role) => sum + places.timeOf(role) / 1000, 0);
  const extra = legs.reduce((sum, leg) => sum + leg.passed.length - 1, 0);
  const hops = path.channels.length + extra;
  const waitMs = legs.reduce((sum, leg) => sum + leg.waitMs, 0);
  return { hops, latencyMs: hops * hopMs + path.flushes * syncMs + waitMs + workMs };
}

/** By role: the parts of the same members that it sends to, in the order of the channels. */
type Siblings = ReadonlyMap<string, ReadonlySet<string>>;

function siblingsOf({ roles, channels }: Program): Siblings {
  const bases = new Map(roles.map((role) => [role.name, role.of ?? role.name]));
  const siblings = new Map(roles.map((role) => [role.name, new Set<string>()]));
  const senders = new Map<string, Set<string>>();
  for (const { name, clauses } of roles) {
    for (const { head } of clauses) {
      const known = senders.get(head.relation);
      if (known === undefined) senders.set(head.relation, new Set([name]));
      else known.add(name);
    }
  }
  for (const { name, to } of channels) {
    for (const sender of senders.get(name) ?? []) {
      if (bases.get(sender) === bases.get(to)) siblings.get(sender)?.add(to);
    }
  }
  return siblings;
}

/** The roles from one to another over channels between parts of the same members, the shortest way. */
function wayBetween(siblings: Siblings, from: string, to: string): readonly string[] {
  const before = new Map<string, string | null>([[from, null]]);
  for (const name of before.keys()) {
    if (name === to) return wayTo(name, before);
    for (const next of siblings.get(name) ?? []) {
      if (!before.has(next)) before.set(next, name);
    }
  }
  return [from];
}

function wayTo(name: string, before: ReadonlyMap<string, string | null>): readonly string[] {
  const way: string[] = [];
  for (let at: string | null = name; at !== null; at = before.get(at) ?? null) way.push(at);
  return way.reverse();
}

/**
 * How much later than the mean the answer comes that a process waits for, in means of the random part of a
 * hop: the k-th of n exponential times, H(n) - H(n - k), less the 1 that is in every hop.
 */
function slownessIn(program: Program): (channel: Channel) => number {
  const roles = new Map(program.roles.map((role) => [role.name, role]));
  const parameters = parameterValues(program);
  const counts = new Map<string, readonly Awaited[]>();
  const countsOf = (name: string): readonly Awaited[] => {
    const role = roles.get(name);
    const found = counts.get(name) ?? (role === undefined ? [] : awaitedCounts(role, parameters));
    counts.set(name, found);
    return found;
  };
  return ({ from, to }) => {
    const members = roles.get(from)?.external === true ? 1 : membersOf(program, from);
    if (members === 1) return 0;
    const counted = roles.get(from)?.of ?? from;
    const awaited = countsOf(to)
      .filter((each) => each.roles.has(counted))
      .map((each) => each.count)
      .filter((count) => count >= 1 && count <= members);
    const [least] = sorted(awaited, compareNumbers);
    if (least === undefined) return 0;
    let mean = 0;
    for (let left = members; left > members - least; left--) mean += 1 / left;
    return mean - 1;
  };
}
