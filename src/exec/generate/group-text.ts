/**
 * Aggregates whose groups are records of the module: a group is found by the hash of its plain values, changed in place by each
 * row that comes or goes, and looked at once a tick.
 */
import { defined } from '../../base/assert.ts';
import type { ClausePlan } from './clause-plan.ts';
import { equalText } from './expression-text.ts';
import { type ModuleContext, produce, targetOf } from './module-context.ts';
import { hashesOf, hashFunction } from './table-options.ts';
import { block, type Lines } from './text.ts';

/** What the groups of an aggregate remember, as text about the group `r`. */
export interface GroupKind {
  /** Fields of a new group, which has no rows. */
  readonly fields: string;
  /** Names of what a row brings beside its group. */
  readonly parameters: readonly string[];
  /** The row comes (`sg` 1) or goes (-1). */
  readonly take: Lines;
  /** Tells what changed since the last tick, with `emit`. */
  readonly tell: Lines;
  /** Asked after `tell`. */
  readonly isEmpty: string;
  /** Facts of the group that are remembered. */
  readonly size: string;
}

/** Places of the row that make the group. */
export function groupColumns({ head }: ClausePlan): readonly number[] {
  return head.parts.flatMap((part) => (part.kind === 'plain' ? [part.at] : []));
}

function groupNames(plan: ClausePlan): readonly string[] {
  return groupColumns(plan).map((_, at) => `g${at}`);
}

export function groupClass(plan: ClausePlan, kind: GroupKind): Lines {
  const names = groupNames(plan);
  return block(`class C_${plan.index}`, [
    ...block(`constructor(${['h', ...names].join(', ')})`, [
      ...names.map((name) => `this.${name} = ${name};`),
      `${kind.fields} this.isDirty = false; this.h = h; this.x = null;`,
    ]),
  ]);
}

/** The head fact of group `r` with these values of its aggregates, in the order of the head, ceases or begins to hold. */
export function emit(
  context: ModuleContext,
  plan: ClausePlan,
  sign: '-1' | '1',
  aggregates: readonly string[],
): Lines {
  let group = 0;
  let next = 0;
  const values = targetOf(context, plan).options.types.flatMap((_, column) => {
    const part = plan.head.parts[partAt(plan, column)];
    return [part?.kind === 'plain' ? `r.g${group++}` : defined(aggregates[next++], 'a value')];
  });
  return [`const sg = ${sign};`, ...produce(context, plan, values, 'signed')];
}

/** The part of the head that fills the column. */
function partAt({ head }: ClausePlan, column: number): number {
  let end = 0;
  return head.parts.findIndex((part) => {
    end += part.kind === 'aggregate' && part.aggregate !== 'count' ? part.width : 1;
    return column < end;
  });
}

/** `group_i(sg, ..)` takes a row, `flush_i()` tells what changed, `wipe_group_i()` forgets, `size_i()` says how much there is. */
export function groupText(context: ModuleContext, plan: ClausePlan, kind: GroupKind): Lines {
  const { index } = plan;
  const names = groupNames(plan);
  const types = targetOf(context, plan).options.types;
  const typeAt = types.filter(
    (_, column) => plan.head.parts[partAt(plan, column)]?.kind === 'plain',
  );
  const hashes = hashesOf(typeAt, names);
  const isQuick = hashes.quick !== null;
  const groupOf = (record: string): string => names.map((name) => `${record}.${name}`).join(', ');
  const same = ['r.h === h'].concat(
    names.map((name, at) => equalText(typeAt[at] ?? null, `r.${name}`, name)),
  );
  return [
    ...hashFunction(`group_${index}`, names.join(', '), hashes),
    `let CH_${index} = new Array(8).fill(null), CM_${index} = 7, CN_${index} = 0, CE_${index} = 0, CD_${index} = [], CS_${index} = [];`,
    ...block(`function group_${index}(${['sg', ...names, ...kind.parameters].join(', ')})`, [
      `const h = hash_group_${index}(${names.join(', ')});`,
      `let r = CH_${index}[h & CM_${index}];`,
      `while (r !== null && !(${same.join(' && ')})) r = r.x;`,
      ...block('if (r === null)', [
        `r = new C_${index}(${['h', ...names].join(', ')});`,
        `r.x = CH_${index}[h & CM_${index}]; CH_${index}[h & CM_${index}] = r;`,
        `if (++CN_${index} > CM_${index}) grow_group_${index}();`,
      ]),
      ...kind.take,
      `if (!r.isDirty) { r.isDirty = true; CD_${index}.push(r); }`,
    ]),
    ...block(`function grow_group_${index}()`, [
      ...(isQuick
        ? [`if (!W_group_${index} && longest(CH_${index}, 'x') > 32) W_group_${index} = true;`]
        : []),
      `resize_group_${index}(2 * (CM_${index} + 1));`,
    ]),
    ...block(`function resize_group_${index}(size)`, [
      `const old = CH_${index};`,
      `CH_${index} = new Array(size).fill(null); CM_${index} = size - 1;`,
      ...block('for (let head of old)', [
        ...block('while (head !== null)', [
          'const r = head; head = r.x;',
          ...(isQuick ? [`if (W_group_${index}) r.h = full_group_${index}(${groupOf('r')});`] : []),
          `const at = r.h & CM_${index}; r.x = CH_${index}[at]; CH_${index}[at] = r;`,
        ]),
      ]),
    ]),
    ...block(`function drop_group_${index}(r)`, [
      `const at = r.h & CM_${index};`,
      `if (CH_${index}[at] === r) CH_${index}[at] = r.x;`,
      `else { let p = CH_${index}[at]; while (p.x !== r) p = p.x; p.x = r.x; }`,
      `CN_${index} -= 1;`,
    ]),
    ...block(`function flush_${index}()`, [
      `const list = CD_${index}; CD_${index} = CS_${index}; CS_${index} = list;`,
      ...block('for (let at = 0; at < list.length; at++)', [
        'const r = list[at];',
        'r.isDirty = false;',
        ...kind.tell,
        `if (${kind.isEmpty}) drop_group_${index}(r);`,
      ]),
      `if (list.length > (CM_${index} >> 4)) CE_${index} = 0; else if (CM_${index} > 63 && ++CE_${index} > 100 && CN_${index} < (CM_${index} >> 4)) { CE_${index} = 0; resize_group_${index}((CM_${index} + 1) >> 1); }`,
      'list.length = 0;',
    ]),
    `function wipe_group_${index}() { CH_${index} = new Array(8).fill(null); CM_${index} = 7; CN_${index} = 0; CD_${index} = []; }`,
    ...block(`function size_${index}()`, [
      'let size = 0;',
      `for (const head of CH_${index}) for (let r = head; r !== null; r = r.x) size += ${kind.size};`,
      'return size;',
    ]),
  ];
}

/** The text that takes a row with these values. */
export function groupCall(plan: ClausePlan, row: readonly string[], sign: string): string {
  const group = groupColumns(plan).map((at) => defined(row[at], 'a column of the row'));
  const rest = plan.head.parts.flatMap((part) =>
    part.kind === 'aggregate' && part.aggregate !== 'count'
      ? row.slice(part.at, part.at + part.width)
      : [],
  );
  return `group_${plan.index}(${[sign, ...group, ...rest].join(', ')});`;
}
