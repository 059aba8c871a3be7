/** The side conditions under which one relation stands for another one that is derived in the same way. */

import { defined, invariant } from '../../base/assert.ts';
import { atomOf } from '../../ir/clause.ts';
import { printExpression } from '../../ir/print-expression.ts';
import type { Relation, Role } from '../../ir/program.ts';
import { printType } from '../../ir/type.ts';
import { no, yes } from '../conditions.ts';
import { sameBindings } from '../cut-lemma.ts';
import type { ProgramCondition, ProgramMatch } from '../rule.ts';
import { wholeRole } from './channel-use.ts';
import { canonical, definitionOf, renamed } from './share.ts';

interface Twins {
  readonly role: Role;
  readonly name: string;
  readonly instead: string;
}

function twinsOf({ before, change }: ProgramMatch): Twins {
  invariant(change.kind === 'share', 'a condition of shared relations');
  const role = before.roles.find((each) => each.name === change.role);
  const { name, instead } = change;
  return { role: defined(role, 'changes are about roles of the program'), name, instead };
}

/** `invariant paid: due(x) => settled(x)` speaks of a relation that is gone. */
export const twinUnwatched: ProgramCondition = {
  name: 'unwatched',
  holds: (match) => {
    const { name } = twinsOf(match);
    const watching = match.before.invariants.find((each) =>
      [...each.body, ...each.conclusion].some((literal) => atomOf(literal)?.relation === name),
    );
    if (watching === undefined) return yes(`no invariant speaks of \`${name}\``);
    return no(`the invariant \`${watching.name}\` speaks of \`${name}\``);
  },
};

/** What is on disk survives a restart, and its twin doesn't; an initial fact of one isn't one of the other. */
export const keptAlike: ProgramCondition = {
  name: 'kept-alike',
  holds: (match) => {
    const { role, name, instead } = twinsOf(match);
    if (keeping(role, name) === keeping(role, instead)) {
      return yes(`\`${name}\` and \`${instead}\` start and last alike`);
    }
    return no(`\`${name}\` starts with other facts than \`${instead}\`, or is kept otherwise`);
  },
};

/** Columns, what is declared of them, durability and initial facts, without the name. */
function keeping(role: Role, name: string): string {
  const { columns, dependencies, durable } = defined(
    role.relations.find((each) => each.name === name),
    'twins are relations of the role',
  );
  const facts = role.initial
    .filter((each) => each.relation === name)
    .map(({ args }) => args.map(printExpression));
  const at = (column: string): number => columns.findIndex((each) => each.name === column);
  const declared = dependencies.map(({ from, to }) => [from.map(at), to.map(at)]);
  const types = columns.map((each: Relation['columns'][number]) => printType(each.type));
  return JSON.stringify([types, declared, durable, facts]);
}

/** Clause by clause, the two are derived from the same bindings. */
export const sameDefinition: ProgramCondition = {
  name: 'same-definition',
  holds: (match) => {
    const { role, name, instead } = twinsOf(match);
    const view = wholeRole(match.before, role);
    const back = new Map([[canonicalName(role, name), instead]]);
    const clausesOf = (of: string): readonly ReturnType<typeof canonical>[] =>
      definitionOf(role, of)
        .map((clause) => renamed(canonical(clause, of), back, new Map()))
        .sort((a, b) => (shapeOf(a) < shapeOf(b) ? -1 : 1));
    const others = clausesOf(instead);
    return {
      kind: 'ask',
      claim: `\`${name}\` is derived as \`${instead}\` is`,
      obligations: clausesOf(name).map((clause, at) =>
        sameBindings([view, clause], [view, defined(others[at], 'as many clauses')], {
          rule: 'normalize/share-definitions',
          lemma: 'same-definition',
          title: `${clause.id} derives what ${others[at]?.id ?? ''} derives`,
          show: [],
        }),
      ),
    };
  },
};

/** The name that `canonical` gives a relation in its own definition. */
function canonicalName(role: Role, name: string): string {
  const [first] = definitionOf(role, name);
  return first === undefined ? name : canonical(first, name).head.relation;
}

function shapeOf({ id: _id, ...rest }: ReturnType<typeof canonical>): string {
  return JSON.stringify(rest);
}
