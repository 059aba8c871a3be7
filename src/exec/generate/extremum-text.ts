/**
 * The least or the greatest of each group. Most groups have one row, and the group remembers it in its fields; what else there is waits behind it
 * (`runners-up.ts`), so that an extremum survives deletions.
 */

import type { ClausePlan } from './clause-plan.ts';
import { equalText, isPrimitive } from './expression-text.ts';
import { emit, type GroupKind } from './group-text.ts';
import { type ModuleContext, targetOf } from './module-context.ts';
import { block, list, range } from './text.ts';

/** The one aggregate of the head, when it is an extremum; its columns of the head begin at `column`. */
function extremumOf({ head }: ClausePlan): {
  readonly width: number;
  readonly column: number;
  readonly first: 'least' | 'greatest';
} | null {
  const at = head.parts.findIndex((part) => part.kind !== 'plain');
  const part = head.parts[at];
  const isOnly = head.parts.every((other, place) => place === at || other.kind === 'plain');
  if (part?.kind !== 'aggregate' || !isOnly) return null;
  const { aggregate, width } = part;
  if (aggregate === 'max') return { width, column: at, first: 'greatest' };
  const isLeast = aggregate === 'min' || (aggregate === 'choose' && width === 1);
  return isLeast ? { width, column: at, first: 'least' } : null;
}

export function isExtremum(plan: ClausePlan): boolean {
  return plan.overs.length === 0 && extremumOf(plan) !== null;
}

/** `v..` is the row that is first, `times` how often it is there, and `w..` what was first when the group was told last. */
export function extremumKind(context: ModuleContext, plan: ClausePlan): GroupKind | null {
  const extremum = extremumOf(plan);
  if (extremum === null || plan.overs.length > 0) return null;
  const { width, column, first } = extremum;
  const types = targetOf(context, plan).options.types.slice(column, column + width);
  const places = range(width);
  const now = places.map((at) => `r.v${at}`);
  const was = places.map((at) => `r.w${at}`);
  const given = places.map((at) => `v${at}`);
  const top = places.map((at) => `top[${at}]`);
  const same = (a: readonly string[], b: readonly string[]): string =>
    places.map((at) => equalText(types[at] ?? null, a[at] ?? '', b[at] ?? '')).join(' && ');
  const operator = first === 'least' ? '<' : '>';
  const isAhead = places.reduceRight((later, at) => {
    const [a, b, type] = [top[at] ?? '', now[at] ?? '', types[at] ?? null];
    const ahead = isPrimitive(type) ? `${a} ${operator} ${b}` : `cmp(${a}, ${b}) ${operator} 0`;
    return later === '' ? ahead : `(${ahead} || ${equalText(type, a, b)} && (${later}))`;
  }, '');
  const set = (to: readonly string[], from: readonly string[]): string =>
    to.map((name, at) => `${name} = ${from[at]};`).join(' ');
  return {
    fields: `${places.map((at) => `this.v${at} = null; this.w${at} = null;`).join(' ')} this.times = 0; this.was = false; this.rest = null;`,
    parameters: given,
    take: [
      `if (r.times === 0 && r.rest === null) { ${set(now, given)} r.times = sg; }`,
      `else if (${same(now, given)}) r.times += sg;`,
      `else { if (r.rest === null) r.rest = runnersUp('${first}'); r.rest.change(sg, ${list(given)}); }`,
    ],
    tell: [
      ...block('if (r.rest !== null)', [
        'const top = r.rest.first();',
        ...block(`if (top !== null && (r.times === 0 || ${isAhead}))`, [
          'const times = r.rest.take(top);',
          `if (r.times !== 0) r.rest.change(r.times, ${list(now)});`,
          `${set(now, top)} r.times = times;`,
        ]),
      ]),
      'const is = r.times !== 0;',
      ...block(`if (is !== r.was || (is && !(${same(now, was)})))`, [
        ...block('if (r.was)', emit(context, plan, '-1', was)),
        ...block('if (is)', emit(context, plan, '1', now)),
        `r.was = is; ${set(was, now)}`,
      ]),
    ],
    isEmpty: '!is',
    size: '(r.rest === null ? 1 : 1 + r.rest.size)',
  };
}
