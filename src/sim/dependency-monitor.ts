/**
 * Declared keys and functional dependencies, checked as a run unfolds: proofs assume them, so a program that breaks one
 * may be optimized into something else. A dependency speaks of the facts that one process has in one tick.
 */
import { defined } from '../base/assert.ts';
import type { Machine } from '../exec/machine.ts';
import type { NodeCode } from '../exec/node-code.ts';
import { compareFacts, equalValues, type Fact, keyOfFact, type Value } from '../exec/value.ts';
import { dependencyText } from '../ir/print.ts';
import type { Dependency, Program } from '../ir/program.ts';
import { visibleIn } from '../ir/schema.ts';
import type { Column } from '../ir/type.ts';
import type { Process } from './deployment.ts';
import { printFact } from './trace.ts';

export interface BrokenDependency {
  /** The relation or channel. */
  readonly relation: string;
  readonly dependency: Dependency;
  readonly columns: readonly Column[];
  /** The process that had both facts in one tick. */
  readonly node: string;
  readonly facts: readonly [Fact, Fact];
}

interface Check {
  readonly slot: number;
  readonly relation: string;
  readonly dependency: Dependency;
  readonly columns: readonly Column[];
  /** Ascending. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** A broken dependency in the program's words, for people and for documents. */
export interface BrokenDependencyText {
  readonly relation: string;
  /** `key (id)` or `(id) -> (x, y)`. */
  readonly dependency: string;
  readonly node: string;
  readonly facts: readonly [string, string];
}

export function describeBrokenDependency(broken: BrokenDependency): BrokenDependencyText {
  const { relation, dependency, columns, node, facts } = broken;
  const [left, right] = facts;
  return {
    relation,
    dependency: dependencyText(dependency, columns),
    node,
    facts: [printFact(relation, left, columns), printFact(relation, right, columns)],
  };
}

/** Watches one run. Each dependency is reported once. */
export class DependencyMonitor {
  readonly #program: Program;
  readonly #checks = new Map<NodeCode, readonly Check[]>();
  readonly #seen = new Map<number, Seen>();
  readonly #broken = new Set<Dependency>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** The machine after a tick of the process. */
  ticked(process: Process, machine: Machine): readonly BrokenDependency[] {
    const checks = this.#checksOf(process);
    let seen = this.#seen.get(process.index);
    if (seen === undefined || seen.generation !== machine.generation) {
      seen = { generation: machine.generation, facts: checks.map(() => new Map()) };
      this.#seen.set(process.index, seen);
    }
    const found: BrokenDependency[] = [];
    for (const [at, check] of checks.entries()) {
      if (this.#broken.has(check.dependency)) continue;
      const facts = defined(seen.facts[at], 'facts are by check');
      const isEvent = process.code.isEvent[check.slot] === true;
      if (isEvent) facts.clear();
      if (!isEvent && !machine.changed(check.slot)) continue;
      const pair = update(check, facts, machine, isEvent);
      if (pair === null) continue;
      this.#broken.add(check.dependency);
      const { relation, dependency, columns } = check;
      found.push({ relation, dependency, columns, node: process.name, facts: pair });
    }
    return found;
  }

  #checksOf(process: Process): readonly Check[] {
    const found = this.#checks.get(process.code);
    if (found !== undefined) return found;
    const role = this.#program.roles.find((each) => each.name === process.role);
    const visible = visibleIn(this.#program, defined(role, 'a process has a role'));
    const made = [...visible.own()].flatMap(({ name, columns, dependencies }) => {
      const slot = process.code.names.indexOf(name);
      const place = (names: readonly string[]): readonly number[] =>
        names
          .map((each) => columns.findIndex((column) => column.name === each))
          .sort((a, b) => a - b);
      return dependencies.map((dependency): Check => {
        const [from, to] = [place(dependency.from), place(dependency.to)];
        return { slot, relation: name, dependency, columns, from, to };
      });
    });
    this.#checks.set(process.code, made);
    return made;
  }
}

/** By the values of `from`, in the tick that was seen last. */
type ByKey = Map<string, Fact[]>;

interface Seen {
  readonly generation: number;
  /** By check. */
  readonly facts: readonly ByKey[];
}

/** Two facts, at least one of them new, that agree on `from` and not on `to`. */
function update(
  check: Check,
  facts: ByKey,
  machine: Machine,
  isEvent: boolean,
): readonly [Fact, Fact] | null {
  const keyOf = (fact: Fact): string =>
    keyOfFact(check.from.map((column) => fact[column] as Value));
  for (const fact of isEvent ? [] : machine.removed(check.slot)) {
    const key = keyOf(fact);
    const rest = (facts.get(key) ?? []).filter((other) => compareFacts(other, fact) !== 0);
    if (rest.length === 0) facts.delete(key);
    else facts.set(key, rest);
  }
  let pair: readonly [Fact, Fact] | null = null;
  for (const fact of isEvent ? machine.facts(check.slot) : machine.added(check.slot)) {
    const key = keyOf(fact);
    const there = facts.get(key) ?? [];
    const other = there.find((each) => !agree(each, fact, check.to));
    if (other !== undefined) pair ??= [other, fact];
    there.push(fact);
    facts.set(key, there);
  }
  return pair;
}

function agree(a: Fact, b: Fact, columns: readonly number[]): boolean {
  return columns.every((column) => equalValues(a[column] as Value, b[column] as Value));
}
