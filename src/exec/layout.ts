/** Where the names of a role live: every relation, channel, timer, static, list of members and view has a slot. */
import { defined, invariant } from '../base/assert.ts';
import { atomOf, type Clause, type Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program, Role, StaticRelation } from '../ir/program.ts';
import { inboundChannels } from '../ir/schema.ts';
import type { Column } from '../ir/type.ts';
import type { ExpirySite } from './node-code.ts';

export interface Layout {
  readonly names: readonly string[];
  readonly columns: readonly (readonly Column[])[];
  readonly slotOf: ReadonlyMap<string, number>;
  readonly relationCount: number;
  readonly channels: ReadonlyMap<string, number>;
  readonly timers: ReadonlyMap<string, { readonly slot: number; readonly periodMs: number }>;
  readonly statics: readonly { readonly slot: number; readonly table: StaticRelation }[];
  readonly members: readonly { readonly slot: number; readonly role: string }[];
  /** Slot of a durable relation to the slot of its stable view. */
  readonly stable: ReadonlyMap<number, number>;
  readonly sites: readonly ExpirySite[];
}

/** `constant` evaluates expressions without variables: periods and delays. */
export function layoutOf(
  program: Program,
  role: Role,
  constant: (expression: Expression) => number,
): Layout {
  const names: string[] = [];
  const columns: (readonly Column[])[] = [];
  const slotOf = new Map<string, number>();
  const place = (name: string, its: readonly Column[]): number => {
    names.push(name);
    columns.push(its);
    return names.length - 1;
  };
  const visible = (name: string, its: readonly Column[]): number => {
    const slot = place(name, its);
    if (!slotOf.has(name)) slotOf.set(name, slot);
    return slot;
  };
  for (const relation of role.relations) visible(relation.name, relation.columns);
  const relationCount = names.length;
  const statics = role.statics.map((table) => ({
    slot: visible(table.name, table.columns),
    table,
  }));
  const timers = role.timers.map((timer): [string, { slot: number; periodMs: number }] => [
    timer.name,
    { slot: visible(timer.name, []), periodMs: constant(timer.periodMs) },
  ]);
  const channels = inboundChannels(program, role.name).map((channel): [string, number] => [
    channel.name,
    visible(channel.name, channel.columns),
  ]);
  // Of the many roles that a program may have, a role reads the members of few.
  const named = namesIn(role.clauses);
  const members = program.roles
    .filter((each) => named.has(each.name))
    .map((each) => ({ slot: visible(each.name, memberColumns(each)), role: each.name }));
  const stable = role.relations.flatMap((relation, slot): [number, number][] =>
    relation.durable ? [[slot, place(`stable ${relation.name}`, relation.columns)]] : [],
  );
  const sites: ExpirySite[] = [];
  for (const literal of role.clauses.flatMap((clause) => clause.body)) {
    if (literal.kind !== 'expired') continue;
    const relation = literal.atom.relation;
    const source = defined(slotOf.get(relation), `\`${relation}\` is visible, says the checker`);
    const delayMs = constant(literal.delayMs);
    if (sites.some((site) => site.source === source && site.delayMs === delayMs)) continue;
    const slot = place(`after ${delayMs} since ${relation}`, columns[source] ?? []);
    sites.push({ relation, delayMs, source, slot });
  }
  return {
    names,
    columns,
    slotOf,
    relationCount,
    channels: new Map(channels),
    timers: new Map(timers),
    statics,
    members,
    stable: new Map(stable),
    sites,
  };
}

/** The slot that a literal reads; `constant` as for the layout. */
export function slotOfLiteral(
  layout: Layout,
  literal: Exclude<Literal, { readonly kind: 'condition' | 'bind' }>,
  constant: (expression: Expression) => number,
): number {
  const { relation } = literal.atom;
  const slot = defined(layout.slotOf.get(relation), `\`${relation}\` is visible, says the checker`);
  if (literal.kind === 'stable') {
    return defined(layout.stable.get(slot), `\`${relation}\` is durable, says the checker`);
  }
  if (literal.kind !== 'expired') return slot;
  const delayMs = constant(literal.delayMs);
  const site = layout.sites.find((each) => each.source === slot && each.delayMs === delayMs);
  invariant(site !== undefined, 'every expired literal of the role has a site');
  return site.slot;
}

/** Names that bodies and heads read. */
function namesIn(clauses: readonly Clause[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { head, body } of clauses) {
    for (const literal of body) names.add(atomOf(literal)?.relation ?? '');
    for (const arg of head.args) {
      if (arg.kind === 'aggregate') names.add(arg.fallback?.over.relation ?? '');
    }
  }
  return names;
}

function memberColumns(role: Role): readonly Column[] {
  return [{ name: 'member', type: { kind: 'id', role: role.of ?? role.name } }];
}
