/** Columns of channels that no clause reads: they need not be sent. */

import { atomOf, type Clause, type HeadArgument, type Literal } from '../../ir/clause.ts';
import { type Expression, subexpressions, variablesOf, WILDCARD } from '../../ir/expression.ts';
import type { Channel, Dependency, Program } from '../../ir/program.ts';
import type { ProgramProposal } from './change.ts';
import {
  type ChannelUse,
  columnArguments,
  innerChannels,
  mapClauses,
  sends,
  takesGroups,
} from './channel-use.ts';

export function* projections(program: Program): Iterable<ProgramProposal> {
  for (const use of innerChannels(program)) {
    for (const column of use.channel.columns.keys()) {
      if (use.channel.columns.length > 1 && isUnread(use, column)) {
        yield projection(program, use, column);
      }
    }
  }
}

function projection(
  program: Program,
  { channel, senders }: ChannelUse,
  column: number,
): ProgramProposal {
  const after = mapClauses(program, (clause, role) => {
    const sent = sends(clause, channel.name) ? sendingLess(clause, channel, column) : clause;
    return role.name === channel.to ? readingLess(sent, channel.name, column) : sent;
  });
  const channels = after.channels.map((each) =>
    each.name === channel.name ? withoutColumn(each, column) : each,
  );
  const invariants = after.invariants.map((each) => ({
    ...each,
    body: literalsLess(each.body, channel.name, column),
    conclusion: literalsLess(each.conclusion, channel.name, column),
  }));
  const name = channel.columns[column]?.name ?? '';
  return {
    at: senders[0]?.role.name ?? channel.from,
    change: { kind: 'project', channel: channel.name, column },
    after: { ...after, channels, invariants },
    summary: `sends \`${channel.name}\` without \`${name}\`, which nobody reads`,
  };
}

/** `_` in every atom that reads the channel, or a variable that nothing else in its clause needs. */
function isUnread({ channel, readers }: ChannelUse, column: number): boolean {
  if (readers.some((place) => takesGroups(place, channel.name))) return false;
  return readers.every(({ clause, atoms }) =>
    atoms.every((atom) => {
      const arg = atom.args[column];
      return (
        arg?.kind === 'wildcard' ||
        (arg?.kind === 'variable' && occurrences(clause, arg.name) === 1)
      );
    }),
  );
}

function withoutColumn(channel: Channel, column: number): Channel {
  const name = channel.columns[column]?.name ?? '';
  const dependencies = channel.dependencies.flatMap(({ from, to }): readonly Dependency[] => {
    const left = to.filter((each) => each !== name);
    return from.includes(name) || left.length === 0 ? [] : [{ from, to: left }];
  });
  return { ...channel, columns: without(channel.columns, column), dependencies };
}

/** Without the argument, and without what was bound for it alone. */
function sendingLess(clause: Clause, channel: Channel, column: number): Clause {
  if (columnArguments(clause, channel).length === 0) return clause;
  const args = without(clause.head.args, column);
  return trimmed({ ...clause, head: { ...clause.head, args } });
}

function trimmed(clause: Clause): Clause {
  const needless = clause.body.find(
    (literal) => literal.kind === 'bind' && occurrences(clause, literal.variable) === 1,
  );
  if (needless !== undefined) {
    return trimmed({ ...clause, body: clause.body.filter((literal) => literal !== needless) });
  }
  const blank = (arg: Expression): Expression =>
    arg.kind === 'variable' && occurrences(clause, arg.name) === 1 ? WILDCARD : arg;
  return { ...clause, body: clause.body.map((each) => mapAtom(each, (a) => a.map(blank))) };
}

function readingLess(clause: Clause, channel: string, column: number): Clause {
  return { ...clause, body: literalsLess(clause.body, channel, column) };
}

function literalsLess(
  literals: readonly Literal[],
  channel: string,
  column: number,
): readonly Literal[] {
  return literals.map((literal) =>
    atomOf(literal)?.relation === channel
      ? mapAtom(literal, (args) => without(args, column))
      : literal,
  );
}

function mapAtom(
  literal: Literal,
  change: (args: readonly Expression[]) => readonly Expression[],
): Literal {
  if (literal.kind === 'condition' || literal.kind === 'bind') return literal;
  return { ...literal, atom: { ...literal.atom, args: change(literal.atom.args) } };
}

function without<T>(items: readonly T[], index: number): readonly T[] {
  return items.filter((_, at) => at !== index);
}

/** How often the variable stands in the clause, head and destination included. */
function occurrences(clause: Clause, name: string): number {
  const inBody = clause.body.map((literal) => {
    switch (literal.kind) {
      case 'condition':
        return count(literal.expression, name);
      case 'bind':
        return count(literal.value, name) + (literal.variable === name ? 1 : 0);
      default:
        return sum(literal.atom.args.map((arg) => count(arg, name)));
    }
  });
  const { args, destination } = clause.head;
  const to = destination === null ? 0 : count(destination, name);
  return sum(inBody) + sum(args.map((arg) => countIn(arg, name))) + to;
}

function countIn(arg: HeadArgument, name: string): number {
  if (arg.kind === 'plain') return count(arg.value, name);
  const fallback =
    arg.kind === 'aggregate' && arg.fallback !== null
      ? [...arg.fallback.over.args, arg.fallback.value]
      : [];
  return sum([...arg.of, ...fallback].map((each) => count(each, name)));
}

function count(expression: Expression, name: string): number {
  if (!variablesOf(expression).includes(name)) return 0;
  if (expression.kind === 'variable') return 1;
  return sum(subexpressions(expression).map((each) => count(each, name)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
