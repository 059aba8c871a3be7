/**
 * Channels whose messages may be taken as soon as they are sent, without losing a history.
 *
 * A role treats such a channel fact by fact: what it derives from one fact follows from that fact and from rigid tables
 * alone, is kept for ever or not at all, is read by nothing else, and leads to messages that keep the fact's key, so no
 * two facts meet in one message. Taking the fact now and letting what it sends wait is then the same as letting it wait.
 * A crash of the role, a loss or a duplicate of the message make a difference, and searches with such faults branch
 * there. A clause with a second literal, negation or an aggregate isn't of this kind: `done(x) :- vote(x), !stop(x)`
 * depends on when the vote is taken. Nor is one that drops key columns: two facts in one tick would send one message,
 * and apart they send two. Declared keys are believed here, which pools of commands with fresh ids bear out.
 */
import type { Atom, Clause } from '../../ir/clause.ts';
import type { Channel, Program, Relation, Role } from '../../ir/program.ts';
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
  const eager = inboundChannels(program, role.name).filter(
    (channel) => !channel.flags.ordered && isPerFact(role, channel, { rigid, ordered }),
  );
  return new Set(eager.map((channel) => channel.name));
}

interface Names {
  readonly rigid: ReadonlySet<string>;
  readonly ordered: ReadonlySet<string>;
}

/** Follows the facts of the channel through the role's clauses, with the columns that hold their key. */
function isPerFact(role: Role, channel: Channel, names: Names): boolean {
  const reached = new Map<string, readonly number[]>([[channel.name, keyColumns(channel)]]);
  for (const [name, key] of reached) {
    for (const clause of role.clauses.filter((each) => reads(each, name))) {
      if (clause.kind === 'next' && isKept(clause, name)) continue;
      const moved = movedKey(clause, name, key, names);
      if (moved === null) return false;
      if (clause.kind === 'send') continue;
      const known = reached.get(clause.head.relation);
      if (known !== undefined && known.join() !== moved.join()) return false;
      reached.set(clause.head.relation, moved);
    }
  }
  return [...reached.keys()].every(
    (name) => name === channel.name || isOwn(role, name, new Set(reached.keys())),
  );
}

/** The shortest declared key, or all columns. */
function keyColumns(channel: Channel): readonly number[] {
  const all = channel.columns.map((column) => column.name);
  const keys = channel.dependencies
    .filter(({ from, to }) => all.every((name) => from.includes(name) || to.includes(name)))
    .map(({ from }) => from.map((name) => all.indexOf(name)).sort((a, b) => a - b));
  const everything = [...all.keys()];
  return keys.reduce((best, key) => (key.length < best.length ? key : best), everything);
}

function reads(clause: Clause, name: string): boolean {
  return clause.body.some((literal) => 'atom' in literal && literal.atom.relation === name);
}

/** `r(x, ..) :+ r(x, ..)`. */
function isKept(clause: Clause, name: string): boolean {
  const [literal] = clause.body;
  return (
    clause.written === 'persist' &&
    clause.head.relation === name &&
    clause.body.length === 1 &&
    literal?.kind === 'atom'
  );
}

/** Where the key stands in the head of a clause that reads one such fact and nothing else; null if it doesn't. */
function movedKey(
  clause: Clause,
  name: string,
  key: readonly number[],
  names: Names,
): readonly number[] | null {
  if (clause.kind === 'next' || names.ordered.has(clause.head.relation)) return null;
  let own: Atom | null = null;
  for (const literal of clause.body) {
    if (literal.kind === 'condition' || literal.kind === 'bind') continue;
    if (literal.kind !== 'atom' && literal.kind !== 'stable') return null;
    if (names.rigid.has(literal.atom.relation)) continue;
    if (own !== null || literal.atom.relation !== name) return null;
    own = literal.atom;
  }
  return own === null ? null : keyInHead(clause, own, key);
}

function keyInHead(clause: Clause, own: Atom, key: readonly number[]): readonly number[] | null {
  const { args, destination } = clause.head;
  if (args.some((arg) => arg.kind !== 'plain')) return null;
  const moved: number[] = [];
  for (const column of key) {
    const arg = own.args[column];
    if (arg?.kind === 'int' || arg?.kind === 'string' || arg?.kind === 'bool') continue;
    if (arg?.kind !== 'variable') return null;
    const at = args.findIndex(
      (each) =>
        each.kind === 'plain' && each.value.kind === 'variable' && each.value.name === arg.name,
    );
    const addressed = destination?.kind === 'variable' && destination.name === arg.name;
    if (at >= 0) moved.push(at);
    else if (!addressed) return null;
  }
  return moved.sort((a, b) => a - b);
}

/** A plain relation that is derived from reached facts only. */
function isOwn(role: Role, name: string, reached: ReadonlySet<string>): boolean {
  const relation = role.relations.find((each) => each.name === name);
  if (relation === undefined || hasLattice(relation)) return false;
  if (role.initial.some((fact) => fact.relation === name)) return false;
  return role.clauses.every(
    (clause) =>
      clause.kind === 'send' ||
      clause.head.relation !== name ||
      [...reached].some((each) => reads(clause, each)),
  );
}

function hasLattice(relation: Relation): boolean {
  return relation.columns.some((column) => column.type.kind === 'lattice');
}
