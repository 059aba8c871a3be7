/**
 * Bodies as nested loops: each goal probes the table that it reads with what is known by then, and what it finds is
 * tested and bound before the next goal. All of a clause is one function, with no call between its operators.
 */
import { defined, invariant } from '../../base/assert.ts';
import { type Expression, variable } from '../../ir/expression.ts';
import type { Type } from '../../ir/type.ts';
import { bindingOf, canMatch, type Goal, isKnown } from '../goal.ts';
import {
  type Bindings,
  type ExpressionContext,
  equalText,
  expressionText,
  typeUnder,
} from './expression-text.ts';
import { soughtColumns } from './readings.ts';
import type { Table } from './table.ts';
import { block, identifier, type Lines } from './text.ts';

/** `n`: facts that hold in this tick; `o`: those that held in the last one. */
export type Mode = 'n' | 'o';

export interface JoinContext {
  readonly expressions: ExpressionContext;
  readonly tableOf: (slot: number) => Table;
  /** Types of the columns of a slot. */
  readonly columnTypes: (slot: number) => readonly (Type | null)[];
  /** Facts that one run of a clause may look at; null for any number. */
  readonly stepsMax: number | null;
}

export interface OrderedGoal {
  readonly goal: Goal;
  readonly mode: Mode;
}

/** Part of a text: lines as they are, or a block that holds all that follows. */
type Piece =
  | { readonly kind: 'lines'; readonly lines: Lines }
  | { readonly kind: 'open'; readonly head: string };

type AbsentGoal = Extract<Goal, { readonly kind: 'absent' }>;

/** Columns whose values are known, and the texts of those. */
interface Known {
  readonly columns: readonly number[];
  readonly values: readonly string[];
}

/** Names and pieces of one function while it is written. */
export class JoinWriter {
  readonly #context: JoinContext;
  readonly #texts: Map<string, string>;
  readonly #types: Map<string, Type>;
  readonly #pieces: Piece[] = [];
  /** Shared by the writers of one function. */
  readonly #names: { count: number };

  /** Goals that `meetFirst` left. */
  readonly later: Goal[] = [];

  /** By the arguments of a joined goal: the record that was found for it. */
  readonly records: Map<readonly Expression[], string> = new Map();

  constructor(context: JoinContext, outer?: JoinWriter) {
    const bound = outer?.bindings;
    this.#context = context;
    this.#names = outer === undefined ? { count: 0 } : outer.#names;
    this.#texts = new Map(bound?.texts);
    this.#types = new Map(bound?.types);
  }

  get bindings(): Bindings {
    return { texts: this.#texts, types: this.#types };
  }

  get bound(): ReadonlySet<string> {
    return new Set(this.#texts.keys());
  }

  expression(expression: Expression): string {
    return expressionText(expression, this.bindings, this.#context.expressions);
  }

  line(text: string): void {
    this.#pieces.push({ kind: 'lines', lines: [text] });
  }

  open(head: string): void {
    this.#pieces.push({ kind: 'open', head });
  }

  fresh(name: string): string {
    this.#names.count += 1;
    return identifier(name, this.#names.count);
  }

  bind(name: string, text: string, type: Type | null): void {
    const its = this.fresh(`v_${name}`);
    this.line(`const ${its} = ${text};`);
    this.#texts.set(name, its);
    if (type !== null) this.#types.set(name, type);
  }

  goal({ goal, mode }: OrderedGoal): void {
    switch (goal.kind) {
      case 'test': {
        const binding = bindingOf(goal, this.bound);
        if (binding !== null) this.#bindGoal(binding.variable, binding.value);
        else this.open(`if (${this.expression(goal.expression)} === true)`);
        break;
      }
      case 'bind':
        this.#bindGoal(goal.variable, goal.value);
        break;
      case 'match':
        this.#match(goal.slot, goal.args, mode);
        break;
      case 'absent':
        this.#absent(goal, mode);
        break;
    }
  }

  /** Meets the arguments with the columns of a record that is there. */
  meet(record: string, slot: number, args: readonly Expression[]): void {
    const table = this.#context.tableOf(slot);
    const types = this.#context.columnTypes(slot);
    for (const [column, arg] of args.entries()) {
      this.#meetValue(table.column(record, column), arg, types[column] ?? null);
    }
  }

  /** As `meet`, for the record that a join starts from; what can't be compared yet waits in `later`. */
  meetFirst(record: string, slot: number, args: readonly Expression[]): void {
    this.records.set(args, record);
    const bound = this.bound;
    const simple = args.map((arg, column): Expression => {
      if (canMatch(arg, bound)) return arg;
      // No name of a program has a `#`.
      const name = `column#${column}`;
      const expression: Expression = {
        kind: 'binary',
        operator: '==',
        left: variable(name),
        right: arg,
      };
      this.later.push({ kind: 'test', expression });
      return variable(name);
    });
    this.meet(record, slot, simple);
  }

  /** All of it around the innermost lines. */
  text(found: Lines): Lines {
    let inner = found;
    for (const piece of this.#pieces.toReversed()) {
      inner = piece.kind === 'lines' ? piece.lines.concat(inner) : block(piece.head, inner);
    }
    return inner;
  }

  #bindGoal(name: string, value: Expression): void {
    const text = this.expression(value);
    const type = typeUnder(value, this.bindings, this.#context.expressions);
    const there = this.#texts.get(name);
    if (there === undefined) this.bind(name, text, type);
    else this.open(`if (${equalText(type ?? this.#types.get(name) ?? null, there, text)})`);
  }

  #match(slot: number, args: readonly Expression[], mode: Mode): void {
    const table = this.#context.tableOf(slot);
    const record = this.fresh('r');
    this.records.set(args, record);
    const { columns, values } = this.#known(args, this.bound, table.options.isEvent);
    if (columns.length === table.arity && table.isSeekable) {
      this.line(`const ${record} = ${table.seek}(${values.join(', ')});`);
      this.open(`if (${[`${record} !== null`, ...table.holds(record, mode)].join(' && ')})`);
      return;
    }
    const { head, test } = table.probe(record, columns, values);
    this.open(head);
    this.#countStep();
    const tests = [...table.holds(record, mode), ...test];
    if (tests.length > 0) this.open(`if (${tests.join(' && ')})`);
    const types = this.#context.columnTypes(slot);
    for (const [column, arg] of args.entries()) {
      if (columns.includes(column)) continue;
      this.#meetValue(table.column(record, column), arg, types[column] ?? null);
    }
  }

  #absent(goal: AbsentGoal, mode: Mode): void {
    const table = this.#context.tableOf(goal.slot);
    const record = this.fresh('r');
    const { columns, values } = this.#known(goal.args, this.bound);
    if (columns.length === table.arity && goal.tests.length === 0 && table.isSeekable) {
      this.line(`const ${record} = ${table.seek}(${values.join(', ')});`);
      const holds = table.holds(record, mode).map((test) => `!(${test})`);
      this.open(`if (${[`${record} === null`, ...holds].join(' || ')})`);
      return;
    }
    const none = this.fresh('none');
    this.line(`let ${none} = true;`);
    const holds = table.holds(record, mode).map((test) => `if (${test}) `);
    const found = [`${holds.join('')}{ ${none} = false; break; }`];
    this.#lookFor(goal, record, { columns, values }, found);
    this.open(`if (${none})`);
  }

  /** Counts a change of what the goal says is absent, whatever changed: `sg` is what it does to the solution. */
  absentChange(goal: AbsentGoal): void {
    const record = this.fresh('r');
    this.line('let was = 0, is = 0;');
    const found = [`was |= ${record}.o; is |= ${record}.n;`];
    this.#lookFor(goal, record, this.#known(goal.args, this.bound), found);
    this.open('if (was !== is)');
    this.line('const sg = was - is;');
  }

  /** A loop over the records that meet the goal, in whatever tick. */
  #lookFor(goal: AbsentGoal, record: string, { columns, values }: Known, found: Lines): void {
    const table = this.#context.tableOf(goal.slot);
    const { head, test } = table.probe(record, columns, values);
    // What the goal binds isn't seen outside.
    const inner = new JoinWriter(this.#context, this);
    const types = this.#context.columnTypes(goal.slot);
    for (const [column, arg] of goal.args.entries()) {
      if (columns.includes(column)) continue;
      inner.#meetValue(table.column(record, column), arg, types[column] ?? null);
    }
    for (const expression of goal.tests)
      inner.goal({ goal: { kind: 'test', expression }, mode: 'n' });
    const body = inner.text(found);
    const lines = test.length === 0 ? body : block(`if (${test.join(' && ')})`, body);
    this.#pieces.push({ kind: 'lines', lines: block(head, lines) });
  }

  /** Columns whose values are known before a fact is looked at, and texts that may stand in a loop. */
  #known(args: readonly Expression[], bound: ReadonlySet<string>, isEvent = false): Known {
    const known = args.flatMap((arg, column) => (isKnown(arg, bound) ? [column] : []));
    const columns = isEvent ? soughtColumns(args, known) : known;
    const values: string[] = [];
    for (const column of columns) {
      const arg = defined(args[column], 'a column of the goal');
      const text = this.expression(arg);
      if (/^[\w."-]*$/.test(text)) values.push(text);
      else {
        const name = this.fresh('k');
        this.line(`const ${name} = ${text};`);
        values.push(name);
      }
    }
    return { columns, values };
  }

  /** Binds or tests what an argument says about a value. */
  #meetValue(value: string, arg: Expression, type: Type | null): void {
    if (arg.kind === 'wildcard') return;
    if (arg.kind === 'variable' && !this.#texts.has(arg.name)) {
      this.bind(arg.name, value, type);
      return;
    }
    if (isKnown(arg, this.bound)) {
      this.open(`if (${equalText(type, value, this.expression(arg))})`);
      return;
    }
    invariant(arg.kind === 'tuple', 'orderGoals waits until an argument can be matched');
    this.open(`if (isTuple(${value}, ${arg.items.length}))`);
    for (const [at, item] of arg.items.entries()) {
      const its = type?.kind === 'tuple' ? (type.items[at] ?? null) : null;
      this.#meetValue(`${value}[${at}]`, item, its);
    }
  }

  #countStep(): void {
    if (this.#context.stepsMax !== null) this.line('if (--steps < 0) tooManySteps();');
  }
}

/** A function around a body that may count its steps. */
export function clauseFunction(
  name: string,
  parameters: string,
  context: Pick<JoinContext, 'stepsMax'>,
  body: Lines,
): Lines {
  const counts = body.some((line) => line.includes('--steps'));
  const steps = counts ? [`let steps = ${defined(context.stepsMax, 'steps are counted')};`] : [];
  return block(`function ${name}(${parameters})`, [...steps, ...body]);
}
