/**
 * How long an unloaded command takes: hops of the network, flushes, and the work of the processes it
 * passes. The path is the one that was measured; a plan adds the hops between its own parts.
 */

import { compareNumbers, sorted } from '../base/order.ts';
import type { Clause, Head } from '../ir/clause.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program } from '../ir/program.ts';
import { baseRole } from '../ir/schema.ts';
import type { CriticalPath } from '../plan/load-profile.ts';
import { membersOf } from '../plan/size.ts';
import { atomsOf } from '../rewrite/part.ts';
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
  const senders = path.channels.slice(1).map((channel) => {
    const clauses = program.roles
      .flatMap((role) => role.clauses)
      .filter((clause) => clause.kind === 'send' && clause.head.relation === channel);
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
  const legs = path.channels.slice(0, -1).map((channel, at) => {
    const receiver = program.channels.find((each) => each.name === channel)?.to ?? '';
    const passed = wayBetween(program, receiver, places.senderOf(at + 1) ?? receiver);
    return { passed, waitMs: jitterMs * slowness(program, channel) };
  });
  // A role that the path passes twice does part of its work each time.
  const roles = new Set(legs.flatMap((leg) => leg.passed));
  const workMs = [...roles].reduce((sum, role) => sum + places.timeOf(role) / 1000, 0);
  const extra = legs.reduce((sum, leg) => sum + leg.passed.length - 1, 0);
  const hops = path.channels.length + extra;
  const waitMs = legs.reduce((sum, leg) => sum + leg.waitMs, 0);
  return { hops, latencyMs: hops * hopMs + path.flushes * syncMs + waitMs + workMs };
}

/** The roles from one to another over channels between parts of the same members, the shortest way. */
function wayBetween(program: Program, from: string, to: string): readonly string[] {
  const sends = new Map(
    program.roles.map((role) => [
      role.name,
      new Set(role.clauses.map((clause) => clause.head.relation)),
    ]),
  );
  const before = new Map<string, string | null>([[from, null]]);
  for (const name of before.keys()) {
    if (name === to) return wayTo(name, before);
    for (const channel of program.channels) {
      const isSibling = baseRole(program, channel.to) === baseRole(program, from);
      if (!isSibling || before.has(channel.to)) continue;
      if (sends.get(name)?.has(channel.name) === true) before.set(channel.to, name);
    }
  }
  return [from];
}

function wayTo(name: string, before: ReadonlyMap<string, string | null>): readonly string[] {
  const way: string[] = [];
  for (let at: string | null = name; at !== null; at = before.get(at) ?? null) way.unshift(at);
  return way;
}

/**
 * How much later than the mean the answer comes that a process waits for, in means of the random part of a
 * hop: the k-th of n exponential times, H(n) - H(n - k), less the 1 that is in every hop.
 */
function slowness(program: Program, channel: string): number {
  const from = program.channels.find((each) => each.name === channel)?.from ?? '';
  const to = program.channels.find((each) => each.name === channel)?.to ?? '';
  const isExternal = program.roles.some((role) => role.name === from && role.external);
  const members = isExternal ? 1 : membersOf(program, from);
  if (members === 1) return 0;
  const awaited = quorumOf(program, to, baseRole(program, from));
  if (awaited === null) return 0;
  let mean = 0;
  for (let left = members; left > members - awaited; left--) mean += 1 / left;
  return mean - 1;
}

/** How many members of `counted` some clause of the role waits for; null when none counts them. */
function quorumOf(program: Program, role: string, counted: string): number | null {
  const clauses = program.roles.find((each) => each.name === role)?.clauses ?? [];
  const columns = new Map(
    program.roles
      .filter((each) => each.name === role)
      .flatMap((each) => each.relations)
      .map((relation) => [relation.name, relation.columns]),
  );
  const found: number[] = [];
  for (const { head, body } of clauses) {
    const at = head.args.findIndex((arg) => arg.kind === 'aggregate' && arg.aggregate === 'count');
    if (at < 0) continue;
    const isMember = countedVariables(head).some((name) =>
      body.some((literal) => {
        if (literal.kind !== 'atom') return false;
        const column = literal.atom.args.findIndex(
          (arg) => arg.kind === 'variable' && arg.name === name,
        );
        const type = columns.get(literal.atom.relation)?.[column]?.type;
        return type?.kind === 'id' && type.role === counted;
      }),
    );
    if (!isMember) continue;
    for (const clause of clauses) found.push(...thresholds(program, clause, head.relation, at));
  }
  const members = membersOf(program, counted);
  const within = found.filter((count) => count >= 1 && count <= members);
  return sorted(within, compareNumbers)[0] ?? null;
}

function countedVariables(head: Head): readonly string[] {
  return head.args.flatMap((arg) =>
    arg.kind === 'aggregate'
      ? arg.of.flatMap((each) => (each.kind === 'variable' ? [each.name] : []))
      : [],
  );
}

/** `tally(n, ..), n == participants` and `tally(k, ..), k > f` in one clause's body. */
function thresholds(
  program: Program,
  clause: Clause,
  relation: string,
  column: number,
): readonly number[] {
  const values = parameterValues(program);
  const constant = (expression: Expression): readonly number[] => {
    const value = evaluateInteger(expression, values);
    return value.kind === 'ok' ? [value.value] : [];
  };
  return atomsOf(clause)
    .filter((atom) => atom.relation === relation)
    .flatMap((atom) => {
      const arg = atom.args[column];
      if (arg === undefined) return [];
      if (arg.kind !== 'variable') return constant(arg);
      return clause.body.flatMap((literal) => {
        if (literal.kind !== 'condition' || literal.expression.kind !== 'binary') return [];
        const { operator, left, right } = literal.expression;
        if (left.kind !== 'variable' || left.name !== arg.name) return [];
        if (operator === '==' || operator === '>=') return constant(right);
        return operator === '>' ? constant(right).map((count) => count + 1) : [];
      });
    });
}
