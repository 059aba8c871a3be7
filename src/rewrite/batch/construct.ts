/**
 * What asymmetric decoupling adds to two parts. The moved part sends what the staying one reads of a tick as one
 * numbered batch: its facts, and a message that says how many they are. The staying part takes one whole batch a tick,
 * in order, and says so; until then the moved part holds back what it sends to others.
 *
 * Streams of batches are told apart by a key, which may have no columns: then there is one. The numbers of a stream
 * start anew whenever all of its batches are taken, so neither part keeps anything of a stream that rests. That is
 * sound because the channels between the parts keep their order: all of a batch comes before all of the next, and no
 * acknowledgement is overtaken.
 */

import type { Clause } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Relation } from '../../ir/program.ts';
import type { Column, Type } from '../../ir/type.ts';
import type { Construction, Fresh } from '../rule.ts';
import { heldBack, news, readsNews, sendsBatches } from './moved.ts';
import { channelsOf, type Names, namesFor, relationsOf } from './names.ts';
import { takesBatches } from './staying.ts';

/** A clause with the values of the stream's key for what it derives. */
export interface KeyedClause {
  readonly clause: Clause;
  readonly key: readonly Expression[];
}

/** A relation that moved clauses derive and staying ones read. */
export interface Crossing {
  readonly relation: Relation;
  readonly clauses: readonly KeyedClause[];
}

/** A clause that sends to another role, with the columns of its channel and the type of its addresses. */
export interface KeyedSend extends KeyedClause {
  readonly columns: readonly Column[];
  readonly address: Type;
}

export interface BatchedParts {
  readonly role: string;
  /** Of a stream. */
  readonly key: readonly Column[];
  readonly crossings: readonly Crossing[];
  readonly sends: readonly KeyedSend[];
  /** Moved clauses that neither cross nor send. */
  readonly inner: readonly Clause[];
}

/** What moves, what the staying part needs besides its own clauses, and what they use that the program doesn't have. */
export interface Batched extends Construction {
  readonly takers: readonly Clause[];
  readonly move: readonly Clause[];
  readonly names: Names;
}

export function batchedParts(parts: BatchedParts, fresh: Fresh): Batched {
  const { key, crossings, sends, inner } = parts;
  const names = namesFor(parts, fresh);
  const renamed = new Map(
    crossings.map(({ relation }, at) => [relation.name, names.crossings[at]?.news ?? '']),
  );
  const local = (clause: Clause): Clause => readsNews(clause, renamed, key.length);
  const held = sends.map((send) => heldBack(send, names, key, fresh));
  const senders = [...news(crossings, names).map(local), ...sendsBatches(names)];
  const takers = takesBatches(crossings, names);
  return {
    relations: [...relationsOf(parts, names), ...held.map((each) => each.relation)],
    channels: channelsOf(parts, names),
    observed: [...senders, ...takers],
    takers,
    move: [...inner.map(local), ...senders, ...held.flatMap((each) => each.clauses.map(local))],
    names,
  };
}
