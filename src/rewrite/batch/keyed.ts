/**
 * What asymmetric decoupling adds when the moved part is spread by a key: a stream of batches for each key, and turns
 * for what has none. The staying part is the coordinator of these turns.
 *
 * A process says that it is locked when all that it has told was taken. So an order finds every key at rest, and the
 * tick that takes it comes, in the run of the whole, after all that its processes have done before.
 */

import type { DistributionPolicy } from '../../analysis/keys.ts';
import { unusedName } from '../../base/unused-name.ts';
import { atomOf, type Clause, type Literal } from '../../ir/clause.ts';
import { type Expression, variable, variablesOf } from '../../ir/expression.ts';
import type { Channel, Relation } from '../../ir/program.ts';
import type { Column, Type } from '../../ir/type.ts';
import { any, holds, lacks, next } from '../clauses.ts';
import type { PartView } from '../part.ts';
import { type Coordinated, coordinated } from '../partial/construct.ts';
import { toOne } from '../partial/names.ts';
import type { Sides } from '../partial/sides.ts';
import type { Construction, Fresh } from '../rule.ts';
import { batchedParts, type Crossing, type KeyedClause, type KeyedSend } from './construct.ts';
import { toldAs } from './telling-view.ts';

export interface KeyedParts {
  /** The moved part (`tellingView`), with a name for each value of a key. */
  readonly view: PartView;
  readonly sides: Sides;
  readonly copies: readonly Clause[];
  /** Of a stream. */
  readonly key: readonly Column[];
  /** By clause: the values of the key for what it tells or sends. */
  readonly keys: ReadonlyMap<string, readonly Expression[]>;
  readonly crossings: readonly Relation[];
  readonly sent: (clause: Clause) => {
    readonly columns: readonly Column[];
    readonly address: Type;
  };
}

export interface Keyed extends Construction {
  /** What the staying part has besides its own clauses. */
  readonly stay: readonly Clause[];
  readonly move: readonly Clause[];
  /** Channels between processes and coordinator whose first column is the number of a process. */
  readonly numbered: readonly Channel[];
  readonly broadcasts: readonly string[];
  /** The channel of acknowledgements: its first columns are the key. */
  readonly taken: string;
}

export function keyedParts(parts: KeyedParts, fresh: Fresh): Keyed {
  const { view, sides, copies, key, crossings } = parts;
  const turns = sides.orders.length === 0 ? null : coordinated(view, sides, copies, fresh);
  const process = turns === null ? sides.spread : turns.move;
  const byId = new Map(view.part.clauses.map((clause) => [clause.id, clause]));
  const tells = new Map(crossings.map(({ name }) => [toldAs(name), name]));
  const keyed = (clause: Clause): KeyedClause => {
    return { clause, key: parts.keys.get(clause.id) ?? [] };
  };
  const isSent = (clause: Clause): boolean => clause.kind === 'send' && byId.has(clause.id);
  const made = batchedParts(
    {
      role: sides.role,
      key,
      crossings: crossings.map((relation): Crossing => {
        const own = process.filter(({ head }) => tells.get(head.relation) === relation.name);
        return { relation, clauses: own.map((each) => keyed(derives(each, relation.name))) };
      }),
      sends: process
        .filter((each) => isSent(each) && !tells.has(each.head.relation))
        .map((clause): KeyedSend => ({ ...keyed(clause), ...parts.sent(clause) })),
      inner: process.filter((each) => !isSent(each)),
    },
    fresh,
  );
  const { takers, names } = made;
  const rests = [...any(key), variable('b')];
  return {
    relations: [...(turns?.relations ?? []), ...made.relations],
    channels: [...(turns?.channels ?? []), ...made.channels],
    parameters: turns?.parameters ?? [],
    observed: [...(turns?.observed ?? []), ...made.observed],
    stay: [...(turns?.stay ?? []), ...takers],
    move: turns === null ? made.move : saysWhenAtRest(made.move, turns, names.alive, rests),
    numbered: turns?.numbered ?? [],
    broadcasts: turns?.broadcasts ?? [],
    taken: names.taken,
  };
}

function derives(clause: Clause, relation: string): Clause {
  return { ...clause, kind: 'now', head: { ...clause.head, relation, destination: null } };
}

/** A locked process answers when no batch of it is under way. */
function saysWhenAtRest(
  move: readonly Clause[],
  { names: { process, channel } }: Coordinated,
  alive: string,
  batch: readonly Expression[],
): readonly Clause[] {
  const p = variable('p');
  return [
    ...move.map((clause) => {
      if (clause.id !== toOne(channel.locked)) return clause;
      return { ...clause, body: [...clause.body, lacks(alive, any(batch))] };
    }),
    next(
      process.locking,
      [p],
      [holds(process.locking, [p]), holds(alive, any(batch))],
      `${process.locking}Stays`,
    ),
  ];
}

export interface WithKey extends KeyedClause {
  /** What gives the key, with its columns. */
  readonly from: { readonly relation: string; readonly columns: readonly number[] };
}

/** The clause with a name for each column of the key, and these names; null when nothing that it reads has a key. */
export function withKey(clause: Clause, policy: DistributionPolicy): WithKey | null {
  const at = clause.body.findIndex(
    (literal) => literal.kind === 'atom' && (policy[literal.atom.relation] ?? []).length > 0,
  );
  const found = clause.body[at];
  if (found?.kind !== 'atom') return null;
  const columns = policy[found.atom.relation] ?? [];
  const used = new Set(clause.body.flatMap(namesIn));
  const args = found.atom.args.map((arg, index): Expression => {
    if (arg.kind !== 'wildcard' || !columns.includes(index)) return arg;
    const name = unusedName('k', used);
    used.add(name);
    return variable(name);
  });
  const key = columns.flatMap((column) => args[column] ?? []);
  const atom: Literal = { kind: 'atom', atom: { ...found.atom, args } };
  const body = clause.body.map((literal, index) => (index === at ? atom : literal));
  const from = { relation: found.atom.relation, columns };
  return { clause: { ...clause, body }, key, from };
}

function namesIn(literal: Literal): readonly string[] {
  switch (literal.kind) {
    case 'condition':
      return variablesOf(literal.expression);
    case 'bind':
      return [literal.variable, ...variablesOf(literal.value)];
    default:
      return atomOf(literal)?.args.flatMap(variablesOf) ?? [];
  }
}
