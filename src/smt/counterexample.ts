/** Counterexamples of relational lemmas, printed as facts of the user's program. */

import { printValue, type ShownValue } from './model.ts';

/**
 * One line a fact, `vote(node0, slot1)`, with what `showAtoms` was told about it in front; then one line
 * for every other shown term.
 */
export function printCounterexample(values: readonly ShownValue[]): readonly string[] {
  const facts = new Map<string, { readonly title: string; readonly columns: string[] }>();
  const rest: string[] = [];
  for (const { label, value } of values) {
    const [prefix, number, relation, width, index] = label.split('\t');
    if (relation === undefined || index === undefined) {
      rest.push(`${label} = ${printValue(value)}`);
      continue;
    }
    const key = `${prefix}\t${number}`;
    const columns = Array.from({ length: Number(width) }, () => '_');
    const fact = facts.get(key) ?? { title: `${prefix}${relation}`, columns };
    fact.columns[Number(index)] = printValue(value);
    facts.set(key, fact);
  }
  return [...facts.values()]
    .map(({ title, columns }) => `${title}(${columns.join(', ')})`)
    .concat(rest);
}
