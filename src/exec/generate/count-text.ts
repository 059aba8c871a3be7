/**
 * Counts whose rows differ from solution to solution: they count solutions. Nothing is remembered of a row then; a group is
 * its plain values and a number.
 */
import { defined } from '../../base/assert.ts';
import { equalText } from './expression-text.ts';
import { type ModuleContext, produce, targetOf } from './module-context.ts';
import type { ClausePlan } from './role-plan.ts';
import { solutionsDiffer } from './solutions.ts';
import { hashOf } from './table-options.ts';
import { block, type Lines } from './text.ts';

/** An aggregate that is brought up to date, group by group. */
export function keepsGroups({ head, strategy }: ClausePlan): boolean {
  return head.shape === 'aggregate' && strategy === 'delta';
}

/** The head has one aggregate, a count, and no solution of the body has the row of another one. */
export function countsSolutions(plan: ClausePlan): boolean {
  const aggregates = plan.head.parts.filter((part) => part.kind !== 'plain');
  const [count] = aggregates;
  if (aggregates.length !== 1 || count?.kind !== 'aggregate') return false;
  return count.aggregate === 'count' && plan.overs.length === 0 && solutionsDiffer(plan);
}

/** Places of the row that make the group. */
export function groupColumns({ head }: ClausePlan): readonly number[] {
  return head.parts.flatMap((part) => (part.kind === 'plain' ? [part.at] : []));
}

/** A group: its plain values, how many rows it has, and how many it had. */
export function countClass(plan: ClausePlan): Lines {
  const parameters = groupColumns(plan).map((_, at) => `g${at}`);
  return block(`class C_${plan.index}`, [
    ...block(`constructor(${['h', ...parameters].join(', ')})`, [
      ...parameters.map((name) => `this.${name} = ${name};`),
      'this.count = 0; this.was = 0; this.isDirty = false; this.h = h; this.x = null;',
    ]),
  ]);
}

/** `count_i(sg, ..)` takes a solution, `flush_i()` tells what changed, `wipe_count_i()` forgets. */
export function countText(context: ModuleContext, plan: ClausePlan): Lines {
  const { index } = plan;
  const parameters = groupColumns(plan).map((_, at) => `g${at}`);
  const types = targetOf(context, plan).options.types;
  const typeAt = plan.head.parts.flatMap((part, at) =>
    part.kind === 'plain' ? [types[at] ?? null] : [],
  );
  const hash = parameters.reduce(
    (text, name, at) => `mix(${text}, ${hashOf(typeAt[at] ?? null, name)})`,
    '7',
  );
  const same = ['r.h === h'].concat(
    parameters.map((name, at) => equalText(typeAt[at] ?? null, `r.${name}`, name)),
  );
  const values = (count: string): readonly string[] => {
    let next = 0;
    return plan.head.parts.map((part) => (part.kind === 'plain' ? `r.g${next++}` : count));
  };
  const emit = (sign: string, count: string): Lines => [
    `const sg = ${sign};`,
    ...produce(context, plan, values(count), 'signed'),
  ];
  return [
    `let CH_${index} = new Array(8).fill(null), CM_${index} = 7, CN_${index} = 0, CD_${index} = [], CS_${index} = [];`,
    ...block(`function count_${index}(${['sg', ...parameters].join(', ')})`, [
      `const h = ${hash};`,
      `let r = CH_${index}[h & CM_${index}];`,
      `while (r !== null && !(${same.join(' && ')})) r = r.x;`,
      ...block('if (r === null)', [
        `r = new C_${index}(${['h', ...parameters].join(', ')});`,
        `if (++CN_${index} > CM_${index}) resize_count_${index}(2 * (CM_${index} + 1));`,
        `r.x = CH_${index}[h & CM_${index}]; CH_${index}[h & CM_${index}] = r;`,
      ]),
      'r.count += sg;',
      `if (!r.isDirty) { r.isDirty = true; CD_${index}.push(r); }`,
    ]),
    ...block(`function resize_count_${index}(size)`, [
      `const old = CH_${index};`,
      `CH_${index} = new Array(size).fill(null); CM_${index} = size - 1;`,
      ...block('for (let head of old)', [
        `while (head !== null) { const r = head, at = r.h & CM_${index}; head = r.x; r.x = CH_${index}[at]; CH_${index}[at] = r; }`,
      ]),
    ]),
    ...block(`function drop_count_${index}(r)`, [
      `const at = r.h & CM_${index};`,
      `if (CH_${index}[at] === r) CH_${index}[at] = r.x;`,
      `else { let p = CH_${index}[at]; while (p.x !== r) p = p.x; p.x = r.x; }`,
      `if (--CN_${index} < (CM_${index} >> 3) && CM_${index} > 63) resize_count_${index}((CM_${index} + 1) >> 1);`,
    ]),
    ...block(`function flush_${index}()`, [
      `const list = CD_${index}; CD_${index} = CS_${index}; CS_${index} = list;`,
      ...block('for (const r of list)', [
        'r.isDirty = false;',
        ...block('if (r.count !== r.was)', [
          ...block('if (r.was !== 0)', emit('-1', 'r.was')),
          ...block('if (r.count !== 0)', emit('1', 'r.count')),
          'r.was = r.count;',
        ]),
        `if (r.count === 0) drop_count_${index}(r);`,
      ]),
      'list.length = 0;',
    ]),
    `function wipe_count_${index}() { CH_${index} = new Array(8).fill(null); CM_${index} = 7; CN_${index} = 0; CD_${index} = []; }`,
  ];
}

/** The text that takes a solution whose row has these values. */
export function countCall(plan: ClausePlan, row: readonly string[], sign: string): string {
  const group = groupColumns(plan).map((at) => defined(row[at], 'a column of the row'));
  return `count_${plan.index}(${[sign, ...group].join(', ')});`;
}

/** All of an event's tick at once, where there is only one group: the number of solutions. */
export function countAll(
  context: ModuleContext,
  plan: ClausePlan,
  join: (found: Lines) => Lines,
): Lines | null {
  if (groupColumns(plan).length > 0 || !countsSolutions(plan)) return null;
  return [
    'let count = 0;',
    ...join(['count += 1;']),
    ...block('if (count !== 0)', produce(context, plan, ['count'], 'once')),
  ];
}
