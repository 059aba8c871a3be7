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

export interface PathCost {
  readonly latencyMs: number;
  readonly hops: number;
}

/**
 * `path` may be that of the program or of the one that it was made from: channels that clients and other
 * roles see keep their names. `timeUs`: work per command of a role's process.
 */
export function pathCost(
  program: Program,
  path: CriticalPath,
  model: CostModel,
  timeUs: (role: string) => number,
): PathCost {
  const { hopMs, syncMs } = model.latency;
  const inner = path.channels.slice(0, -1);
  const legs = inner.map((channel, at) => {
    const passed = legBetween(program, channel, path.channels[at + 1] ?? '');
    const waitMs = model.latency.jitterMs * slowness(program, channel);
    return { passed, waitMs };
  });
  // A role that the path passes twice does part of its work each time.
  const roles = new Set(legs.flatMap((leg) => leg.passed));
  const workMs = [...roles].reduce((sum, role) => sum + timeUs(role) / 1000, 0);
  const extra = legs.reduce((sum, leg) => sum + leg.passed.length - 1, 0);
  const hops = path.channels.length + extra;
  const waitMs = legs.reduce((sum, leg) => sum + leg.waitMs, 0);
  return { hops, latencyMs: hops * hopMs + path.flushes * syncMs + waitMs + workMs };
}

/**
 * The roles from the one that receives `from` to the one that sends `to`: the shortest way over channels
 * between parts of the same members.
 */
function legBetween(program: Program, from: string, to: string): readonly string[] {
  const receiver = program.channels.find((each) => each.name === from)?.to ?? '';
  const base = baseRole(program, receiver);
  const sends = (name: string, channel: string): boolean =>
    program.roles
      .find((role) => role.name === name)
      ?.clauses.some((clause) => clause.head.relation === channel) === true;
  const siblings = program.roles.filter((role) => baseRole(program, role.name) === base);
  const next = (name: string): readonly string[] =>
    program.channels
      .filter((each) => sends(name, each.name) && siblings.some((role) => role.name === each.to))
      .map((each) => each.to);
  const before = new Map<string, string | null>([[receiver, null]]);
  for (const name of before.keys()) {
    if (sends(name, to)) return wayTo(name, before);
    for (const target of next(name)) if (!before.has(target)) before.set(target, name);
  }
  return [receiver];
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
