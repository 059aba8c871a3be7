/**
 * What the parser makes: declarations and clauses in the order of the text. Expressions, atoms,
 * literals and heads are the IR's own plain data, with names not yet resolved (every name is a
 * variable, every `f(x)` in a body is an atom); their places stand in a side table.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import type { Atom, ClauseKind, Head, Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { Comment } from './lexer.ts';

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export type TypeConstructor = 'list' | 'max' | 'min' | 'set' | 'map' | 'lex';

/** A type as written; `int`, `or` and user's names alike are `name`. */
export type SurfaceType =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'tuple'; readonly items: readonly SurfaceType[]; readonly span: Span }
  | {
      readonly kind: 'apply';
      readonly constructor: TypeConstructor;
      readonly args: readonly SurfaceType[];
      readonly span: Span;
    };

export interface SurfaceColumn {
  readonly name: Name;
  readonly type: SurfaceType;
}

/** `key (from)`, where `to` is empty, or `fd (from -> to)`. */
export interface SurfaceDependency {
  readonly kind: 'key' | 'fd';
  readonly from: readonly Name[];
  readonly to: readonly Name[];
  readonly span: Span;
}

export interface ParameterItem {
  readonly kind: 'parameter';
  readonly name: Name;
  readonly definition: Expression;
  readonly span: Span;
}

export interface TypeItem {
  readonly kind: 'type';
  readonly name: Name;
  readonly span: Span;
}

export interface FunctionItem {
  readonly kind: 'function';
  readonly name: Name;
  readonly parameters: readonly SurfaceColumn[];
  readonly result: SurfaceType;
  /** Null for `extern`. */
  readonly body: Expression | null;
  readonly dependencies: readonly SurfaceDependency[];
  readonly span: Span;
}

export interface LatticeItem {
  readonly kind: 'lattice';
  readonly name: Name;
  readonly parameters: readonly [SurfaceColumn, SurfaceColumn];
  readonly merge: Expression;
  readonly span: Span;
}

export interface RoleItem {
  readonly kind: 'role';
  readonly name: Name;
  readonly external: boolean;
  readonly size: Expression | null;
  readonly of: Name | null;
  readonly parts: Expression | null;
  readonly members: readonly Member[];
  /** `role .. {`, or all of it where there is no block: what comments can't be moved past. */
  readonly header: Span;
  readonly span: Span;
}

export type FlagName = 'reliable' | 'lossy' | 'duplicating' | 'ordered' | 'bag';

export interface ChannelItem {
  readonly kind: 'channel';
  readonly name: Name;
  readonly columns: readonly SurfaceColumn[];
  readonly from: Name;
  readonly to: Name;
  readonly flags: readonly { readonly name: FlagName; readonly span: Span }[];
  readonly dependencies: readonly SurfaceDependency[];
  /** Empty without `by`. */
  readonly route: readonly Expression[];
  readonly span: Span;
}

export interface InvariantItem {
  readonly kind: 'invariant';
  readonly name: Name;
  readonly scope: 'ever' | 'now';
  readonly body: readonly Literal[];
  readonly conclusion: readonly Literal[];
  readonly span: Span;
}

export interface SurfaceOperation {
  readonly kind: 'read' | 'write';
  readonly call: Atom;
  readonly reply: Atom;
  readonly key: Name;
  readonly value: Name;
  readonly span: Span;
}

export interface HistoryItem {
  readonly kind: 'history';
  readonly name: Name;
  readonly operations: readonly SurfaceOperation[];
  readonly header: Span;
  readonly span: Span;
}

export type WorkloadEntry =
  | {
      readonly kind: 'issue';
      readonly send: Atom;
      readonly to: Name;
      readonly until: Atom;
      /** Null when not written: 1. */
      readonly weight: number | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'keys' | 'clients' | 'retry';
      readonly value: number;
      readonly span: Span;
    };

export interface WorkloadItem {
  readonly kind: 'workload';
  readonly entries: readonly WorkloadEntry[];
  readonly header: Span;
  readonly span: Span;
}

export type Item =
  | ParameterItem
  | TypeItem
  | FunctionItem
  | LatticeItem
  | RoleItem
  | ChannelItem
  | InvariantItem
  | HistoryItem
  | WorkloadItem;

export interface RelationMember {
  readonly kind: 'relation';
  readonly name: Name;
  readonly durable: boolean;
  readonly columns: readonly SurfaceColumn[];
  readonly dependencies: readonly SurfaceDependency[];
  readonly span: Span;
}

export interface StaticFact {
  readonly args: readonly Expression[];
  readonly span: Span;
}

export interface StaticMember {
  readonly kind: 'static';
  readonly name: Name;
  readonly columns: readonly SurfaceColumn[];
  readonly dependencies: readonly SurfaceDependency[];
  readonly facts: readonly StaticFact[];
  readonly header: Span;
  readonly span: Span;
}

export interface TimerMember {
  readonly kind: 'timer';
  readonly name: Name;
  readonly period: Expression;
  readonly span: Span;
}

export interface InitMember {
  readonly kind: 'init';
  readonly name: Name;
  readonly args: readonly Expression[];
  readonly span: Span;
}

export interface PersistMember {
  readonly kind: 'persist';
  readonly name: Name;
  /** Null for the plain form, where `until` is empty. */
  readonly args: readonly Expression[] | null;
  readonly until: readonly Literal[];
  readonly span: Span;
}

export interface ClauseMember {
  readonly kind: 'clause';
  readonly operator: ClauseKind;
  readonly head: Head;
  readonly body: readonly Literal[];
  readonly span: Span;
}

export type Member =
  | RelationMember
  | StaticMember
  | TimerMember
  | InitMember
  | PersistMember
  | ClauseMember;

/** Where the nodes of the IR's own types stand. Every node the parser makes is in it. */
export type NodeSpans = ReadonlyMap<object, Span>;

export interface Ast {
  readonly items: readonly Item[];
  readonly spans: NodeSpans;
  readonly comments: readonly Comment[];
  /** Names that a declaration with an error in it was about to declare: not reported as unknown. */
  readonly broken: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}
