/** The side conditions of program rules that the solver decides: lemmas built from the clauses that change. */

import { defined, invariant } from '../../base/assert.ts';
import type { Atom, Clause, Literal } from '../../ir/clause.ts';
import { type Expression, variable } from '../../ir/expression.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import * as smt from '../../smt/build.ts';
import { type Clause as EncodedClause, showAtoms } from '../../smt/encode.ts';
import type { Formula, Term, Variable } from '../../smt/formula.ts';
import { type Obligation, obligation } from '../../smt/obligation.ts';
import { functionSymbol } from '../../smt/sort.ts';
import { substitute, substitution } from '../../smt/substitute.ts';
import { bodyHolds, member, sameBindings } from '../cut-lemma.ts';
import { encodeClause } from '../encode.ts';
import type { ProgramCondition, ProgramMatch } from '../rule.ts';
import { type Place, wholeRole } from './channel-use.ts';
import { usedBefore } from './conditions.ts';
import { asRead, selected } from './select.ts';

/** No clause that reads the channel makes anything of what is kept back. */
export const readersAsk: ProgramCondition = {
  name: 'every-reader-asks',
  holds: (match) => {
    const { channel, readers } = usedBefore(match);
    const keeps = condition(match);
    return {
      kind: 'ask',
      claim: `every clause that reads \`${channel.name}\` asks for what is sent`,
      obligations: readers.flatMap(({ role, clause }) => {
        const reader = withoutWildcards(clause, channel);
        return atomsOfChannel(reader, channel).map((atom) =>
          sameBindings(
            [wholeRole(match.before, role), reader],
            [wholeRole(match.before, role), also(reader, asRead(atom, channel, keeps))],
            {
              rule: 'normalize/push-selection',
              lemma: 'every-reader-asks',
              title: `${clause.id} takes of \`${channel.name}\` only what is sent`,
              show: showAtoms(encoded(match.before, role, reader).body, ''),
            },
          ),
        );
      }),
    };
  },
};

/** The sender keeps back what fails the condition, and nothing else. */
export const senderKeepsBack: ProgramCondition = {
  name: 'sends-what-is-asked',
  holds: (match) => {
    const { channel, senders } = usedBefore(match);
    const keeps = condition(match);
    return {
      kind: 'ask',
      claim: 'what is sent is what was sent and fulfils the condition',
      obligations: senders.map(({ role, clause }) => {
        const view = wholeRole(match.before, role);
        const asked = also(clause, selected(clause, channel, keeps));
        return sameBindings([view, asked], [view, changed(match.after, clause)], {
          rule: 'normalize/push-selection',
          lemma: 'sends-what-is-asked',
          title: `${clause.id} sends what fulfils the condition, as before`,
          show: [],
        });
      }),
    };
  },
};

/**
 * A reader gets the same bindings from messages without the column. A message without it stands for one with some
 * value there, and every message with it is sent without.
 */
export const columnUnread: ProgramCondition = {
  name: 'column-unread',
  holds: (match) => ({
    kind: 'ask',
    claim: 'readers make the same of messages without the column',
    obligations: usedBefore(match).readers.map((place) => projected(match, place)),
  }),
};

function projected(match: ProgramMatch, { role, clause }: Place): Obligation {
  const { channel } = usedBefore(match);
  const column = match.change.kind === 'project' ? match.change.column : -1;
  const roleAfter = defined(
    match.after.roles.find((each) => each.name === role.name),
    'a projection leaves the roles',
  );
  const before = encoded(match.before, role, clause);
  const after = encoded(match.after, roleAfter, changed(match.after, clause));
  const less = <T>(args: readonly T[]): readonly T[] => args.filter((_, at) => at !== column);
  const whole = before.body.filter(({ relation }) => relation.name === channel.name);
  const absent = before.negated.filter(({ relation }) => relation.name === channel.name);
  const witnesses = whole.flatMap(({ args }): readonly (readonly [Variable, Term])[] => {
    const dropped = args[column];
    return dropped?.kind === 'variable' ? [[dropped, witnessOf(dropped, less(args))]] : [];
  });
  const some = substitution(witnesses);
  const isWhole = (args: readonly Term[]): Formula => member(channel.name, args);
  return obligation({
    rule: 'normalize/push-projection',
    lemma: 'column-unread',
    kind: 'instance',
    title: `${clause.id} makes the same of \`${channel.name}\` without the column`,
    hypotheses: [
      {
        name: 'projected',
        text: 'a message without the column is there when one with some value in it was',
        formula: smt.and([
          ...whole.map(({ args }) => smt.implies(isWhole(args), isWhole(less(args)))),
          ...whole.map(({ args }) =>
            smt.implies(isWhole(less(args)), substitute(isWhole(args), some)),
          ),
          ...absent.map(({ args }) =>
            smt.iff(member(channel.name, args), member(channel.name, less(args))),
          ),
        ]),
      },
    ],
    goal: smt.and([
      smt.implies(bodyHolds(before), bodyHolds(after)),
      smt.implies(bodyHolds(after), substitute(bodyHolds(before), some)),
      smt.equalAll(before.head.args, after.head.args),
      smt.equalAll(
        before.head.args.map((each) => substitute(each, some)),
        after.head.args,
      ),
    ]),
    show: showAtoms([...before.body, before.head], ''),
  });
}

/** A value that the dropped column has in some message with these other columns. */
function witnessOf(dropped: Variable, others: readonly Term[]): Term {
  const sorts = others.map((each) => each.sort);
  return smt.apply(functionSymbol(`some ${dropped.name}`, sorts, dropped.sort), others);
}

function condition({ change }: ProgramMatch): Expression {
  invariant(change.kind === 'select', 'a lemma of selections');
  return change.keeps;
}

function encoded(program: Program, role: Role, clause: Clause): EncodedClause {
  return encodeClause(wholeRole(program, role), clause, () => []);
}

/** The clause in the program after the change. */
function changed(after: Program, { id }: Clause): Clause {
  const clauses = after.roles.flatMap((role) => role.clauses);
  return defined(
    clauses.find((each) => each.id === id),
    'clauses keep their ids',
  );
}

function also(clause: Clause, expression: Expression): Clause {
  return { ...clause, body: [...clause.body, { kind: 'condition', expression }] };
}

function atomsOfChannel(clause: Clause, { name }: Channel): readonly Atom[] {
  return clause.body.flatMap((literal) =>
    literal.kind === 'atom' && literal.atom.relation === name ? [literal.atom] : [],
  );
}

/** Every column of the channel under a name, so that conditions can speak of it. */
function withoutWildcards(clause: Clause, channel: Channel): Clause {
  const body = clause.body.map((literal, at): Literal => {
    if (literal.kind !== 'atom' || literal.atom.relation !== channel.name) return literal;
    const args = literal.atom.args.map((arg, column) =>
      arg.kind === 'wildcard' ? variable(`${channel.columns[column]?.name} of ${at}`) : arg,
    );
    return { ...literal, atom: { ...literal.atom, args } };
  });
  return { ...clause, body };
}
