/** Heads with `index<..>`: every row of the body, with the rank of its expressions among those of the tick. */
import type { Type } from '../../ir/type.ts';
import type { ClausePlan } from './clause-plan.ts';
import { isFlat, isPrimitive } from './expression-text.ts';
import { block, type Lines, range } from './text.ts';

/** `order_i` compares rows: by the columns that are ranked, which `ranked_i` does alone, then by all. */
export function orderFunctions(plan: ClausePlan, types: readonly (Type | null)[]): Lines {
  const ranked = plan.head.parts.flatMap((part) =>
    part.kind === 'plain' ? [] : range(part.width).map((at) => part.at + at),
  );
  const others = range(plan.head.row.length).filter((column) => !ranked.includes(column));
  const compare = (column: number): Lines =>
    compareText(types[column] ?? null, `a[${column}]`, `b[${column}]`);
  return [
    ...block(`function ranked_${plan.index}(a, b)`, [...ranked.flatMap(compare), 'return 0;']),
    ...block(`function order_${plan.index}(a, b)`, [
      `const order = ranked_${plan.index}(a, b);`,
      'if (order !== 0) return order;',
      ...others.flatMap(compare),
      'return 0;',
    ]),
  ];
}

function compareText(type: Type | null, a: string, b: string): Lines {
  if (isFlat(type)) {
    return type.items.flatMap((item, at) => compareText(item, `${a}[${at}]`, `${b}[${at}]`));
  }
  if (isPrimitive(type)) return [`if (${a} !== ${b}) return ${a} < ${b} ? -1 : 1;`];
  return [`{ const order = cmp(${a}, ${b}); if (order !== 0) return order; }`];
}

/** The head facts of `rows`, which may hold a row more than once, in the order of their ranks. */
export function rankedRows(
  { head, index }: ClausePlan,
  found: (values: readonly string[]) => Lines,
): Lines {
  const values = head.parts.map((part) => (part.kind === 'plain' ? `f[${part.at}]` : 'rank'));
  return [
    `if (rows.length > 1) rows.sort(order_${index});`,
    'let rank = 0;',
    ...block('for (let at = 0; at < rows.length; at++)', [
      'const f = rows[at];',
      ...block('if (at > 0)', [
        `if (order_${index}(rows[at - 1], f) === 0) continue;`,
        `if (ranked_${index}(rows[at - 1], f) !== 0) rank += 1;`,
      ]),
      ...found(values),
    ]),
  ];
}
