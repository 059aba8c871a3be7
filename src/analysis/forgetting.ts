/**
 * Which forgetting is invisible (soundness.md, 7). A condition under which a relation forgets is an obligation and
 * not a permission: without the forgetting, the program must have the same histories, but for outputs repeated.
 *
 * `acc(x) :+ acc(x), !gc(x); out@c(x) :~ q(x), acc(x)` isn't such a one: a query that comes after the forgetting
 * would have been answered. `votes(c, id) :+ votes(c, id), !done(c, id)` is, if all that votes lead to is
 * `done`, and `done` never says two different things of one id.
 *
 * Decided here by names and dependencies where the pattern is that of an answered command, or of values below
 * a maximum; else a question that a proof must answer.
 */

import { memoized } from '../base/memoized.ts';
import { type Atom, atomOf, type Clause, type Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import {
  type Component,
  componentOfRole,
  derivations,
  interfaceOf,
  readersOf,
  readsOf,
  relationOf,
} from './component.ts';
import { type Dependencies, determines, inferDependencies } from './dependencies.ts';
import { type Finding, finding, HOLDS, type Question, reason } from './finding.ts';
import { functionalClause } from './functional.ts';
import { distributionPolicies } from './keys.ts';
import { keepingOf } from './shape.ts';

export interface Forgetting {
  readonly clause: Clause;
  readonly relation: string;
  /** The relations that the condition reads. */
  readonly guards: readonly string[];
  /** Fails if the condition is derived outside the component. */
  readonly finding: Finding;
}

/** One for each clause that keeps a part of a relation. */
export const forgettings: (component: Component) => readonly Forgetting[] = memoized(judgeAll);

function judgeAll(component: Component): readonly Forgetting[] {
  return component.clauses.flatMap((clause) => {
    const keeping = keepingOf(clause);
    if (keeping?.kind !== 'guarded') return [];
    const { relation } = keeping;
    const guards = readsOf(component, clause)
      .map((read) => read.relation)
      .filter((name) => name !== relation);
    return [{ clause, relation, guards, finding: judge(component, clause, relation, guards) }];
  });
}

function judge(
  component: Component,
  clause: Clause,
  relation: string,
  guards: readonly string[],
): Finding {
  const derived = derivations(component);
  const { inputs } = interfaceOf(component);
  const outside = guards.filter((name) => !derived.has(name) || inputs.includes(name));
  if (outside.length > 0) {
    const list = outside.map((name) => `\`${name}\``).join(', ');
    const text = `\`${relation}\` is forgotten on ${list}, which comes from outside`;
    return finding([reason('forgets-elsewhere', clause.id, [relation, ...outside], text)]);
  }
  if (isBelowMaximum(component, clause)) return HOLDS;
  if (isAnswered(component, clause)) return HOLDS;
  return { kind: 'open', questions: [forgettingQuestion(component, clause, relation, guards)] };
}

function forgettingQuestion(
  component: Component,
  clause: Clause,
  relation: string,
  guards: readonly string[],
): Question {
  const list = guards.map((name) => `\`${name}\``).join(', ');
  const when = list === '' ? '' : ` on ${list}`;
  return {
    kind: 'forgetting',
    role: component.role.name,
    relation,
    among: guards,
    clauses: [clause.id],
    text: `what \`${relation}\` forgets${when} can't lead to a new output`,
  };
}

/** The one negated atom of `r(..) :+ r(..), !g(..)`. */
function onlyGuard(clause: Clause): Atom | null {
  const keeping = keepingOf(clause);
  if (keeping?.kind !== 'guarded') return null;
  const [guard] = keeping.guards;
  return keeping.guards.length === 1 && guard?.kind === 'negated' ? guard.atom : null;
}

/** The pattern of an answered command: all that the forgotten facts lead to is the guard, which says it once. */
function isAnswered(component: Component, clause: Clause): boolean {
  const guard = onlyGuard(clause);
  if (guard === null) return false;
  const dependencies = inferDependencies(component.program, 'environment');
  const between = leadsOnlyTo(component, clause, guard.relation);
  if (between === null) return false;
  const keys = guard.args.flatMap((arg, column) => (arg.kind === 'variable' ? [column] : []));
  const all = guard.args.map((_, column) => column);
  const at = { role: component.role.name, relation: guard.relation, scope: 'ever' as const };
  return (
    determines(dependencies, at, keys, all) &&
    keepsKeys(component, dependencies, clause, guard, between) &&
    isReadPerFact(component, guard.relation)
  );
}

/** The clauses on the ways from the kept relation to the guard, if they lead nowhere else; null if they do. */
function leadsOnlyTo(
  component: Component,
  clause: Clause,
  guard: string,
): readonly Clause[] | null {
  const whole = componentOfRole(component.program, component.role.name);
  const readers = readersOf(whole);
  const relation = clause.head.relation;
  const between = new Set<Clause>();
  const reached = new Set([relation]);
  for (const name of reached) {
    for (const each of readers.get(name) ?? []) {
      if (each.head.relation === relation && keepingOf(each) !== null) continue;
      if (each.kind !== 'now') return null;
      between.add(each);
      if (each.head.relation !== guard) reached.add(each.head.relation);
    }
  }
  const leads = [...between].some((each) => each.head.relation === guard);
  return leads ? [...between] : null;
}

/** Facts of one key lead to facts of the same key only, as if they were co-hashed on it. */
function keepsKeys(
  component: Component,
  dependencies: Dependencies,
  clause: Clause,
  guard: Atom,
  between: readonly Clause[],
): boolean {
  const part: Component = { ...component, clauses: [...between, clause] };
  const { policies } = distributionPolicies(part, dependencies);
  return guard.args.every((arg, column) => {
    if (arg.kind === 'wildcard') return true;
    const kept = clause.head.args.findIndex(
      (head) =>
        head.kind === 'plain' &&
        head.value.kind === 'variable' &&
        arg.kind === 'variable' &&
        head.value.name === arg.name,
    );
    return policies.some(
      (policy) =>
        policy[clause.head.relation]?.join() === String(kept) &&
        policy[guard.relation]?.join() === String(column),
    );
  });
}

/**
 * Nobody can tell whether the guard holds for one tick or for ever: its readers map facts one by one, and what they
 * send may repeat. A relation that keeps what it gets is the same either way.
 */
function isReadPerFact(component: Component, guard: string): boolean {
  const whole = componentOfRole(component.program, component.role.name);
  const derived = derivations(whole);
  const reached = new Set([guard]);
  for (const name of reached) {
    const clauses = derived.get(name) ?? [];
    if (clauses.some((clause) => keepingOf(clause)?.kind === 'exact')) continue;
    for (const clause of readersOf(whole).get(name) ?? []) {
      if (onlyGuard(clause)?.relation === name) continue;
      if (functionalClause(whole, clause).kind !== 'holds') return false;
      if (clause.kind !== 'send') reached.add(clause.head.relation);
      else if (!mayRepeat(whole, clause.head.relation)) return false;
    }
  }
  return true;
}

function mayRepeat(component: Component, channel: string): boolean {
  const { program } = component;
  const found = program.channels.find((each) => each.name === channel);
  const receiver = program.roles.find((role) => role.name === found?.to);
  if (found === undefined) return false;
  return receiver?.external === true ? !found.flags.bag : found.flags.duplicating;
}

/**
 * `persist r(x) until m(y), x < y` with `m(max<x>) :- r(x)`, read by nobody else: what is below the maximum never
 * counts again. The condition stands in a clause of its own, `forget(x) :- r(x), m(y), x < y`.
 */
function isBelowMaximum(component: Component, clause: Clause): boolean {
  const guard = onlyGuard(clause);
  const whole = componentOfRole(component.program, component.role.name);
  const kept = clause.head.relation;
  const forgets = derivations(whole).get(guard?.relation ?? '') ?? [];
  const [forget] = forgets;
  if (guard === null || forget === undefined || forgets.length !== 1) return false;
  const facts = forget.body.find((each) => each.kind === 'atom' && each.atom.relation === kept);
  const bound = forget.body.find((each) => each.kind === 'atom' && each.atom.relation !== kept);
  const condition = forget.body.find((each) => each.kind === 'condition');
  if (forget.body.length !== 3 || facts?.kind !== 'atom' || bound?.kind !== 'atom') return false;
  if (condition?.kind !== 'condition' || relationOf(whole, bound.atom.relation) === null)
    return false;
  const column = comparedColumn(facts.atom, bound.atom, condition);
  const makers = derivations(whole).get(bound.atom.relation) ?? [];
  const [maker] = makers;
  if (column === null || maker === undefined || makers.length !== 1) return false;
  if (!forgetsWhatIsCompared(clause, guard, forget, facts.atom.args[column])) return false;
  const readers = readersOf(whole).get(kept) ?? [];
  const others = readers.filter(
    (each) => each !== forget && each !== maker && keepingOf(each)?.relation !== kept,
  );
  return others.length === 0 && isMaximum(maker, kept, column, condition);
}

/** The kept fact has the value that was compared: `forget(y) :- r(x, y), ..` would forget other facts with it. */
function forgetsWhatIsCompared(
  clause: Clause,
  guard: Atom,
  forget: Clause,
  compared: Expression | undefined,
): boolean {
  const kept = clause.body.find((literal) => atomOf(literal)?.relation === clause.head.relation);
  const facts = forget.body.find((literal) => atomOf(literal)?.relation === clause.head.relation);
  const column = atomOf(facts ?? WHATEVER)?.args.findIndex((arg) => isSame(arg, compared)) ?? -1;
  return forget.head.args.some(
    (arg, position) =>
      arg.kind === 'plain' &&
      isSame(arg.value, compared) &&
      isSame(guard.args[position], atomOf(kept ?? WHATEVER)?.args[column]),
  );
}

const WHATEVER: Literal = { kind: 'condition', expression: { kind: 'bool', value: true } };

function isSame(left: Expression | undefined, right: Expression | undefined): boolean {
  return left?.kind === 'variable' && right?.kind === 'variable' && left.name === right.name;
}

/** The column of `facts` in `x < y`, where `y` is the only argument of `bound`. */
function comparedColumn(
  facts: Atom,
  bound: Atom,
  { expression }: Extract<Literal, { readonly kind: 'condition' }>,
): number | null {
  if (expression.kind !== 'binary' || !['<', '>'].includes(expression.operator)) return null;
  const { left, right } = expression;
  const [limit] = bound.args;
  if (left.kind !== 'variable' || right.kind !== 'variable') return null;
  if (bound.args.length !== 1 || limit?.kind !== 'variable' || limit.name !== right.name)
    return null;
  const column = facts.args.findIndex((arg) => arg.kind === 'variable' && arg.name === left.name);
  return column < 0 ? null : column;
}

/** `m(max<x>) :- r(.., x, ..)`, or `min` where the condition is `>`. */
function isMaximum(
  maker: Clause,
  kept: string,
  column: number,
  { expression }: Extract<Literal, { readonly kind: 'condition' }>,
): boolean {
  const wanted = expression.kind === 'binary' && expression.operator === '<' ? 'max' : 'min';
  const [arg] = maker.head.args;
  const [literal] = maker.body;
  if (maker.kind !== 'now' || maker.head.args.length !== 1 || maker.body.length !== 1) return false;
  if (arg?.kind !== 'aggregate' || arg.aggregate !== wanted || arg.fallback !== null) return false;
  if (literal?.kind !== 'atom' || literal.atom.relation !== kept || arg.of.length !== 1)
    return false;
  const [folded] = arg.of;
  const read = literal.atom.args[column];
  const others = literal.atom.args.filter((_, index) => index !== column);
  return (
    folded?.kind === 'variable' &&
    read?.kind === 'variable' &&
    folded.name === read.name &&
    others.every((each) => each.kind === 'wildcard')
  );
}
