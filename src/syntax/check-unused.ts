/** Warnings: what is declared or named and never used. */

import type { Clause, Literal } from '../ir/clause.ts';
import { type Expression, subexpressions } from '../ir/expression.ts';
import type { Program, Role } from '../ir/program.ts';
import { type Context, localPlace, place, spanOf } from './context.ts';
import { headExpressions } from './expand-patterns.ts';
import { syntaxMessages } from './messages.ts';

export function checkUnused(context: Context): void {
  const { program } = context;
  const mentioned = mentionedNames(program);
  for (const role of program.roles) {
    checkRelations(role, mentioned, context);
    for (const clause of role.clauses) checkVariables(clause, context);
  }
  checkChannels(context);
  checkDeclarations(mentioned, context);
}

interface Mentions {
  /** Relations, channels and roles that a body, an invariant or a block of the workload reads. */
  readonly read: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

function mentionedNames(program: Program): Mentions {
  const read = new Set<string>();
  const parameters = new Set<string>();
  const functions = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'parameter') parameters.add(expression.name);
    if (expression.kind === 'call') functions.add(expression.function);
    subexpressions(expression).forEach(visit);
  };
  const visitLiteral = (literal: Literal): void => {
    expressionsOf(literal).forEach(visit);
    if (literal.kind !== 'condition' && literal.kind !== 'bind') read.add(literal.atom.relation);
  };
  for (const expression of declaredExpressions(program)) visit(expression);
  for (const invariant of program.invariants) {
    [...invariant.body, ...invariant.conclusion].forEach(visitLiteral);
  }
  for (const clause of program.roles.flatMap((role) => role.clauses)) {
    clause.body.forEach(visitLiteral);
    for (const over of oversOf(clause)) read.add(over.relation);
    headExpressions(clause.head).forEach(visit);
  }
  return { read, parameters, functions };
}

/** Those outside of clauses and invariants. */
function declaredExpressions(program: Program): readonly Expression[] {
  return [
    ...program.parameters.map((parameter) => parameter.definition),
    ...program.functions.flatMap(({ body }) => (body === null ? [] : [body])),
    ...program.lattices.map((declaration) => declaration.merge),
    ...program.channels.flatMap((channel) => channel.route),
    ...(program.workload?.commands ?? []).flatMap(({ send, until }) => [
      ...send.args,
      ...until.args,
    ]),
    ...program.roles.flatMap((role) => [
      ...[role.size, role.parts].filter((size) => size !== null),
      ...role.timers.map((timer) => timer.periodMs),
      ...role.initial.flatMap((fact) => fact.args),
      ...role.statics.flatMap((table) => table.facts.flat()),
    ]),
  ];
}

function expressionsOf(literal: Literal): readonly Expression[] {
  switch (literal.kind) {
    case 'condition':
      return [literal.expression];
    case 'bind':
      return [literal.value];
    case 'expired':
      return [literal.delayMs, ...literal.atom.args];
    case 'atom':
    case 'negated':
    case 'stable':
      return literal.atom.args;
  }
}

function oversOf(clause: Clause): readonly { relation: string; args: readonly Expression[] }[] {
  return clause.head.args.flatMap((argument) =>
    argument.kind === 'aggregate' && argument.fallback !== null ? [argument.fallback.over] : [],
  );
}

function checkRelations(role: Role, mentioned: Mentions, context: Context): void {
  const derived = new Set(role.clauses.map((clause) => clause.head.relation));
  for (const fact of role.initial) derived.add(fact.relation);
  for (const relation of role.relations) {
    const span = localPlace(context, role.name, relation.name);
    // What lowering made up has no place of its own.
    if (span === undefined || span.end === 0) continue;
    const name = relation.name;
    if (!mentioned.read.has(name) && !relation.durable) {
      context.diagnostics.push(syntaxMessages.report('IR0702', span, { name }));
    } else if (!derived.has(name)) {
      context.diagnostics.push(syntaxMessages.report('IR0703', span, { name }));
    }
  }
  for (const { name } of [...role.statics, ...role.timers]) {
    if (mentioned.read.has(name)) continue;
    const span = localPlace(context, role.name, name);
    context.diagnostics.push(syntaxMessages.report('IR0702', span, { name }));
  }
}

/** A variable that stands once in a clause says nothing: `_` says that. */
function checkVariables(clause: Clause, context: Context): void {
  if (clause.written !== 'clause') return;
  const uses = new Map<string, Expression[]>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'variable') {
      const list = uses.get(expression.name);
      if (list === undefined) uses.set(expression.name, [expression]);
      else list.push(expression);
    }
    subexpressions(expression).forEach(visit);
  };
  headExpressions(clause.head).forEach(visit);
  for (const literal of clause.body) expressionsOf(literal).forEach(visit);
  for (const [name, [use, ...others]] of uses) {
    if (use === undefined || others.length > 0 || name.startsWith('_')) continue;
    if (clause.body.some((literal) => literal.kind === 'bind' && literal.variable === name))
      continue;
    context.diagnostics.push(syntaxMessages.report('IR0701', spanOf(context, use), { name }));
  }
  for (const literal of clause.body) {
    if (literal.kind !== 'bind' || uses.has(literal.variable)) continue;
    const span = spanOf(context, literal);
    context.diagnostics.push(syntaxMessages.report('IR0706', span, { name: literal.variable }));
  }
}

function checkChannels(context: Context): void {
  const { program } = context;
  const external = new Set(program.roles.filter((role) => role.external).map((role) => role.name));
  const sent = new Set<string>();
  const read = new Set<string>();
  for (const role of program.roles) {
    for (const clause of role.clauses) {
      if (clause.kind === 'send') sent.add(clause.head.relation);
      for (const over of oversOf(clause)) read.add(over.relation);
      for (const literal of clause.body) {
        if (literal.kind !== 'condition' && literal.kind !== 'bind')
          read.add(literal.atom.relation);
      }
    }
  }
  for (const channel of program.channels) {
    const span = place(context, 'channel', channel.name);
    const { name, from, to } = channel;
    if (!external.has(from) && !sent.has(name)) {
      context.diagnostics.push(
        syntaxMessages.report('IR0705', span, { name, role: from, problem: 'sent' }),
      );
    } else if (!external.has(to) && !read.has(name)) {
      context.diagnostics.push(
        syntaxMessages.report('IR0705', span, { name, role: to, problem: 'read' }),
      );
    }
  }
}

function checkDeclarations(mentioned: Mentions, context: Context): void {
  const { program, diagnostics } = context;
  for (const { name } of program.parameters) {
    if (mentioned.parameters.has(name)) continue;
    const span = place(context, 'param', name);
    diagnostics.push(syntaxMessages.report('IR0704', span, { name, kind: 'parameter' }));
  }
  for (const { name } of program.functions) {
    if (mentioned.functions.has(name)) continue;
    const span = place(context, 'function', name);
    diagnostics.push(syntaxMessages.report('IR0704', span, { name, kind: 'function' }));
  }
}
