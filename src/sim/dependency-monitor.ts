/**
 * Declared keys and functional dependencies, checked as a run unfolds: proofs assume them, so a program that breaks one
 * may be optimized into something else. A dependency speaks of the facts that one process has in one tick.
 */
import { defined } from '../base/assert.ts';
import type { FactSet } from '../exec/fact-set.ts';
import type { NodeCode } from '../exec/node-code.ts';
import type { NodeState } from '../exec/node-state.ts';
import { equalValues, type Fact, type Value } from '../exec/value.ts';
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
  readonly #seen = new Map<number, readonly FactSet[]>();
  readonly #broken = new Set<Dependency>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** The state after a tick of the process. */
  ticked(process: Process, state: NodeState): readonly BrokenDependency[] {
    const slots = state.memo?.slots ?? [];
    const before = this.#seen.get(process.index);
    this.#seen.set(process.index, slots);
    const found: BrokenDependency[] = [];
    for (const check of this.#checksOf(process)) {
      const facts = slots[check.slot];
      const old = before?.[check.slot];
      if (facts === undefined || facts === old || facts.size < 2) continue;
      if (this.#broken.has(check.dependency)) continue;
      const pair = conflict(check, facts, old);
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
    const made = [...visible.values()].flatMap(({ name, columns, dependencies }) => {
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

/** Two facts, at least one of them new, that agree on `from` and not on `to`. */
function conflict(
  check: Check,
  facts: FactSet,
  old: FactSet | undefined,
): readonly [Fact, Fact] | null {
  for (const fact of old === undefined ? facts.values() : facts.missingIn(old)) {
    const values = check.from.map((column) => fact[column] as Value);
    for (const other of check.from.length === 0
      ? facts.values()
      : facts.probe(check.from, values)) {
      if (agree(fact, other, check.from) && !agree(fact, other, check.to)) return [other, fact];
    }
  }
  return null;
}

function agree(a: Fact, b: Fact, columns: readonly number[]): boolean {
  return columns.every((column) => equalValues(a[column] as Value, b[column] as Value));
}
