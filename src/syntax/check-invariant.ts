/** Invariants: statements over the facts of all roles. */

import type { Span } from '../base/source.ts';
import { nearestName } from '../base/suggest.ts';
import type { Atom, Literal } from '../ir/clause.ts';
import { variablesOf } from '../ir/expression.ts';
import type { Invariant } from '../ir/program.ts';
import { type Visible, visibleIn } from '../ir/schema.ts';
import { printType } from '../ir/type.ts';
import { checkArguments, declaredAt, nameSpan } from './check-atom.ts';
import { boundVariables, requireBound } from './check-safety.ts';
import { type Context, place, spanOf } from './context.ts';
import { type Environment, expectType, infer, variableTerm } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { boundBy, computedIn } from './pattern.ts';
import { BOOL_TERM, describeTerm, idTerm, type Term, unify } from './term.ts';

/** What a name means in invariants: facts of a channel, or of every role that has the relation. */
export interface Meaning {
  readonly visible: Visible;
  readonly declared: Span | null;
  /** The role whose members hold the facts; null where several do, or all nodes. */
  readonly holder: string | null;
}

/** The first meaning of each name; names that mean different columns in two roles are reported where used. */
export function invariantNames(context: Context): ReadonlyMap<string, readonly Meaning[]> {
  const { program } = context;
  const names = new Map<string, Meaning[]>();
  const add = (meaning: Meaning): void => {
    const list = names.get(meaning.visible.name);
    if (list === undefined) names.set(meaning.visible.name, [meaning]);
    else list.push(meaning);
  };
  for (const channel of program.channels) {
    const declared = place(context, 'channel', channel.name) ?? null;
    add({ visible: { ...channel, kind: 'channel' }, declared, holder: channel.to });
  }
  for (const role of program.roles) {
    for (const visible of visibleIn(program, role).own()) {
      if (visible.kind === 'channel') continue;
      add({ visible, declared: declaredAt(context, role, visible), holder: role.name });
    }
    const columns = [{ name: 'member', type: { kind: 'id', role: role.name } as const }];
    const visible: Visible = { kind: 'members', name: role.name, columns, dependencies: [] };
    add({ visible, declared: place(context, 'role', role.name) ?? null, holder: null });
  }
  return names;
}

export function checkInvariant(
  invariant: Invariant,
  names: ReadonlyMap<string, readonly Meaning[]>,
  context: Context,
): void {
  const environment: Environment = { context, variables: new Map(), me: null };
  const literals = [...invariant.body, ...invariant.conclusion];
  for (const literal of literals) checkForm(literal, invariant, context);
  for (const literal of literals) checkFacts(literal, names, environment);
  for (const literal of literals) checkExpressions(literal, environment);
  const bound = boundVariables(invariant.body, context);
  for (const literal of invariant.body) requireLiteral(literal, bound, context);
  // Variables that only the conclusion has stand for some value there.
  for (const literal of invariant.conclusion) {
    if (literal.kind !== 'atom' && literal.kind !== 'stable') continue;
    for (const name of literal.atom.args.flatMap(boundBy)) bound.add(name);
    if (literal.atom.at?.kind === 'variable') bound.add(literal.atom.at.name);
  }
  for (const literal of invariant.conclusion) {
    if (literal.kind === 'condition')
      requireBound(literal.expression, bound, 'conclusion', context);
    if (literal.kind === 'atom' || literal.kind === 'stable') {
      requireLiteral(literal, bound, context);
    }
  }
}

/** Expiry has no meaning in an invariant (what is on disk has), and a conclusion states facts and conditions. */
function checkForm(literal: Literal, invariant: Invariant, context: Context): void {
  const isConclusion = invariant.conclusion.includes(literal);
  const report = (problem: 'time' | 'negated-ever' | 'conclusion'): void => {
    context.diagnostics.push(
      syntaxMessages.report('IR0601', spanOf(context, literal), { problem }),
    );
  };
  if (literal.kind === 'expired') report('time');
  else if (isConclusion && (literal.kind === 'negated' || literal.kind === 'bind')) {
    report('conclusion');
  } else if (literal.kind === 'negated' && invariant.scope === 'ever') report('negated-ever');
}

function checkFacts(
  literal: Literal,
  names: ReadonlyMap<string, readonly Meaning[]>,
  environment: Environment,
): void {
  if (literal.kind === 'condition' || literal.kind === 'bind') return;
  const { atom } = literal;
  const { context } = environment;
  const meanings = names.get(atom.relation) ?? [];
  const [meaning] = meanings;
  if (meaning === undefined) reportUnknown(atom, names, context);
  else requireOneMeaning(atom, meanings, context);
  if (literal.kind === 'stable' && meaning !== undefined) requireDurable(atom, meaning, context);
  checkArguments(atom, meaning?.visible ?? null, meaning?.declared ?? null, environment);
  if (atom.at?.kind === 'variable' && meaning !== undefined) {
    checkHolder(atom, atom.at.name, meanings, environment);
  }
}

function reportUnknown(
  atom: Atom,
  names: ReadonlyMap<string, readonly Meaning[]>,
  context: Context,
): void {
  if (context.scope.broken.has(atom.relation)) return;
  const nearest = nearestName(atom.relation, names.keys()) ?? null;
  const declared = nearest === null ? null : (names.get(nearest)?.[0]?.declared ?? null);
  context.diagnostics.push(
    syntaxMessages.report('IR0603', nameSpan(context, atom, atom.relation), {
      name: atom.relation,
      nearest,
      declared,
    }),
  );
}

/** `stable r` is what has been on disk, at any time. */
function requireDurable(atom: Atom, meaning: Meaning, context: Context): void {
  const isDurable = context.program.roles.some((role) =>
    role.relations.some((relation) => relation.name === atom.relation && relation.durable),
  );
  if (isDurable) return;
  const parameters = { name: atom.relation, declared: meaning.declared };
  context.diagnostics.push(syntaxMessages.report('IR0404', spanOf(context, atom), parameters));
}

function requireOneMeaning(atom: Atom, meanings: readonly Meaning[], context: Context): void {
  const [first] = meanings;
  const shape = (meaning: Meaning): string =>
    meaning.visible.columns.map((column) => printType(column.type)).join(', ');
  const other = meanings.find((each) => first !== undefined && shape(each) !== shape(first));
  if (first === undefined || other === undefined) return;
  context.diagnostics.push(
    syntaxMessages.report('IR0604', nameSpan(context, atom, atom.relation), {
      name: atom.relation,
      first: first.declared,
      other: other.declared,
    }),
  );
}

function checkHolder(
  atom: Atom,
  variable: string,
  meanings: readonly Meaning[],
  environment: Environment,
): void {
  const { context } = environment;
  const holders = new Set(meanings.map((meaning) => meaning.holder));
  const [holder] = holders;
  const at = atom.at ?? atom;
  if (holders.size !== 1 || holder === undefined || holder === null) {
    context.diagnostics.push(
      syntaxMessages.report('IR0605', spanOf(context, at), { name: atom.relation }),
    );
    return;
  }
  const type: Term = idTerm(context.program, holder);
  const known = variableTerm(variable, environment);
  if (unify(known, type)) return;
  context.diagnostics.push(
    syntaxMessages.report('IR0301', spanOf(context, at), {
      text: variable,
      found: describeTerm(known),
      expected: describeTerm(type),
      of: `the node that holds \`${atom.relation}\``,
      declared: null,
    }),
  );
}

function checkExpressions(literal: Literal, environment: Environment): void {
  if (literal.kind === 'condition') {
    const of = 'a condition of the invariant';
    expectType(literal.expression, { type: BOOL_TERM, of, declared: null }, environment);
  } else if (literal.kind === 'bind') {
    unify(variableTerm(literal.variable, environment), infer(literal.value, environment));
  }
}

function requireLiteral(literal: Literal, bound: Set<string>, context: Context): void {
  if (literal.kind === 'condition') {
    requireBound(literal.expression, bound, 'condition', context);
    return;
  }
  if (literal.kind === 'bind') return;
  const { args, at } = literal.atom;
  const isNegated = literal.kind === 'negated';
  for (const arg of isNegated ? args : args.flatMap(computedIn)) {
    requireBound(arg, bound, isNegated ? 'negated' : 'argument', context);
  }
  if (isNegated && at !== null && variablesOf(at).length > 0) {
    requireBound(at, bound, 'negated', context);
  }
}
