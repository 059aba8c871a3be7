/** The moved part of a batched cut: it numbers and sends batches, and holds back what must not leave yet. */

import { unusedName } from '../../base/unused-name.ts';
import { atomOf, type Clause, type Literal } from '../../ir/clause.ts';
import { type Expression, int, variable, variablesOf, WILDCARD } from '../../ir/expression.ts';
import type { Relation } from '../../ir/program.ts';
import type { Column } from '../../ir/type.ts';
import {
  any,
  atom,
  binary,
  count,
  greatest,
  holds,
  is,
  kept,
  lacks,
  next,
  now,
  plain,
  tell,
  variables,
} from '../clauses.ts';
import type { Fresh } from '../rule.ts';
import type { Crossing, KeyedSend } from './construct.ts';
import { BATCH, type Names, relation } from './names.ts';

const [b, c] = [variable('b'), variable('c')];

/** What moved clauses derive for the other part, with the stream that it belongs to. */
export function news(crossings: readonly Crossing[], names: Names): readonly Clause[] {
  return crossings.flatMap(({ clauses }, at) =>
    clauses.map(({ clause, key }, index): Clause => {
      const name = names.crossings[at]?.news ?? '';
      const args = [...key.map(plain), ...clause.head.args];
      return {
        ...clause,
        id: `${name}${index + 1}`,
        head: { ...clause.head, relation: name, args },
      };
    }),
  );
}

/** The news of a tick as a batch of their stream: its facts, and how many they are. */
export function sendsBatches(names: Names): readonly Clause[] {
  const { crossings, crosses, opens, open, closed, alive, last, waits, batch, taken } = names;
  const k = variables(names.key);
  const over = crossings.length > 1 ? atom(crosses, k) : null;
  const perCrossing = crossings.flatMap((own, at): readonly Clause[] => {
    const x = variables(own.columns);
    return [
      now(crosses, k, [holds(own.news, [...k, ...any(x)])], `${crosses}${at + 1}`),
      now(own.count, [...k, count(x, over)], [holds(own.news, [...k, ...x])]),
      tell(own.sent, [...k, b, ...x], [holds(opens, [...k, b]), holds(own.news, [...k, ...x])]),
    ];
  });
  const sizes = crossings.map((_, at) => variable(`n${at + 1}`));
  const counted = crossings.map((own, at) => holds(own.count, [...k, sizes[at] ?? WILDCARD]));
  return [
    ...perCrossing,
    now(opens, [...k, int(0)], [holds(crosses, k), lacks(last, [...k, WILDCARD])], `${opens}1`),
    now(
      opens,
      [...k, binary(b, '+', int(1))],
      [holds(crosses, k), holds(last, [...k, b])],
      `${opens}2`,
    ),
    tell(batch, [...k, b, ...sizes], [holds(opens, [...k, b]), ...counted]),
    next(open, [...k, b], [holds(opens, [...k, b])]),
    kept(open, [...k, b], lacks(closed, [...k, b])),
    now(
      closed,
      [...k, b],
      [holds(open, [...k, b]), holds(taken, [...k, c]), is(binary(b, '<=', c))],
    ),
    now(alive, [...k, b], [holds(open, [...k, b]), lacks(closed, [...k, b])]),
    now(last, [...k, greatest([b])], [holds(alive, [...k, b])]),
    now(waits, [...k, b], [holds(opens, [...k, b])], `${waits}1`),
    now(waits, [...k, b], [holds(last, [...k, b]), lacks(crosses, k)], `${waits}2`),
  ];
}

export interface Held {
  readonly relation: Relation;
  readonly clauses: readonly Clause[];
}

/** What a tick sends while a batch of its stream isn't taken waits for the last of them, its own included. */
export function heldBack(
  { clause, key, columns, address }: KeyedSend,
  { waits, closed, key: keyNames }: Names,
  keyColumns: readonly Column[],
  fresh: Fresh,
): Held {
  const { head, body } = clause;
  const name = fresh(`${head.relation}Held`);
  const used = new Set([...body.flatMap(variablesIn), ...key.flatMap(variablesOf)]);
  const number = variable(unusedName('b', used));
  const to = head.destination ?? int(0);
  const k = variables(keyNames);
  const y = columns.map((_, at) => variable(`y${at + 1}`));
  const held = [...k, b, variable('to'), ...y];
  const over = holds(closed, [...k, b]);
  return {
    relation: relation(name, [...keyColumns, BATCH, { name: 'to', type: address }, ...columns]),
    clauses: [
      { ...clause, body: [...body, lacks(waits, [...key, WILDCARD])] },
      next(name, [...key, number, to, ...head.args], [...body, holds(waits, [...key, number])]),
      kept(name, held, lacks(closed, [...k, b])),
      {
        id: `${name}Sent`,
        kind: 'send',
        head: { ...head, args: y.map(plain), destination: variable('to') },
        body: [holds(name, held), over],
        written: 'clause',
      },
    ],
  };
}

/** Moved clauses that read what crosses read it where it is derived. */
export function readsNews(
  clause: Clause,
  news: ReadonlyMap<string, string>,
  keyLength: number,
): Clause {
  const isNews = (literal: Literal): boolean => news.has(atomOf(literal)?.relation ?? '');
  if (!clause.body.some(isNews)) return clause;
  const blank: readonly Expression[] = Array.from({ length: keyLength }, () => WILDCARD);
  const body = clause.body.map((literal): Literal => {
    if (literal.kind === 'condition' || literal.kind === 'bind') return literal;
    const copy = news.get(literal.atom.relation);
    if (copy === undefined) return literal;
    return { ...literal, atom: atom(copy, [...blank, ...literal.atom.args]) };
  });
  return { ...clause, body };
}

function variablesIn(literal: Literal): readonly string[] {
  switch (literal.kind) {
    case 'condition':
      return variablesOf(literal.expression);
    case 'bind':
      return [literal.variable, ...variablesOf(literal.value)];
    default:
      return literal.atom.args.flatMap(variablesOf);
  }
}
