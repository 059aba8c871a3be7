/**
 * Declared invariants, checked as a run unfolds. `ever` ranges over every fact that any node ever held or that was
 * ever sent (`@x` is the holder, or the member addressed), and only new facts are joined with the old ones;
 * `now` over the facts of one process in one tick. A conclusion must hold at the moment when the body does.
 */
import { defined } from '../base/assert.ts';
import { constantIn } from '../exec/compile.ts';
import type { ExpressionScope } from '../exec/expression.ts';
import { EMPTY, FactSet } from '../exec/fact-set.ts';
import { type ExternalFunctions, functionTable, scopeOf } from '../exec/functions.ts';
import { type Goal, goalOf } from '../exec/goal.ts';
import {
  type Action,
  compileJoin,
  compileRows,
  type VariableTable,
  variableTable,
} from '../exec/join.ts';
import type { Machine } from '../exec/machine.ts';
import type { NodeCode, RunClause } from '../exec/node-code.ts';
import { type Fact, keyOfFact, printValue, type Value } from '../exec/value.ts';
import { atomOf, type Literal } from '../ir/clause.ts';
import { ME, variable, variablesOf, WILDCARD } from '../ir/expression.ts';
import type { Invariant } from '../ir/program.ts';
import type { Deployment, Process } from './deployment.ts';
import { SlotMirror } from './slot-mirror.ts';

export interface Violation {
  readonly invariant: string;
  /** The variables of the body, with the values that break the conclusion. */
  readonly binding: Readonly<Record<string, Value>>;
  /** The facts that the body found. */
  readonly facts: readonly BodyFact[];
}

/** What is known of a declared invariant after all that was run. */
export interface InvariantFound {
  readonly name: string;
  readonly verdict: 'held' | 'violated';
}

export interface BodyFact {
  readonly relation: string;
  /** The holder or the member addressed, where the invariant asks for it. */
  readonly at: Value | null;
  /** Null for a column that the invariant doesn't name. */
  readonly args: readonly (Value | null)[];
}

/** `reply@1(7, "x", _)` */
export function printBodyFact({ relation, at, args }: BodyFact): string {
  const values = args.map((arg) => (arg === null ? '_' : printValue(arg)));
  return `${relation}${at === null ? '' : `@${printValue(at)}`}(${values.join(', ')})`;
}

/** A fact that counts from now on: of which tracked name, its place first. */
export interface Shown {
  readonly at: number;
  readonly fact: Fact;
}

/** Watches one run. Each invariant is reported once, at its first violation. */
export class InvariantMonitor {
  readonly #ever: readonly EverCheck[];
  readonly #now: ReadonlyMap<NodeCode, readonly NowCheck[]>;
  /** By name: every fact so far, the place first. */
  readonly #facts: FactSet[] = [];
  readonly #rigid: readonly FactSet[];
  readonly #tracked: ReadonlyMap<string, number>;
  /** By process: the slots that checks of one tick read. */
  readonly #mirrors = new Map<number, SlotMirror>();
  readonly #trackedSlots = new Map<NodeCode, readonly { slot: number; at: number }[]>();
  readonly #broken = new Set<string>();

  constructor(deployment: Deployment, functions: ExternalFunctions) {
    const compiler = compilerOf(deployment, functions);
    this.#tracked = compiler.tracked;
    this.#ever = compiler.ever;
    this.#now = compiler.now;
    this.#rigid = [...compiler.tracked.keys()].map((name) => rigidFacts(deployment, name));
    this.startAt([]);
  }

  get broken(): ReadonlySet<string> {
    return this.#broken;
  }

  /** A message to a member, by a process or a client. */
  sent(channel: string, destination: number, fact: Fact): readonly Violation[] {
    return this.add(this.shownBySend(channel, destination, fact));
  }

  /** The machine after a tick of the process. */
  ticked(process: Process, machine: Machine): readonly Violation[] {
    return [...this.add(this.shownByTick(process, machine)), ...this.holdsNow(process, machine)];
  }

  shownBySend(channel: string, destination: number, fact: Fact): readonly Shown[] {
    const at = this.#tracked.get(channel);
    return at === undefined ? [] : [{ at, fact: [destination, ...fact] }];
  }

  shownByTick(process: Process, machine: Machine): readonly Shown[] {
    const shown: Shown[] = [];
    for (const { slot, at } of this.#trackedIn(process)) {
      if (!machine.changed(slot)) continue;
      for (const fact of machine.added(slot)) shown.push({ at, fact: [process.member, ...fact] });
    }
    return shown;
  }

  /** What is shown at one moment, whoever shows it, beside all that was. */
  add(shown: readonly Shown[]): readonly Violation[] {
    const deltas = new Map<number, FactSet>();
    for (const { at, fact } of shown) {
      const added = defined(this.#facts[at], 'every tracked name has a set').add(fact);
      if (added === null) continue;
      const delta = deltas.get(at) ?? FactSet.make();
      deltas.set(at, delta);
      delta.add(added);
    }
    return deltas.size === 0 ? [] : this.#check(deltas);
  }

  /** To watch another run, of which so much was shown. */
  startAt(shown: readonly Shown[]): void {
    this.#broken.clear();
    for (const [at, facts] of this.#rigid.entries()) this.#facts[at] = facts.copy();
    for (const { at, fact } of shown) {
      defined(this.#facts[at], 'every tracked name has a set').add(fact);
    }
  }

  /** Slots whose facts count. What arrives has been sent and counted there; what never changes is there from the start. */
  #trackedIn(process: Process): readonly { readonly slot: number; readonly at: number }[] {
    const found = this.#trackedSlots.get(process.code);
    if (found !== undefined) return found;
    const { names, channels } = process.code;
    const rigid = new Set(process.code.rigid(process.member).map(({ slot }) => slot));
    const made = names.flatMap((name, slot) => {
      const at = this.#tracked.get(name);
      return at === undefined || channels.has(name) || rigid.has(slot) ? [] : [{ slot, at }];
    });
    this.#trackedSlots.set(process.code, made);
    return made;
  }

  #check(deltas: ReadonlyMap<number, FactSet>): readonly Violation[] {
    const found: Violation[] = [];
    for (const check of this.#ever) {
      for (const { slot, run } of check.variants) {
        const delta = deltas.get(slot);
        if (delta === undefined || this.#broken.has(check.invariant.name)) continue;
        const row = firstFailure(check, run, { slots: this.#facts, me: 0, delta });
        if (row !== null) found.push(this.#report(check, row));
      }
    }
    return found;
  }

  /** What must hold in each tick of one process. */
  holdsNow(process: Process, machine: Machine): readonly Violation[] {
    const checks = this.#now.get(process.code) ?? [];
    if (checks.length === 0) return [];
    const mirror = this.#mirrors.get(process.index) ?? new SlotMirror(process.code);
    this.#mirrors.set(process.index, mirror);
    const changed = mirror.follow(machine, new Set(checks.flatMap(({ reads }) => reads)));
    const found: Violation[] = [];
    for (const check of checks) {
      if (this.#broken.has(check.invariant.name)) continue;
      // What reads nothing that changed was checked in the tick that changed it last.
      if (!check.reads.some((slot) => changed.has(slot))) continue;
      const sight = { slots: mirror.slots, me: process.member, delta: EMPTY };
      const row = firstFailure(check, check.run, sight);
      if (row !== null) found.push(this.#report(check, row));
    }
    return found;
  }

  #report(check: Check, row: Fact): Violation {
    this.#broken.add(check.invariant.name);
    const binding = Object.fromEntries(
      check.variables.map((name, at): [string, Value] => [name, row[at] as Value]),
    );
    const facts = check.invariant.body.flatMap((literal): readonly BodyFact[] => {
      const atom = literal.kind === 'atom' ? literal.atom : null;
      if (atom === null) return [];
      const bound = (name: string): Value | null => binding[name] ?? null;
      const args = atom.args.map((arg) => {
        if (arg.kind === 'variable') return bound(arg.name);
        return arg.kind === 'int' || arg.kind === 'bool' || arg.kind === 'string'
          ? arg.value
          : null;
      });
      const at = atom.at?.kind === 'variable' ? bound(atom.at.name) : null;
      return [{ relation: atom.relation, at, args }];
    });
    return { invariant: check.invariant.name, binding, facts };
  }
}

interface Check {
  readonly invariant: Invariant;
  /** Variables of the body, in the order of a row. */
  readonly variables: readonly string[];
  /** True when the conclusion holds for a row of the body. */
  readonly concludes: (row: Fact, slots: readonly FactSet[], me: number) => boolean;
}

interface EverCheck extends Check {
  readonly variants: readonly { readonly slot: number; readonly run: RunClause }[];
}

interface NowCheck extends Check {
  readonly run: RunClause;
  readonly reads: readonly number[];
}

interface Sight {
  readonly slots: readonly FactSet[];
  readonly me: number;
  readonly delta: FactSet;
}

/** The least row, in canonical text order, whose conclusion fails. */
function firstFailure(check: Check, run: RunClause, sight: Sight): Fact | null {
  let failed: Fact | null = null;
  let key = '';
  run(sight.slots, sight.me, sight.delta, (row) => {
    if (check.concludes(row, sight.slots, sight.me)) return;
    const its = keyOfFact(row);
    if (failed !== null && key <= its) return;
    failed = row;
    key = its;
  });
  return failed;
}

interface Compiled {
  readonly tracked: ReadonlyMap<string, number>;
  readonly ever: readonly EverCheck[];
  readonly now: ReadonlyMap<NodeCode, readonly NowCheck[]>;
}

function compilerOf(deployment: Deployment, functions: ExternalFunctions): Compiled {
  const { program, processes } = deployment;
  const call = functionTable(program, functions);
  const scope = (table: VariableTable): ExpressionScope => scopeOf(program, table.at, call);
  const nameOf = (literal: Literal): string => {
    const relation = atomOf(literal)?.relation ?? '';
    if (literal.kind === 'stable') return `stable ${relation}`;
    if (literal.kind !== 'expired') return relation;
    return `after ${constantIn(program, literal.delayMs)} since ${relation}`;
  };
  const tracked = new Map<string, number>();
  const track = (literal: Literal): number => {
    const name = nameOf(literal);
    const at = tracked.get(name) ?? tracked.size;
    tracked.set(name, at);
    return at;
  };
  const ever = program.invariants
    .filter((invariant) => invariant.scope === 'ever')
    .map((invariant) => compileEver(invariant, track, scope));
  const now = new Map<NodeCode, readonly NowCheck[]>();
  for (const { code } of processes) {
    if (now.has(code)) continue;
    const seen = program.invariants.filter(
      (invariant) =>
        invariant.scope === 'now' &&
        [...invariant.body, ...invariant.conclusion].every(
          (literal) => atomOf(literal) === null || code.names.includes(nameOf(literal)),
        ),
    );
    const slotOf = (literal: Literal): number => code.names.indexOf(nameOf(literal));
    now.set(
      code,
      seen.map((invariant) => compileNow(invariant, slotOf, scope)),
    );
  }
  return { tracked, ever, now };
}

type MakeScope = (table: VariableTable) => ExpressionScope;

function compileEver(
  invariant: Invariant,
  track: (literal: Literal) => number,
  scope: MakeScope,
): EverCheck {
  // The place is the first column of every fact.
  const placed = (literal: Literal): Goal => {
    const goal = goalOf(literal, track);
    if (goal.kind !== 'match' && goal.kind !== 'absent') return goal;
    return { ...goal, args: [atomOf(literal)?.at ?? WILDCARD, ...goal.args] };
  };
  const body = invariant.body.map(placed);
  const variables = bodyVariables(body);
  const context = { scope, isSmall: () => false, joinStepsMax: Number.POSITIVE_INFINITY };
  const row = variables.map(variable);
  const variants = body.flatMap((goal, at) =>
    goal.kind === 'match' ? [{ slot: goal.slot, run: compileRows(row, body, at, context) }] : [],
  );
  const concludes = compileConclusion(invariant.conclusion.map(placed), variables, scope);
  return { invariant, variables, variants, concludes };
}

function compileNow(
  invariant: Invariant,
  slotOf: (literal: Literal) => number,
  scope: MakeScope,
): NowCheck {
  const goals = (literals: readonly Literal[]): readonly Goal[] =>
    literals.flatMap((literal): readonly Goal[] => {
      const at = atomOf(literal)?.at ?? null;
      const goal = goalOf(literal, slotOf);
      if (at === null) return [goal];
      if (at.kind === 'variable') return [goal, { kind: 'bind', variable: at.name, value: ME }];
      const expression = { kind: 'binary', operator: '==', left: at, right: ME } as const;
      return [goal, { kind: 'test', expression }];
    });
  const body = goals(invariant.body);
  const conclusion = goals(invariant.conclusion);
  const variables = bodyVariables(body);
  const run = compileRows(variables.map(variable), body, null, {
    scope,
    isSmall: () => false,
    joinStepsMax: Number.POSITIVE_INFINITY,
  });
  const reads = [...body, ...conclusion].flatMap((goal) =>
    goal.kind === 'match' || goal.kind === 'absent' ? [goal.slot] : [],
  );
  const concludes = compileConclusion(conclusion, variables, scope);
  return { invariant, variables, run, reads, concludes };
}

function bodyVariables(body: readonly Goal[]): readonly string[] {
  const names = body.flatMap((goal) => {
    if (goal.kind === 'match') return goal.args.flatMap(variablesOf);
    return goal.kind === 'bind' ? [goal.variable] : [];
  });
  return [...new Set(names)];
}

function compileConclusion(
  conclusion: readonly Goal[],
  variables: readonly string[],
  makeScope: MakeScope,
): Check['concludes'] {
  const table = variableTable();
  for (const name of variables) table.at(name);
  let holds = false;
  const found: Action = () => {
    holds = true;
  };
  const join = compileJoin(
    {
      goals: conclusion,
      bound: variables,
      delta: null,
      isSmall: () => false,
      scope: makeScope(table),
    },
    found,
  );
  return (row, slots, me) => {
    holds = false;
    join({
      me,
      slots,
      delta: EMPTY,
      variables: [...row],
      emit: () => undefined,
      budget: Number.POSITIVE_INFINITY,
    });
    return holds;
  };
}

/** Facts that a name has from the start: members of roles, at no place in particular, and statics of any role. */
function rigidFacts(deployment: Deployment, name: string): FactSet {
  const facts = FactSet.make();
  const isRole = deployment.program.roles.some((role) => role.name === name);
  for (const process of deployment.processes) {
    for (const { slot, facts: rigid } of process.code.rigid(process.member)) {
      if (process.code.names[slot] !== name) continue;
      for (const fact of rigid.values()) facts.add([isRole ? 0 : process.member, ...fact]);
    }
  }
  return facts;
}
