/** The functions of one clause: one for all that holds, or one for each relation whose changes start its join. */
import { defined } from '../../base/assert.ts';
import { printClause } from '../../ir/print-clause.ts';
import { type Goal, orderGoals } from '../goal.ts';
import type { ClausePlan } from './clause-plan.ts';
import { countAll } from './count-text.ts';
import { always } from './dirty-text.ts';
import { typeUnder } from './expression-text.ts';
import { groupCall, groupText } from './group-text.ts';
import { clauseFunction, JoinWriter, type Mode } from './join-text.ts';
import { groupKind } from './kept-groups.ts';
import {
  type Counting,
  type ModuleContext,
  produce,
  supportOf,
  targetOf,
} from './module-context.ts';
import { carriedGoal, ownRecord } from './own-goal.ts';
import { orderFunctions, rankedRows } from './rank-text.ts';
import { block, comment, identifier, indent, type Lines, list, range } from './text.ts';

export interface ClauseText {
  /** Declarations at the level of the module. */
  readonly declared: Lines;
  /** Statements of a tick, behind their conditions. */
  readonly run: Lines;
  /** Statements that make the clause forget everything. */
  readonly wipe: Lines;
}

export function clauseText(context: ModuleContext, plan: ClausePlan): ClauseText {
  const title = comment(`${plan.clause.id}  ${printClause(plan.clause)}`);
  const written = byStrategy(context, plan);
  return { ...written, declared: [...title, ...written.declared, ''] };
}

function byStrategy(context: ModuleContext, plan: ClausePlan): ClauseText {
  switch (plan.strategy) {
    case 'event':
      return eventClause(context, plan);
    case 'delta':
      return plan.head.shape === 'plain' ? deltaClause(context, plan) : groupClause(context, plan);
    case 'again':
      return againClause(context, plan);
    case 'view':
      return { declared: rowsFunction(context, plan, 'n'), run: [], wipe: [] };
  }
}

/** The name of a function of the clause. */
export function functionName(plan: ClausePlan, part: string): string {
  return identifier(`${part}_${plan.clause.head.relation}`, plan.index);
}

/** The rows of all solutions, some perhaps more than once; nothing is counted. */
export function rowsFunction(context: ModuleContext, plan: ClausePlan, mode: Mode): Lines {
  const writer = new JoinWriter({ ...context.join, stepsMax: null });
  for (const at of orderOf(context, plan.goals, [])) {
    writer.goal({ goal: defined(plan.goals[at], 'a goal'), mode });
  }
  const row = list(plan.head.row.map((expression) => writer.expression(expression)));
  return block(`function ${functionName(plan, 'rows')}()`, [
    'const rows = [];',
    ...writer.text([`rows.push(${row});`]),
    'return rows;',
  ]);
}

/** `AT` tells a fault where it happened. */
export function guarded(plan: ClausePlan, condition: string, statement: string): string {
  return `if (${condition}) { AT = ${plan.index}; ${statement} }`;
}

/** Every table that the clause can't do without has a record. */
export function activeText(context: ModuleContext, plan: ClausePlan): string {
  const slots =
    plan.overs.length > 0
      ? plan.overs.map((over) => over.slot)
      : plan.goals.flatMap((goal) => (goal.kind === 'match' ? [goal.slot] : []));
  const tables = [...new Set(slots)].map((slot) => context.join.tableOf(slot).isFilled);
  return tables.length === 0 ? 'true' : tables.join(' && ');
}

function eventClause(context: ModuleContext, plan: ClausePlan): ClauseText {
  const name = functionName(plan, 'run');
  // What passes is gone when the tick ends, whether or not anything else has changed.
  const isAnew = context.plan.passing.clauses.has(plan.index);
  const active = `${isAnew ? `${always} ` : ''}${activeText(context, plan)}`;
  return {
    declared: fullFunction(context, plan, name, 'once'),
    run: [guarded(plan, active, `${name}();`)],
    wipe: [],
  };
}

function againClause(context: ModuleContext, plan: ClausePlan): ClauseText {
  const name = functionName(plan, 'again');
  const target = targetOf(context, plan);
  const changed = plan.reads.map((slot) => context.join.tableOf(slot).isChanged);
  const unmeter = context.measure
    ? [`METER.row(${plan.index}, -1, ${list(target.columnsOf('r'))});`]
    : [];
  const takeBack = block(`for (const r of P_${plan.index})`, [
    ...unmeter,
    `r.${supportOf(context, plan)} -= 1; touch_${target.id}(r);`,
  ]);
  const inner = fullFunction(context, plan, `${name}_all`, 'listed');
  return {
    declared: [
      `let P_${plan.index} = [];`,
      ...inner,
      ...block(`function ${name}()`, [
        ...takeBack,
        `P_${plan.index} = [];`,
        `if (${activeText(context, plan)}) ${name}_all();`,
      ]),
    ],
    run: [guarded(plan, ['FIRST', ...changed].join(' || '), `${name}();`)],
    wipe: [`P_${plan.index} = [];`],
  };
}

/** All head facts of the clause in this tick. */
export function fullFunction(
  context: ModuleContext,
  plan: ClausePlan,
  name: string,
  counting: Counting,
): Lines {
  if (plan.head.shape !== 'plain') return headsFunction(context, plan, name, counting);
  const writer = new JoinWriter(context.join);
  for (const at of orderOf(context, plan.goals, [])) {
    writer.goal({ goal: defined(plan.goals[at], 'a goal'), mode: 'n' });
  }
  const body = emitRows(context, plan, writer, counting);
  return clauseFunction(name, '', context.join, body);
}

/** Aggregates and ranks over the rows of this tick. */
function headsFunction(
  context: ModuleContext,
  plan: ClausePlan,
  name: string,
  counting: Counting,
): Lines {
  const writer = new JoinWriter(context.join);
  for (const at of orderOf(context, plan.goals, [])) {
    writer.goal({ goal: defined(plan.goals[at], 'a goal'), mode: 'n' });
  }
  if (counting === 'once') {
    const counted = countAll(context, plan, (found) => writer.text(found));
    if (counted !== null) return clauseFunction(name, '', context.join, counted);
  }
  const row = list(plan.head.row.map((expression) => writer.expression(expression)));
  if (plan.head.shape === 'index') {
    const { bindings } = writer;
    const types = plan.head.row.map((each) => typeUnder(each, bindings, context.join.expressions));
    const emit = (values: readonly string[]): Lines => produce(context, plan, values, counting);
    return [
      ...orderFunctions(plan, types),
      ...clauseFunction(name, '', context.join, [
        'const rows = [];',
        ...writer.text([`rows.push(${row});`]),
        ...rankedRows(plan, emit),
      ]),
    ];
  }
  const fallbacks = plan.overs.map(({ slot, args }, at) => {
    const over = new JoinWriter(context.join);
    over.goal({ goal: { kind: 'match', slot, args }, mode: 'n' });
    const fallback = defined(plan.head.fallbacks[at], 'an `over` belongs to a default');
    const values = fallback.row.map((expression) => over.expression(expression));
    // In a block: names of the rows are given anew.
    const found = indent(over.text([`over${at}.push(${list(values)});`]));
    return [`const over${at} = [];`, '{', ...found, '}'];
  });
  const overs = list(plan.overs.map((_, at) => `over${at}`));
  return clauseFunction(name, '', context.join, [
    'const rows = [];',
    ...writer.text([`rows.push(${row});`]),
    ...fallbacks.flat(),
    ...block(`for (const f of heads(HEADS[${plan.index}], rows, ${overs}))`, [
      ...produce(context, plan, valuesOf('f', headWidth(context, plan)), counting),
    ]),
  ]);
}

/** The goals in the order in which they are evaluated. */
export function orderOf(
  context: ModuleContext,
  goals: readonly Goal[],
  bound: Iterable<string>,
): readonly number[] {
  return orderGoals(goals, {
    bound,
    first: null,
    isSmall: (slot) => context.plan.isSmall[slot] === true,
  });
}

/** What a change of one relation adds and takes back. */
function deltaClause(context: ModuleContext, plan: ClausePlan): ClauseText {
  const variants = deltaFunctions(context, plan, (writer) =>
    emitRows(context, plan, writer, 'signed'),
  );
  return { ...variants, wipe: [] };
}

/** An aggregate that keeps its groups: rows come and go, and groups that changed have new heads. */
function groupClause(context: ModuleContext, plan: ClausePlan): ClauseText {
  const { index } = plan;
  const kind = groupKind(context, plan);
  if (kind !== null) {
    const rows = deltaFunctions(context, plan, (writer) => {
      const row = plan.head.row.map((expression) => writer.expression(expression));
      return writer.text([groupCall(plan, row, 'sg')]);
    });
    return {
      declared: [...groupText(context, plan, kind), ...rows.declared],
      run: [...rows.run, guarded(plan, `CD_${index}.length !== 0`, `flush_${index}();`)],
      wipe: [`wipe_group_${index}();`],
    };
  }
  const variants = deltaFunctions(context, plan, (writer) => {
    const row = plan.head.row.map((expression) => writer.expression(expression));
    return writer.text([`GROUPS[${index}].change(sg, ${list(row)});`]);
  });
  const name = functionName(plan, 'flush');
  const values = valuesOf('f', headWidth(context, plan));
  const flush = block(`function ${name}(sg, f)`, produce(context, plan, values, 'signed'));
  return {
    declared: [...variants.declared, ...flush],
    run: [
      ...variants.run,
      guarded(plan, `GROUPS[${index}].isDirty`, `GROUPS[${index}].flush(${name});`),
    ],
    wipe: [`GROUPS[${index}].clear();`],
  };
}

/** A function for each relation whose changes start the join. */
export function deltaFunctions(
  context: ModuleContext,
  plan: ClausePlan,
  found: (writer: JoinWriter) => Lines,
): Omit<ClauseText, 'wipe'> {
  const declared: string[] = [];
  const run: string[] = [];
  for (const at of ranked(plan.goals)) {
    const goal = defined(plan.goals[at], 'a goal');
    if (goal.kind !== 'match' && goal.kind !== 'absent') continue;
    const name = functionName(plan, `change${at}`);
    const writer = new JoinWriter(context.join);
    const isWide = goal.kind === 'absent' && goal.tests.length > 0;
    const extra = isWide ? [] : startFromChange(context, writer, goal);
    if (goal === carriedGoal(context, plan)) {
      // Its changes come after those of whatever else says that a fact which held stays.
      writer.line(
        `if (e.n === 0) { ${context.join.tableOf(goal.slot).support('e', 'k')} = 0; continue; }`,
      );
    }
    const rest = [...plan.goals.filter((_, other) => other !== at), ...extra];
    const places = [...range(plan.goals.length).filter((other) => other !== at)];
    const ranks = ranked(plan.goals);
    for (const next of orderOf(context, rest, writer.bound)) {
      const place = places[next];
      const mode: Mode =
        place !== undefined && ranks.indexOf(place) > ranks.indexOf(at) ? 'o' : 'n';
      writer.goal({ goal: defined(rest[next], 'a goal'), mode });
    }
    // With tests, a change may speak for many solutions: each of them is looked at once.
    if (isWide) writer.absentChange(goal);
    declared.push(...clauseFunction(name, '', context.join, found(writer)));
    const table = context.join.tableOf(goal.slot);
    run.push(guarded(plan, table.isChanged, `${name}();`));
  }
  if (!plan.goals.some((goal) => goal.kind === 'match')) {
    // Without a fact to begin with, the clause held before there was any: what it negates takes it back.
    const name = functionName(plan, 'first');
    const writer = new JoinWriter(context.join);
    const goals = plan.goals.filter((goal) => goal.kind !== 'absent');
    for (const at of orderOf(context, goals, [])) {
      writer.goal({ goal: defined(goals[at], 'a goal'), mode: 'n' });
    }
    declared.push(...block(`function ${name}()`, ['const sg = 1;', ...found(writer)]));
    run.push(guarded(plan, 'FIRST', `${name}();`));
  }
  return { declared, run };
}

/**
 * The order in which changes count: those before a goal's are seen by it, those after it aren't yet. What is negated comes
 * first, so that a module that is filled from nothing never derives what it must take back.
 */
function ranked(goals: readonly Goal[]): readonly number[] {
  const of = (kind: Goal['kind']): readonly number[] =>
    range(goals.length).filter((at) => goals[at]?.kind === kind);
  return [...of('absent'), ...of('match')];
}

/** Opens the loop over what changed, with its sign and what it binds; what can't be said yet is tested later. */
function startFromChange(
  context: ModuleContext,
  writer: JoinWriter,
  goal: Extract<Goal, { kind: 'match' | 'absent' }>,
): readonly Goal[] {
  const table = context.join.tableOf(goal.slot);
  writer.open(table.eachChange('e'));
  const columns = range(table.arity).filter((column) => goal.args[column]?.kind !== 'wildcard');
  if (goal.kind === 'match') writer.line('const sg = e.n - e.o;');
  else if (columns.length === table.arity) writer.line('const sg = e.o - e.n;');
  else {
    // The first changed fact of those that look alike to the clause speaks for all of them.
    const values = columns.map((column) => `e.c${column}`);
    const { head, test } = table.probe('r', columns, values);
    writer.line('let was = 0, is = 0, first = null;');
    const look = 'was |= r.o; is |= r.n; if (first === null && r.o !== r.n) first = r;';
    const stop = 'if ((was & is) === 1) break;';
    const body =
      test.length === 0 ? [look, stop] : block(`if (${test.join(' && ')})`, [look, stop]);
    for (const line of block(head, body)) writer.line(line);
    writer.open('if (first === e && was !== is)');
    writer.line('const sg = was - is;');
  }
  writer.meetFirst('e', goal.slot, goal.args);
  return writer.later;
}

/**
 * The innermost lines: the head of each solution. Where the loops read the table that heads go to, they are gathered
 * first, since a table that grows moves its records.
 */
export function emitRows(
  context: ModuleContext,
  plan: ClausePlan,
  writer: JoinWriter,
  counting: Counting,
): Lines {
  const values = plan.head.row.map((expression) => writer.expression(expression));
  const isOwn =
    counting === 'found' ||
    (plan.clause.kind !== 'send' &&
      plan.goals.some(
        (goal) =>
          (goal.kind === 'match' || goal.kind === 'absent') &&
          context.join.tableOf(goal.slot) === targetOf(context, plan),
      ));
  if (!isOwn) return writer.text(produce(context, plan, values, counting));
  const own = ownRecord(context, plan, writer);
  if (own !== null && (counting === 'once' || counting === 'signed')) {
    return writer.text(produce(context, plan, values, counting, own));
  }
  const sign = counting === 'signed' ? ['sg'] : [];
  const width = values.length;
  const read = [
    ...(sign.length > 0 ? [`const sg = f[${width}];`] : []),
    ...produce(context, plan, valuesOf('f', width), counting),
  ];
  return [
    'const found = [];',
    ...writer.text([`found.push(${list([...values, ...sign])});`]),
    'for (const f of found) {',
    ...indent(read),
    '}',
  ];
}

export function valuesOf(name: string, width: number): readonly string[] {
  return range(width).map((column) => `${name}[${column}]`);
}

/** Columns of a head fact; the destination of a message counts. */
function headWidth(context: ModuleContext, plan: ClausePlan): number {
  if (plan.clause.kind !== 'send') return context.join.tableOf(plan.slot).arity;
  const table = context.out.get(plan.clause.head.relation);
  return defined(table, 'a channel that the role sends').arity;
}
