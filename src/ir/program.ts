/**
 * A checked dataflow program: roles that hold relations and clauses, and channels between roles.
 * It is plain data; spans live in a side table of `syntax`, so a program made by a rewrite has none.
 */

import type { Atom, Clause, Literal } from './clause.ts';
import type { Expression } from './expression.ts';
import type { Column, Type } from './type.ts';

export interface Program {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Names declared by `type Name`. */
  readonly opaqueTypes: readonly string[];
  readonly functions: readonly FunctionDeclaration[];
  readonly lattices: readonly LatticeDeclaration[];
  readonly roles: readonly Role[];
  readonly channels: readonly Channel[];
  readonly invariants: readonly Invariant[];
  readonly history: HistorySpecification | null;
  readonly workload: Workload | null;
}

export interface Parameter {
  readonly name: string;
  readonly definition: Expression;
  /** The definition's value, or what `--set` put in its place. */
  readonly value: number;
}

/** Functional dependency: facts that agree on `from` agree on `to` (column names). */
export interface Dependency {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
  /** A declared key, as a dependency of all columns on it, and the declared `fd`s. */
  readonly dependencies: readonly Dependency[];
  /** Written to disk; read back after a restart; `stable r` is its view after the flush. */
  readonly durable: boolean;
}

export interface Timer {
  readonly name: string;
  readonly periodMs: Expression;
}

/** A fact that holds in the first tick of every member (`init ballot(0)`). */
export interface InitialFact {
  readonly relation: string;
  readonly args: readonly Expression[];
}

/** A relation whose facts never change, known at every node (`static r(..) { (..), .. }`). */
export interface StaticRelation {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly dependencies: readonly Dependency[];
  readonly facts: readonly (readonly Expression[])[];
}

export interface Role {
  readonly name: string;
  /** Clients: no clauses; the workload and the history speak for them. */
  readonly external: boolean;
  /** The number of logical members; null for a role that is single. */
  readonly size: Expression | null;
  /** `role x of y`: a part of every member of `y`; `me` and addresses are those of `y`. Null otherwise. */
  readonly of: string | null;
  /** Processes of each member among which its facts are spread by the channels' `by`; 1 if not said. */
  readonly parts: Expression | null;
  readonly relations: readonly Relation[];
  readonly statics: readonly StaticRelation[];
  readonly timers: readonly Timer[];
  readonly initial: readonly InitialFact[];
  readonly clauses: readonly Clause[];
}

export interface ChannelFlags {
  /** A message may be lost. */
  readonly lossy: boolean;
  /** A message may arrive more than once. */
  readonly duplicating: boolean;
  /** Messages of one sender to one receiver arrive in the order in which they were sent. */
  readonly ordered: boolean;
  /** Repeated facts count when histories are compared; otherwise the first arrival of each does. */
  readonly bag: boolean;
}

export interface Channel {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly dependencies: readonly Dependency[];
  readonly from: string;
  readonly to: string;
  readonly flags: ChannelFlags;
  /**
   * `by (e, ..)` over the columns: which part of the addressed member gets the fact. Empty when the
   * receiving role has one part. One integer goes to part `e mod parts`; anything else is hashed.
   */
  readonly route: readonly Expression[];
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly parameters: readonly Column[];
  readonly result: Type;
  /** Null: bound by `--functions`, and known to the solver by `dependencies` only. */
  readonly body: Expression | null;
  /** Over the parameter names and `result`; `result -> x` says that the function is injective in x. */
  readonly dependencies: readonly Dependency[];
}

export interface LatticeDeclaration {
  readonly name: string;
  readonly element: Type;
  /** The two parameters of `merge`. */
  readonly parameters: readonly [string, string];
  readonly merge: Expression;
}

/**
 * `invariant n: body => conclusion`. `ever` ranges over all facts that any node ever held or sent;
 * `now` over the facts of one node in one tick.
 */
export interface Invariant {
  readonly name: string;
  readonly scope: 'ever' | 'now';
  readonly body: readonly Literal[];
  /** Conditions and atoms (some fact exists); all must hold. */
  readonly conclusion: readonly Literal[];
}

/** Which client messages are operations of a linearizable register, for the history checker. */
export interface HistorySpecification {
  readonly name: string;
  readonly operations: readonly HistoryOperation[];
}

export interface HistoryOperation {
  readonly kind: 'read' | 'write';
  readonly call: Atom;
  readonly reply: Atom;
  /** Variable of the call (or, for a read, of the reply) that holds the key, and the value. */
  readonly key: string;
  readonly value: string;
}

export interface Workload {
  /** What clients send, each kind with its share. */
  readonly commands: readonly WorkloadCommand[];
  /** Number of distinct values that `key` takes. */
  readonly keys: number;
  readonly clients: number;
  /** After this long without a reply the client sends the same fact again, to the next member; null: never. */
  readonly retryMs: number | null;
}

/**
 * `issue req(me, id, bytes(16)) to leader until reply(me, id, _) weight 1`.
 * Arguments: `me` the client, `id` a fresh integer, `bytes(n)` a fresh payload of n bytes, `key` one of
 * the keys, `below(n)` an integer in 0..n-1, or a constant.
 */
export interface WorkloadCommand {
  readonly send: Atom;
  readonly to: string;
  /** `me` and `id` as in `send`, `_` elsewhere: the fact that ends the command. */
  readonly until: Atom;
  readonly weight: number;
}
