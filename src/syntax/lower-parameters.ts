/** Parameters: their definitions in the order of need, with what `--set` puts in place of some. */

import { stronglyConnected } from '../base/graph.ts';
import { nearestName } from '../base/suggest.ts';
import { evaluateInteger } from '../ir/constant.ts';
import { type Expression, subexpressions } from '../ir/expression.ts';
import type { Parameter } from '../ir/program.ts';
import type { Ast, ParameterItem } from './ast.ts';
import type { Lowering } from './lowering.ts';
import { syntaxMessages } from './messages.ts';
import { resolveExpression } from './resolve-expression.ts';

/** In the order of the text. A parameter without a value counts as 1, so that checking can go on. */
export function lowerParameters(
  ast: Ast,
  set: Readonly<Record<string, number>>,
  lowering: Lowering,
): readonly Parameter[] {
  const items = ast.items.filter(
    (item): item is ParameterItem =>
      item.kind === 'parameter' && lowering.scope.parameters.get(item.name.text) === item,
  );
  reportOverrides(items, set, lowering);
  const definitions = new Map<string, Expression>();
  for (const { name, definition } of items) {
    lowering.places.set(`param ${name.text}`, name.span);
    definitions.set(name.text, resolveExpression(definition, lowering.names));
  }
  const values = evaluateAll(definitions, set, lowering);
  return items.map((item) => ({
    name: item.name.text,
    definition: definitions.get(item.name.text) ?? item.definition,
    value: values.get(item.name.text) ?? 1,
  }));
}

function reportOverrides(
  items: readonly ParameterItem[],
  set: Readonly<Record<string, number>>,
  lowering: Lowering,
): void {
  const names = items.map((item) => item.name.text);
  for (const [name, value] of Object.entries(set)) {
    if (!names.includes(name)) {
      const nearest = nearestName(name, names) ?? null;
      const parameters = { name, nearest, known: names };
      lowering.diagnostics.push(syntaxMessages.report('IR0213', undefined, parameters));
    } else if (!Number.isSafeInteger(value)) {
      const text = String(value);
      lowering.diagnostics.push(syntaxMessages.report('IR0214', undefined, { name, value: text }));
    }
  }
}

/** What a definition needs comes before it; a parameter that is overridden needs nothing. */
function evaluateAll(
  definitions: ReadonlyMap<string, Expression>,
  set: Readonly<Record<string, number>>,
  lowering: Lowering,
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  const needs = (name: string): readonly string[] => {
    const definition = definitions.get(name);
    return definition === undefined || Object.hasOwn(set, name) ? [] : parametersOf(definition);
  };
  for (const knot of stronglyConnected([...definitions.keys()], needs)) {
    if (knot.cyclic) reportCycle(knot.nodes, lowering);
    for (const name of knot.nodes) {
      const override = Object.hasOwn(set, name) ? set[name] : undefined;
      const value = override ?? (knot.cyclic ? 1 : evaluate(name, definitions, values, lowering));
      values.set(name, Number.isSafeInteger(value) ? value : 1);
    }
  }
  return values;
}

function evaluate(
  name: string,
  definitions: ReadonlyMap<string, Expression>,
  values: ReadonlyMap<string, number>,
  lowering: Lowering,
): number {
  const definition = definitions.get(name);
  if (definition === undefined) return 1;
  const value = evaluateInteger(definition, values);
  if (value.kind === 'ok') return value.value;
  const span = lowering.names.spans.get(definition);
  const parameters = { what: `the value of \`${name}\``, reason: value.error };
  lowering.diagnostics.push(syntaxMessages.report('IR0307', span, parameters));
  return 1;
}

/** At the first of them in the text. */
function reportCycle(names: readonly string[], lowering: Lowering): void {
  const first = [...lowering.scope.parameters.keys()].find((name) => names.includes(name));
  if (first === undefined) return;
  const at = names.indexOf(first);
  const cycle = [...names.slice(at), ...names.slice(0, at), first];
  const span = lowering.places.get(`param ${first}`);
  lowering.diagnostics.push(syntaxMessages.report('IR0215', span, { kind: 'parameter', cycle }));
}

function parametersOf(expression: Expression): readonly string[] {
  if (expression.kind === 'parameter') return [expression.name];
  return subexpressions(expression).flatMap(parametersOf);
}
