/**
 * Channels whose messages may be taken as soon as they are sent, without losing a history.
 *
 * A role treats such a channel fact by fact: everything that it derives from one fact follows from that fact and from
 * rigid tables alone, goes into messages only, and keeps all of the fact's columns. Taking the fact now and letting
 * what it sends wait is then the same as letting it wait; a crash of the role, a loss or a duplicate of the message is
 * the only difference, and searches with such faults branch there. A clause with a second literal, negation,
 * aggregate or `:+` isn't of this kind: `done(x) :- vote(x), !stop(x)` depends on when the vote is taken. Nor is one
 * that drops columns: two facts in one tick would then send one message, and apart they send two.
 */
import type { Atom, Clause } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Program, Role } from '../../ir/program.ts';
import { inboundChannels } from '../../ir/schema.ts';

/** Names of the channels that the role reads in this way. */
export function eagerChannels(program: Program, role: Role): ReadonlySet<string> {
  const rigid = new Set([
    ...role.statics.map((table) => table.name),
    ...program.roles.map((each) => each.name),
  ]);
  const ordered = new Set(
    program.channels.filter((channel) => channel.flags.ordered).map((channel) => channel.name),
  );
  const eager = inboundChannels(program, role.name)
    .map((channel) => channel.name)
    .filter((name) => !ordered.has(name) && isPerFact(role, name, { rigid, ordered }));
  return new Set(eager);
}

interface Names {
  readonly rigid: ReadonlySet<string>;
  readonly ordered: ReadonlySet<string>;
}

/** Follows the facts of `start` through the role's clauses. */
function isPerFact(role: Role, start: string, names: Names): boolean {
  const reached = new Set([start]);
  for (const name of reached) {
    for (const clause of role.clauses.filter((each) => reads(each, name))) {
      if (!isPerFactClause(clause, name, names)) return false;
      if (clause.kind === 'now') reached.add(clause.head.relation);
    }
  }
  // What is reached must come from nowhere else, or facts of two origins could meet in one message.
  return role.clauses.every(
    (clause) =>
      clause.kind === 'send' ||
      !reached.has(clause.head.relation) ||
      [...reached].some((name) => reads(clause, name)),
  );
}

function reads(clause: Clause, name: string): boolean {
  return clause.body.some((literal) => 'atom' in literal && literal.atom.relation === name);
}

function isPerFactClause(clause: Clause, name: string, names: Names): boolean {
  if (clause.kind === 'next' || names.ordered.has(clause.head.relation)) return false;
  let own: Atom | null = null;
  for (const literal of clause.body) {
    if (literal.kind === 'condition' || literal.kind === 'bind') continue;
    if (literal.kind !== 'atom') return false;
    if (names.rigid.has(literal.atom.relation)) continue;
    if (own !== null || literal.atom.relation !== name) return false;
    own = literal.atom;
  }
  return own !== null && keepsAll(clause, own);
}

/** Every column of the atom is a variable or constant, and every variable stands alone in the head. */
function keepsAll(clause: Clause, own: Atom): boolean {
  const heads: Expression[] = clause.head.destination === null ? [] : [clause.head.destination];
  for (const arg of clause.head.args) {
    if (arg.kind !== 'plain') return false;
    heads.push(arg.value);
  }
  const kept = new Set(heads.flatMap((each) => (each.kind === 'variable' ? [each.name] : [])));
  return own.args.every((arg) => {
    if (arg.kind === 'variable') return kept.has(arg.name);
    return arg.kind === 'int' || arg.kind === 'string' || arg.kind === 'bool';
  });
}
