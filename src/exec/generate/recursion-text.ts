/**
 * Relations that depend on each other within a tick. While what they read only grows, new facts are joined with what is
 * there until nothing is new; when something ceases to hold they are derived again as a whole, and only the
 * difference goes on.
 */
import { defined } from '../../base/assert.ts';
import { printClause } from '../../ir/print-clause.ts';
import type { ClausePlan } from './clause-plan.ts';
import { activeText, emitRows, fullFunction, functionName, orderOf } from './clause-text.ts';
import { clauseFunction, JoinWriter } from './join-text.ts';
import type { ModuleContext } from './module-context.ts';
import type { UnitPlan } from './role-plan.ts';
import { block, comment, factOf, type Lines, list, range } from './text.ts';

export interface UnitText {
  readonly declared: Lines;
  readonly run: Lines;
  readonly wipe: Lines;
}

export function recursiveUnit(context: ModuleContext, unit: UnitPlan, number: number): UnitText {
  const clauses = unit.clauses.flatMap((plan) => [
    ...comment(`${plan.clause.id}  ${printClause(plan.clause)}`),
    ...fullFunction(context, plan, functionName(plan, 'all'), 'found'),
    ...variantsOf(context, plan).flatMap(({ at, name }) =>
      variantFunction(context, plan, at, name),
    ),
  ]);
  const changes = inputsOf(context, unit).map(({ table }) => table.isChanged);
  const own = unit.slots.map((slot) => tablesOf(context, slot).derived.isTouched);
  const events = unit.clauses.flatMap((plan) =>
    plan.strategy === 'event' ? [`(${activeText(context, plan)})`] : [],
  );
  const redo = `REDO_${number}`;
  return {
    declared: [
      `let ${redo} = true, DERIVED_${number} = 0;`,
      ...unit.slots.flatMap((slot) => insertFunction(context, slot, number)),
      ...clauses,
      ...unitFunction(context, unit, number),
      '',
    ],
    run: [`if (${[redo, ...own, ...changes, ...events].join(' || ')}) unit_${number}();`],
    wipe: [`${redo} = true;`],
  };
}

function tablesOf(context: ModuleContext, slot: number): ModuleContext['slots'][number] {
  return defined(context.slots[slot], 'a slot of the role');
}

function isLattice(context: ModuleContext, slot: number): boolean {
  return context.plan.isLattice[slot] === true;
}

interface Input {
  readonly table: ModuleContext['slots'][number]['holds'];
  /** More facts may give fewer. */
  readonly isAdverse: boolean;
}

/** What the unit reads beside itself and events that are emptied. */
function inputsOf(context: ModuleContext, unit: UnitPlan): readonly Input[] {
  const inputs = new Map<number, boolean>();
  for (const plan of unit.clauses) {
    const isWhole = plan.head.shape !== 'plain';
    const adverse = new Set(
      plan.goals.flatMap((goal) => (goal.kind === 'absent' ? [goal.slot] : [])),
    );
    for (const slot of plan.reads) {
      if (unit.slots.includes(slot) || context.plan.isBrief[slot] === true) continue;
      inputs.set(slot, inputs.get(slot) === true || isWhole || adverse.has(slot));
    }
  }
  return Array.from(inputs, ([slot, isAdverse]) => ({
    table: tablesOf(context, slot).holds,
    isAdverse,
  }));
}

interface Variant {
  readonly at: number;
  readonly name: string;
  readonly slot: number;
}

/** One for each joined literal that isn't an emptied event: what a new fact of it adds. */
function variantsOf(context: ModuleContext, plan: ClausePlan): readonly Variant[] {
  if (plan.head.shape !== 'plain') return [];
  return plan.goals.flatMap((goal, at) =>
    goal.kind === 'match' && context.plan.isBrief[goal.slot] !== true
      ? [{ at, slot: goal.slot, name: functionName(plan, `with${at}`) }]
      : [],
  );
}

function variantFunction(
  context: ModuleContext,
  plan: ClausePlan,
  at: number,
  name: string,
): Lines {
  const goal = defined(plan.goals[at], 'a goal');
  if (goal.kind !== 'match') return [];
  const writer = new JoinWriter(context.join);
  writer.meetFirst('e', goal.slot, goal.args);
  const rest = [...plan.goals.filter((_, other) => other !== at), ...writer.later];
  for (const next of orderOf(context, rest, writer.bound)) {
    writer.goal({ goal: defined(rest[next], 'a goal'), mode: 'n' });
  }
  return clauseFunction(name, 'e', context.join, emitRows(context, plan, writer, 'found'));
}

/** Puts a fact among those that hold, if it is new. */
function insertFunction(context: ModuleContext, slot: number, number: number): Lines {
  const { holds } = tablesOf(context, slot);
  const limit = context.limits.factsPerTickMax;
  const add = [
    'if (r.n === 1) return;',
    `r.n = 1; W_${slot}.push(r);`,
    ...(Number.isFinite(limit)
      ? [`if (++DERIVED_${number} > ${limit}) tooManyFacts(${limit});`]
      : []),
  ];
  const head = `function insert_${slot}(${holds.parameters})`;
  const lists = [`let W_${slot} = [];`];
  if (!isLattice(context, slot)) {
    return [...lists, ...block(head, [`const r = put_${holds.id}(${holds.parameters});`, ...add])];
  }
  const keys = keysOf(context, slot);
  const { head: loop, test } = holds.probe(
    'v',
    keys,
    keys.map((column) => `c${column}`),
  );
  return [
    ...lists,
    ...block(head, [
      `let f = ${list(range(holds.arity).map((column) => `c${column}`))};`,
      ...block(loop, [
        `if (${['v.n === 1', ...test].join(' && ')}) {`,
        `  f = MERGE[${slot}](${factOf('v', holds.arity)}, f);`,
        `  const r = put_${holds.id}(${range(holds.arity).map((c) => `f[${c}]`)});`,
        '  if (r === v) return;',
        `  v.n = 0; touch_${holds.id}(v);`,
        '  break;',
        '}',
      ]),
      `const r = put_${holds.id}(${range(holds.arity).map((c) => `f[${c}]`)});`,
      ...add,
    ]),
  ];
}

/** The columns of a slot that are no lattices. */
export function keysOf(context: ModuleContext, slot: number): readonly number[] {
  const columns = context.plan.layout.columns[slot] ?? [];
  return range(columns.length).filter((at) => columns[at]?.type.kind !== 'lattice');
}

function unitFunction(context: ModuleContext, unit: UnitPlan, number: number): Lines {
  const redo = `REDO_${number}`;
  const { slots } = unit;
  return block(`function unit_${number}()`, [
    `let again = ${redo}; ${redo} = false; DERIVED_${number} = 0;`,
    ...slots.map((slot) => `W_${slot}.length = 0;`),
    ...unit.clauses.flatMap((plan) =>
      plan.strategy === 'event'
        ? [`if (${activeText(context, plan)}) { again = true; ${redo} = true; }`]
        : [],
    ),
    ...(slots.some((slot) => isLattice(context, slot)) ? ['again = true;'] : []),
    ...slots.flatMap((slot) => {
      const { derived } = tablesOf(context, slot);
      if (isLattice(context, slot)) return [];
      return [
        `if (!again) ${derived.eachTouched('r')} if (r.o === 1 && r.q !== 1 && r.t !== T) again = true;`,
      ];
    }),
    ...inputsOf(context, unit).flatMap(({ table, isAdverse }) =>
      isAdverse
        ? [`if (${table.isChanged}) again = true;`]
        : [`if (!again) ${table.eachChange('e')} if (e.n === 0) again = true;`],
    ),
    ...block('if (again)', rebuild(context, unit)),
    ...block('else', grow(context, unit)),
    ...iterate(context, unit),
    ...slots.flatMap((slot) => differences(context, slot)),
  ]);
}

/** Only what is carried or came with an event holds, and everything is derived from it. */
function rebuild(context: ModuleContext, unit: UnitPlan): Lines {
  const start = unit.slots.flatMap((slot) => {
    const { holds, derived } = tablesOf(context, slot);
    const { head } = holds.probe('r', [], []);
    if (!isLattice(context, slot)) {
      const base = 'r.n = r.q === 1 || r.t === T ? 1 : 0;';
      return block(head, [base, `if (r.n === 1) W_${slot}.push(r);`]);
    }
    const raw = derived.probe('r', [], []);
    const values = derived.columnsOf('r').join(', ');
    return [
      ...block(head, ['r.n = 0;']),
      ...block(raw.head, [`if (r.n === 1) insert_${slot}(${values});`]),
    ];
  });
  const meters = context.measure ? unit.clauses.map(({ index }) => `METER.redo(${index});`) : [];
  const all = unit.clauses.map(
    (plan) =>
      `if (${activeText(context, plan)}) { AT = ${plan.index}; ${functionName(plan, 'all')}(); }`,
  );
  return [...start, ...meters, ...all];
}

/** New facts of what is read, and of what is carried or came with an event. */
function grow(context: ModuleContext, unit: UnitPlan): Lines {
  const own = unit.slots.flatMap((slot) => {
    if (isLattice(context, slot)) return [];
    const { derived } = tablesOf(context, slot);
    const isNew = 'r.n === 0 && (r.q === 1 || r.t === T)';
    return [`${derived.eachTouched('r')} if (${isNew}) { r.n = 1; W_${slot}.push(r); }`];
  });
  const inputs = unit.clauses.flatMap((plan) =>
    variantsOf(context, plan)
      .filter(({ slot }) => !unit.slots.includes(slot))
      .flatMap(({ slot, name }) => {
        const { holds } = tablesOf(context, slot);
        const run = `{ AT = ${plan.index}; ${holds.eachChange('e')} ${name}(e); }`;
        return [`if (${holds.isChanged}) ${run}`];
      }),
  );
  return [...own, ...inputs];
}

/** Each new fact is joined with everything, until none is new. */
function iterate(context: ModuleContext, unit: UnitPlan): Lines {
  const steps = unit.slots.flatMap((slot) => {
    const variants = unit.clauses.flatMap((plan) =>
      variantsOf(context, plan)
        .filter((variant) => variant.slot === slot)
        .map(({ name }) => `AT = ${plan.index}; ${name}(e);`),
    );
    return block(`for (; at_${slot} < W_${slot}.length; more = true)`, [
      `const e = W_${slot}[at_${slot}++];`,
      ...(variants.length === 0 ? [] : block('if (e.n === 1)', variants)),
    ]);
  });
  return [
    ...unit.slots.map((slot) => `let at_${slot} = 0;`),
    ...block('for (let more = true; more;)', ['more = false;', ...steps]),
  ];
}

function differences(context: ModuleContext, slot: number): Lines {
  const { holds } = tablesOf(context, slot);
  const { id } = holds;
  const differs = `if (r.n !== r.o) { touch_${id}(r); ${holds.listChange('r')} }`;
  const { head } = holds.probe('r', [], []);
  return [
    ...block('if (again)', block(head, [differs])),
    `else for (const r of W_${slot}) ${differs}`,
    `W_${slot}.length = 0;`,
  ];
}
