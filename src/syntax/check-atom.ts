/** Atoms: what their name means where they stand, their number of arguments, and the types of these. */

import type { Span } from '../base/source.ts';
import { nearestName } from '../base/suggest.ts';
import { isBuiltin } from '../ir/builtins.ts';
import type { Atom } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Role } from '../ir/program.ts';
import type { Visible, VisibleNames } from '../ir/schema.ts';
import type { Column } from '../ir/type.ts';
import { type Context, localPlace, place, spanOf, termOfType } from './context.ts';
import { type Environment, type Expectation, expectType, infer } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { constructed, describeTerm, hole, type Term, unify } from './term.ts';

/** The meaning of a name at the start of `node`, or null after a report. */
export function lookUp(
  name: string,
  node: object,
  role: Role,
  visible: VisibleNames,
  context: Context,
): Visible | null {
  const found = visible.get(name);
  if (found === undefined) reportInvisible(name, node, role, visible, context);
  return found ?? null;
}

/** The name alone: an atom's place starts with it. */
export function nameSpan(context: Context, node: object, name: string): Span | undefined {
  const span = spanOf(context, node);
  return span && { start: span.start, end: Math.min(span.end, span.start + name.length) };
}

function reportInvisible(
  name: string,
  node: object,
  role: Role,
  visible: VisibleNames,
  context: Context,
): void {
  const { program, scope, diagnostics } = context;
  if (scope.broken.has(name)) return;
  const span = nameSpan(context, node, name);
  const channel = context.channels.get(name);
  if (channel !== undefined) {
    const declared = place(context, 'channel', name) ?? null;
    const parameters = { name, role: role.name, to: channel.to, from: channel.from, declared };
    diagnostics.push(syntaxMessages.report('IR0504', span, parameters));
    return;
  }
  const owner = program.roles.find((each) => scope.locals.get(each.name)?.has(name) === true);
  if (owner !== undefined) {
    const declared = localPlace(context, owner.name, name) ?? null;
    const columns = owner.relations.find((each) => each.name === name)?.columns ?? [];
    const parameters = { name, role: role.name, owner: owner.name, columns, declared };
    diagnostics.push(syntaxMessages.report('IR0503', span, parameters));
    return;
  }
  const candidates = [...visible.keys()];
  const builtin = isBuiltin(name);
  const nearest = builtin ? null : (nearestName(name, candidates) ?? null);
  const declared =
    nearest === null
      ? null
      : (localPlace(context, role.name, nearest) ??
        place(context, 'channel', nearest) ??
        place(context, 'role', nearest) ??
        null);
  diagnostics.push(
    syntaxMessages.report('IR0201', span, { name, role: role.name, builtin, nearest, declared }),
  );
}

/** Number and types of the arguments. `visible` null: the name was reported, any arguments do. */
export function checkArguments(
  atom: Atom,
  visible: Visible | null,
  declared: Span | null,
  environment: Environment,
): void {
  const { context } = environment;
  if (visible === null) {
    for (const arg of atom.args) inferPattern(arg, environment);
    return;
  }
  if (atom.args.length !== visible.columns.length) {
    context.diagnostics.push(
      syntaxMessages.report('IR0302', spanOf(context, atom), {
        name: atom.relation,
        columns: visible.columns,
        given: atom.args.length,
        declared,
      }),
    );
  }
  for (const [index, arg] of atom.args.entries()) {
    const column = visible.columns[index];
    if (column === undefined) inferPattern(arg, environment);
    else
      expectPattern(arg, columnExpectation(column, visible.name, declared, context), environment);
  }
}

export function columnExpectation(
  column: Column,
  relation: string,
  declared: Span | null,
  context: Context,
): Expectation {
  const of = `column \`${column.name}\` of \`${relation}\``;
  return { type: termOfType(context, column.type), of, declared };
}

/** As `expectType`, with `_` allowed as the argument and inside of tuples. */
export function expectPattern(
  arg: Expression,
  expected: Expectation,
  environment: Environment,
): void {
  if (arg.kind === 'wildcard') return;
  if (arg.kind !== 'tuple') {
    expectType(arg, expected, environment);
    return;
  }
  const found = inferPattern(arg, environment);
  if (unify(found, expected.type)) return;
  const { context } = environment;
  context.diagnostics.push(
    syntaxMessages.report('IR0301', spanOf(context, arg), {
      text: printExpression(arg),
      found: describeTerm(found),
      expected: describeTerm(expected.type),
      of: expected.of,
      declared: expected.declared,
    }),
  );
}

export function inferPattern(arg: Expression, environment: Environment): Term {
  if (arg.kind === 'wildcard') return hole();
  if (arg.kind !== 'tuple') return infer(arg, environment);
  return constructed(
    'tuple',
    arg.items.map((item) => inferPattern(item, environment)),
  );
}

/** Where the name of a visible relation, channel or role is declared. */
export function declaredAt(context: Context, role: Role, visible: Visible): Span | null {
  switch (visible.kind) {
    case 'channel':
      return place(context, 'channel', visible.name) ?? null;
    case 'members':
      return place(context, 'role', visible.name) ?? null;
    default:
      return localPlace(context, role.name, visible.name) ?? null;
  }
}
