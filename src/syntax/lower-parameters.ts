/** Parameters: their definitions in the order of need, with what `--set` puts in place of some. */

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
  const items = ast.items.filter((item) => item.kind === 'parameter');
  reportOverrides(items, set, lowering);
  const definitions = new Map<string, Expression>();
  for (const item of items) {
    const { text } = item.name;
    lowering.places.set(`param ${text}`, item.name.span);
    if (!definitions.has(text)) {
      definitions.set(text, resolveExpression(item.definition, lowering.names));
    }
  }
  const values = new Map<string, number>();
  const evaluation: Evaluation = { items, definitions, set, values, path: [], lowering };
  for (const item of items) evaluate(item.name.text, evaluation);
  return items
    .filter((item, index) => items.findIndex((each) => each.name.text === item.name.text) === index)
    .map((item) => ({
      name: item.name.text,
      definition: definitions.get(item.name.text) ?? item.definition,
      value: values.get(item.name.text) ?? 1,
    }));
}

interface Evaluation {
  readonly items: readonly ParameterItem[];
  readonly definitions: ReadonlyMap<string, Expression>;
  readonly set: Readonly<Record<string, number>>;
  readonly values: Map<string, number>;
  readonly path: string[];
  readonly lowering: Lowering;
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

function evaluate(name: string, evaluation: Evaluation): void {
  const { definitions, set, values, path, lowering } = evaluation;
  const definition = definitions.get(name);
  if (definition === undefined || values.has(name)) return;
  const override = Object.hasOwn(set, name) ? set[name] : undefined;
  if (override !== undefined) {
    values.set(name, Number.isSafeInteger(override) ? override : 1);
    return;
  }
  if (path.includes(name)) {
    reportCycle(name, evaluation);
    values.set(name, 1);
    return;
  }
  path.push(name);
  for (const used of parametersOf(definition)) evaluate(used, evaluation);
  path.pop();
  if (values.has(name)) return;
  const value = evaluateInteger(definition, values);
  if (value.kind === 'err') {
    const span = lowering.names.spans.get(definition);
    const parameters = { what: `the value of \`${name}\``, reason: value.error };
    lowering.diagnostics.push(syntaxMessages.report('IR0307', span, parameters));
  }
  values.set(name, value.kind === 'ok' ? value.value : 1);
}

function reportCycle(name: string, evaluation: Evaluation): void {
  const cycle = evaluation.path.slice(evaluation.path.indexOf(name));
  const item = evaluation.items.find((each) => each.name.text === name);
  evaluation.lowering.diagnostics.push(
    syntaxMessages.report('IR0215', item?.name.span, {
      kind: 'parameter',
      cycle: [...cycle, name],
    }),
  );
}

function parametersOf(expression: Expression): readonly string[] {
  if (expression.kind === 'parameter') return [expression.name];
  return subexpressions(expression).flatMap(parametersOf);
}
