/** One clause: placement of its head, meaning of its literals, types, and that every variable has a value. */

import type { Atom, Clause, Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { Role } from '../ir/program.ts';
import type { Visible, VisibleNames } from '../ir/schema.ts';
import { requirePeriod } from './check-amount.ts';
import { checkArguments, declaredAt, lookUp } from './check-atom.ts';
import { checkHead } from './check-head.ts';
import { checkSafety } from './check-safety.ts';
import { type Context, spanOf } from './context.ts';
import { type Environment, expectType, infer, variableTerm } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { BOOL_TERM, describeTerm, idTerm, unify } from './term.ts';

export function checkClause(
  clause: Clause,
  role: Role,
  visible: VisibleNames,
  context: Context,
): void {
  const environment: Environment = {
    context,
    variables: new Map(),
    me: idTerm(context.program, role.name),
  };
  // Facts first: they say most about the types of variables, wherever they stand in the body.
  for (const literal of clause.body) checkFacts(literal, role, visible, environment);
  for (const literal of clause.body) checkExpressions(literal, environment);
  checkHead(clause, role, visible, environment);
  checkSafety(clause, context);
}

function checkFacts(
  literal: Literal,
  role: Role,
  visible: VisibleNames,
  environment: Environment,
): void {
  if (literal.kind === 'condition' || literal.kind === 'bind') return;
  const { context } = environment;
  const { atom } = literal;
  const found = lookUp(atom.relation, atom, role, visible, context);
  if (atom.at !== null) {
    context.diagnostics.push(
      syntaxMessages.report('IR0602', spanOf(context, atom.at), { name: atom.relation }),
    );
  }
  if (found !== null && literal.kind === 'stable') checkStable(atom, role, found, context);
  if (found !== null && literal.kind === 'expired') checkExpired(literal, found, context);
  const declared = found === null ? null : declaredAt(context, role, found);
  checkArguments(atom, found, declared, environment);
  if (literal.kind === 'negated') for (const arg of atom.args) refusePattern(arg, context);
}

/** `!r((a, _))` can't be taken apart by components, as positive atoms are. */
function refusePattern(arg: Expression, context: Context): void {
  if (arg.kind !== 'tuple') return;
  for (const item of arg.items) {
    if (item.kind === 'tuple') refusePattern(item, context);
    if (item.kind !== 'wildcard') continue;
    context.diagnostics.push(syntaxMessages.report('IR0318', spanOf(context, item), {}));
  }
}

function checkStable(atom: Atom, role: Role, found: Visible, context: Context): void {
  const member = context.scope.locals.get(role.name)?.get(found.name);
  if (member?.kind === 'relation' && member.durable) return;
  const declared = found.kind === 'relation' ? declaredAt(context, role, found) : null;
  context.diagnostics.push(
    syntaxMessages.report('IR0404', spanOf(context, atom), { name: atom.relation, declared }),
  );
}

function checkExpired(
  literal: Extract<Literal, { readonly kind: 'expired' }>,
  found: Visible,
  context: Context,
): void {
  if (found.kind !== 'relation') {
    const parameters = { name: found.name, kind: found.kind };
    context.diagnostics.push(
      syntaxMessages.report('IR0407', spanOf(context, literal.atom), parameters),
    );
  }
  requirePeriod(literal.delayMs, 'the delay of `after`', context);
}

function checkExpressions(literal: Literal, environment: Environment): void {
  const { context } = environment;
  switch (literal.kind) {
    case 'condition': {
      const of = 'a condition of the body';
      expectType(literal.expression, { type: BOOL_TERM, of, declared: null }, environment);
      break;
    }
    case 'bind': {
      const type = infer(literal.value, environment);
      if (context.scope.parameters.has(literal.variable)) {
        context.diagnostics.push(
          syntaxMessages.report('IR0216', spanOf(context, literal), { name: literal.variable }),
        );
      } else if (!unify(variableTerm(literal.variable, environment), type)) {
        context.diagnostics.push(
          syntaxMessages.report('IR0301', spanOf(context, literal.value), {
            text: literal.variable,
            found: describeTerm(type),
            expected: describeTerm(variableTerm(literal.variable, environment)),
            of: `\`${literal.variable}\` in the rest of the clause`,
            declared: null,
          }),
        );
      }
      break;
    }
    case 'expired':
      infer(literal.delayMs, environment);
      break;
    case 'atom':
    case 'negated':
    case 'stable':
      break;
  }
}
