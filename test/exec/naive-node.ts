/**
 * The meaning of one tick written a second time, as plainly as possible: nested loops over arrays, strata by
 * counting, nothing cached, nothing indexed. It shares values and built-in functions with `src/exec`, no more.
 */

import {
  compareFacts,
  compareValues,
  equalValues,
  type Fact,
  keyOfFact,
  type Value,
} from '../../src/exec/value.ts';
import type { Atom, Clause, HeadArgument, Literal } from '../../src/ir/clause.ts';
import type { Expression } from '../../src/ir/expression.ts';
import type { Program, Role } from '../../src/ir/program.ts';
import { type Binding, evaluate, isKnown } from './naive-expression.ts';
import { all, type Facts, isPlain, nameOf, plain } from './naive-facts.ts';

export interface NaiveInput {
  readonly name: string;
  readonly fact: Fact;
}

export interface NaiveTick {
  readonly facts: (relation: string) => readonly Fact[];
  /** `channel@destination fact`, in text order. */
  readonly sent: readonly string[];
  /** By clause of the role: its head facts, each once. */
  readonly heads: readonly ReadonlySet<string>[];
}

export class NaiveNode {
  readonly #program: Program;
  readonly #role: Role;
  readonly #me: number;
  readonly #members: (role: string) => number;
  #carried: Facts = new Map();
  #disk: Facts = new Map();
  #diskBefore: Facts | null = null;
  #held = new Map<string, ReadonlySet<string>>();
  #expired = new Map<string, ReadonlySet<string>>();
  #phase: 'fresh' | 'restarted' | 'running' = 'fresh';

  constructor(program: Program, role: Role, me: number, members: (role: string) => number) {
    this.#program = program;
    this.#role = role;
    this.#me = me;
    this.#members = members;
  }

  /** Expiries are named `after D since r`. */
  tick(inputs: readonly NaiveInput[]): NaiveTick {
    const facts = this.#start(inputs);
    for (const stratum of this.#strata()) this.#fixpoint(facts, stratum);
    const sent = this.#send(facts);
    const next: Facts = new Map();
    for (const clause of this.#role.clauses) {
      if (clause.kind !== 'next') continue;
      for (const fact of this.#heads(clause, facts)) this.#add(next, clause.head.relation, fact);
    }
    this.#expired = new Map(
      this.#sites().map(({ name, relation }) => {
        const before = this.#expired.get(name) ?? new Set();
        const now = all(facts, relation).filter(
          (fact) => before.has(keyOfFact(fact)) || facts.get(name)?.has(keyOfFact(fact)) === true,
        );
        return [name, new Set(now.map(keyOfFact))];
      }),
    );
    this.#diskBefore = this.#phase === 'fresh' ? null : this.#disk;
    this.#disk = new Map();
    for (const relation of this.#role.relations.filter((each) => each.durable)) {
      const kept = this.#carries(relation.name) ? next : facts;
      for (const fact of all(kept, relation.name)) this.#add(this.#disk, relation.name, fact);
    }
    this.#carried = next;
    this.#phase = 'running';
    const heads = this.#role.clauses.map(
      (clause) => new Set(this.#heads(clause, facts).map(keyOfFact)),
    );
    return { facts: (relation) => all(facts, relation).toSorted(compareFacts), sent, heads };
  }

  /** A crash, and what is on disk; `lost` is a crash before the last flush. */
  restart(lastFlush: 'kept' | 'lost'): void {
    const disk = lastFlush === 'kept' ? this.#disk : this.#diskBefore;
    const isFresh = this.#phase === 'fresh' || disk === null;
    this.#disk = isFresh ? new Map() : disk;
    this.#diskBefore = isFresh ? null : disk;
    this.#carried = new Map();
    for (const [name, facts] of this.#disk) if (this.#carries(name)) this.#carried.set(name, facts);
    this.#held = new Map();
    this.#expired = new Map();
    this.#phase = isFresh ? 'fresh' : 'restarted';
  }

  #carries(relation: string): boolean {
    return this.#role.clauses.some(
      (clause) => clause.kind === 'next' && clause.head.relation === relation,
    );
  }

  #isDurable(name: string): boolean {
    return this.#role.relations.some((relation) => relation.name === name && relation.durable);
  }

  #start(inputs: readonly NaiveInput[]): Facts {
    const facts: Facts = new Map();
    for (const relation of this.#role.relations) {
      for (const fact of all(this.#carried, relation.name)) this.#add(facts, relation.name, fact);
      for (const fact of all(this.#disk, relation.name)) {
        this.#add(facts, `stable ${relation.name}`, fact);
      }
    }
    for (const role of this.#program.roles) {
      for (let m = 0; m < this.#members(role.name); m++) this.#add(facts, role.name, [m]);
    }
    for (const table of this.#role.statics) {
      for (const row of table.facts) {
        this.#add(
          facts,
          table.name,
          row.map((e) => this.#evaluate(e, new Map())),
        );
      }
    }
    if (this.#phase !== 'running') {
      for (const { relation, args } of this.#role.initial) {
        if (this.#phase === 'restarted' && this.#isDurable(relation)) continue;
        this.#add(
          facts,
          relation,
          args.map((e) => this.#evaluate(e, new Map())),
        );
      }
    }
    for (const { name, fact } of inputs) this.#add(facts, name, fact);
    return facts;
  }

  /** Relations by the number of negations and aggregates below them. */
  #strata(): readonly (readonly string[])[] {
    const level = new Map(this.#role.relations.map(({ name }) => [name, 0]));
    const now = this.#role.clauses.filter((clause) => clause.kind === 'now');
    for (let round = 0; round <= level.size; round++) {
      for (const clause of now) {
        const own = level.get(clause.head.relation) ?? 0;
        const below = clause.body.map((literal) => this.#levelBelow(literal, clause, level));
        const overs = clause.head.args.map((arg) =>
          arg.kind === 'aggregate' && arg.fallback !== null
            ? (level.get(arg.fallback.over.relation) ?? -1) + 1
            : 0,
        );
        level.set(clause.head.relation, Math.max(own, ...below, ...overs));
      }
    }
    const last = Math.max(0, ...level.values());
    return Array.from({ length: last + 1 }, (_, at) =>
      [...level].filter(([, its]) => its === at).map(([name]) => name),
    );
  }

  #levelBelow(literal: Literal, clause: Clause, level: ReadonlyMap<string, number>): number {
    if (literal.kind !== 'atom' && literal.kind !== 'negated') return 0;
    const its = level.get(literal.atom.relation);
    if (its === undefined) return 0;
    const aggregates = clause.head.args.some((arg) => arg.kind !== 'plain');
    return literal.kind === 'negated' || aggregates ? its + 1 : its;
  }

  #fixpoint(facts: Facts, stratum: readonly string[]): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const clause of this.#role.clauses) {
        if (clause.kind !== 'now' || !stratum.includes(clause.head.relation)) continue;
        for (const fact of this.#heads(clause, facts)) {
          if (this.#add(facts, clause.head.relation, fact)) changed = true;
        }
      }
    }
  }

  #send(facts: Facts): readonly string[] {
    const sent = new Set<string>();
    const held = new Map<string, ReadonlySet<string>>();
    for (const clause of this.#role.clauses) {
      if (clause.kind !== 'send') continue;
      const now = this.#heads(clause, facts).map(
        (fact) => `${clause.head.relation}@${String(fact[0])} ${keyOfFact(fact.slice(1))}`,
      );
      const before = this.#held.get(clause.id) ?? new Set();
      const event = clause.body.some((literal) => this.#isEvent(literal, []));
      for (const text of now) if (event || !before.has(text)) sent.add(text);
      held.set(clause.id, new Set(now));
    }
    this.#held = held;
    return [...sent].sort();
  }

  /** Only holds in a tick with an event; `seen` are the relations above. */
  #isEvent(literal: Literal, seen: readonly string[]): boolean {
    if (literal.kind === 'expired') return true;
    if (literal.kind !== 'atom') return false;
    const name = literal.atom.relation;
    if (seen.includes(name)) return true;
    if (this.#role.timers.some((timer) => timer.name === name)) return true;
    if (this.#program.channels.some((channel) => channel.name === name)) return true;
    if (!this.#role.relations.some((relation) => relation.name === name)) return false;
    if (this.#role.initial.some((fact) => fact.relation === name)) return false;
    return this.#role.clauses
      .filter((clause) => clause.head.relation === name && clause.kind !== 'send')
      .every((clause) => {
        if (clause.kind === 'next') return false;
        const overs = clause.head.args.flatMap((arg) =>
          arg.kind === 'aggregate' && arg.fallback !== null ? [arg.fallback.over] : [],
        );
        const needed: readonly Literal[] =
          overs.length > 0 ? overs.map((atom) => ({ kind: 'atom', atom })) : clause.body;
        return needed.some((each) => this.#isEvent(each, [...seen, name]));
      });
  }

  #heads(clause: Clause, facts: Facts): readonly Fact[] {
    const bindings = this.#solve(clause.body, new Map(), facts);
    const { args, destination } = clause.head;
    const place = (b: Binding): readonly Value[] =>
      destination === null ? [] : [this.#evaluate(destination, b)];
    if (args.every((arg) => arg.kind === 'plain')) {
      return bindings.map((b) => [
        ...place(b),
        ...args.map((arg) => this.#evaluate(plain(arg), b)),
      ]);
    }
    const keyOf = (b: Binding): string =>
      keyOfFact([...place(b), ...args.filter(isPlain).map((a) => this.#evaluate(a.value, b))]);
    const index = args.find((arg) => arg.kind === 'index');
    if (index !== undefined) return this.#ranked(index.of, args, bindings, place);
    const groups = new Map<string, Binding[]>();
    for (const b of bindings) groups.set(keyOf(b), [...(groups.get(keyOf(b)) ?? []), b]);
    const fallback = args.flatMap((arg) =>
      arg.kind === 'aggregate' && arg.fallback !== null ? [arg.fallback] : [],
    )[0];
    if (fallback !== undefined) {
      const over = this.#solve([{ kind: 'atom', atom: fallback.over }], new Map(), facts);
      return over.map((b) => {
        const group = groups.get(keyOf(b)) ?? [];
        return [...place(b), ...args.flatMap((arg) => this.#column(arg, b, group))];
      });
    }
    return [...groups.values()].map((group) => {
      const first = group[0] ?? new Map();
      return [...place(first), ...args.flatMap((arg) => this.#column(arg, first, group))];
    });
  }

  #ranked(
    of: readonly Expression[],
    args: readonly HeadArgument[],
    bindings: readonly Binding[],
    place: (b: Binding) => readonly Value[],
  ): readonly Fact[] {
    const tupleOf = (b: Binding): Fact => of.map((e) => this.#evaluate(e, b));
    return bindings.map((b) => {
      const smaller = new Set(
        bindings
          .map(tupleOf)
          .filter((other) => compareFacts(other, tupleOf(b)) < 0)
          .map(keyOfFact),
      );
      return [
        ...place(b),
        ...args.map((arg) => (isPlain(arg) ? this.#evaluate(arg.value, b) : smaller.size)),
      ];
    });
  }

  #column(arg: HeadArgument, first: Binding, group: readonly Binding[]): readonly Value[] {
    if (isPlain(arg)) return [this.#evaluate(arg.value, first)];
    const tuples = new Map(
      group.map((b) => {
        const tuple = arg.of.map((e) => this.#evaluate(e, b));
        return [keyOfFact(tuple), tuple] as const;
      }),
    );
    const sorted = [...tuples.values()].sort(compareFacts);
    const one = (tuple: Fact): Value => (tuple.length === 1 ? (tuple[0] as Value) : tuple);
    if (arg.kind === 'index') throw new Error('ranked elsewhere');
    if (sorted.length === 0) return [this.#evaluate(arg.fallback?.value as Expression, first)];
    switch (arg.aggregate) {
      case 'count':
        return [sorted.length];
      case 'sum':
        return [sorted.map((tuple) => Number(tuple[0])).reduce((a, b) => a + b)];
      case 'min':
        return sorted[0] as Fact;
      case 'max':
        return sorted.at(-1) as Fact;
      case 'collect':
        return [sorted.map(one)];
      case 'choose':
        return [one(sorted[0] as Fact)];
    }
  }

  /** Every way in which all literals hold: atoms first, in order, then the rest as their variables are known. */
  #solve(body: readonly Literal[], start: Binding, facts: Facts): readonly Binding[] {
    let bindings: readonly Binding[] = [start];
    const atoms = body.filter((literal) => literal.kind !== 'condition' && literal.kind !== 'bind');
    const binds = body.filter((literal) => literal.kind === 'bind');
    for (const literal of atoms) {
      if (literal.kind === 'negated') continue;
      const name = nameOf(literal, this.#program);
      bindings = bindings.flatMap((b) =>
        all(facts, name).flatMap((fact) => this.#match(literal.atom, fact, b) ?? []),
      );
    }
    for (let round = 0; round < binds.length; round++) {
      for (const { variable, value } of binds) {
        bindings = bindings.flatMap((b) => {
          if (!this.#isKnown(value, b)) return [b];
          const computed = this.#evaluate(value, b);
          const there = b.get(variable);
          if (there !== undefined) return equalValues(there, computed) ? [b] : [];
          return [new Map([...b, [variable, computed]])];
        });
      }
    }
    // Arguments that are expressions were skipped while unknown; look again now that all variables are bound.
    bindings = bindings.filter((b) =>
      atoms.every((literal) => {
        const found = all(facts, nameOf(literal, this.#program)).some(
          (fact) => this.#match(literal.atom, fact, b) !== null,
        );
        return literal.kind === 'negated' ? !found : found;
      }),
    );
    return bindings.filter((b) =>
      body.every(
        (literal) => literal.kind !== 'condition' || this.#evaluate(literal.expression, b) === true,
      ),
    );
  }

  #match(atom: Atom, fact: Fact, binding: Binding): Binding | null {
    let current = new Map(binding);
    for (const [at, arg] of atom.args.entries()) {
      const value = fact[at] as Value;
      if (arg.kind === 'wildcard') continue;
      if (arg.kind === 'variable' && !current.has(arg.name)) current.set(arg.name, value);
      else if (this.#isKnown(arg, current)) {
        if (!equalValues(this.#evaluate(arg, current), value)) return null;
      } else if (arg.kind === 'tuple') {
        const inner: Atom = { relation: '', args: arg.items, at: null };
        const found = this.#match(inner, value as readonly Value[], current);
        if (found === null) return null;
        current = new Map(found);
      }
    }
    return current;
  }

  #isKnown(expression: Expression, binding: Binding): boolean {
    return isKnown(expression, binding);
  }

  #evaluate(expression: Expression, binding: Binding): Value {
    return evaluate(expression, binding, { program: this.#program, me: this.#me });
  }

  #sites(): readonly { name: string; relation: string }[] {
    return this.#role.clauses
      .flatMap((clause) => clause.body)
      .flatMap((literal) =>
        literal.kind === 'expired'
          ? [{ name: nameOf(literal, this.#program), relation: literal.atom.relation }]
          : [],
      );
  }

  /** Facts that agree on all columns that are no lattice are merged; only `max<int>` is known here. */
  #add(facts: Facts, name: string, fact: Fact): boolean {
    const relation = facts.get(name) ?? new Map<string, Fact>();
    facts.set(name, relation);
    const columns = this.#role.relations.find((each) => each.name === name)?.columns ?? [];
    const lattice = columns.findIndex((column) => column.type.kind === 'lattice');
    const rest = (f: Fact): string => keyOfFact(f.filter((_, at) => at !== lattice));
    for (const [key, other] of lattice < 0 ? [] : relation) {
      if (rest(other) !== rest(fact)) continue;
      if (compareValues(other[lattice] as Value, fact[lattice] as Value) >= 0) return false;
      relation.delete(key);
    }
    const had = relation.has(keyOfFact(fact));
    relation.set(keyOfFact(fact), fact);
    return !had;
  }
}
