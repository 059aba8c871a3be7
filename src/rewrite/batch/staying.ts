/** The staying part of a batched cut: it takes whole batches, one a tick, each stream in its order. */

import type { Clause } from '../../ir/clause.ts';
import { type Expression, variable, WILDCARD } from '../../ir/expression.ts';
import {
  any,
  atom,
  binary,
  count,
  holds,
  is,
  kept,
  lacks,
  least,
  now,
  tell,
  variables,
} from '../clauses.ts';
import type { Crossing } from './construct.ts';
import type { Names } from './names.ts';

const [b, c] = [variable('b'), variable('c')];

/**
 * A batch is taken in a tick that something arrived in, never in the ticks that follow it: a node settles before it
 * takes a batch of messages, and so it does between two of these. When another one is whole, a turn is sent for it.
 */
export function takesBatches(crossings: readonly Crossing[], names: Names): readonly Clause[] {
  const { batch, taken, turn, size, first, whole, arrives, taking } = names;
  const k = variables(names.key);
  const j = variables(names.other);
  const sizes = names.crossings.map((_, at) => variable(`n${at + 1}`));
  const sized = [...k, b, ...sizes];
  const over = crossings.length > 1 ? atom(size, [...k, b, ...any(sizes)]) : null;
  const perCrossing = crossings.flatMap(({ relation }, at): readonly Clause[] => {
    const own = names.crossings[at];
    if (own === undefined) return [];
    const x = variables(own.columns);
    const fact = [...k, b, ...x];
    return [
      now(own.got, fact, [holds(own.sent, fact)]),
      kept(own.got, fact, lacks(taking, [...k, b])),
      now(own.have, [...k, b, count(x, over)], [holds(own.got, fact)]),
      now(relation.name, x, [holds(taking, [...k, b]), holds(own.got, fact)], `${own.got}Taken`),
      now(arrives, [], [holds(own.sent, any(fact))], `${arrives}${at + 3}`),
    ];
  });
  const counted = names.crossings.map((own, at) =>
    holds(own.have, [...k, b, sizes[at] ?? WILDCARD]),
  );
  return [
    ...perCrossing,
    now(size, sized, [holds(batch, sized)]),
    kept(size, sized, lacks(taking, [...k, b])),
    now(first, [...k, least([b])], [holds(size, [...k, b, ...any(sizes)])]),
    now(whole, [...k, b], [holds(size, sized), ...counted]),
    now(arrives, [], [holds(batch, any(sized))], `${arrives}1`),
    now(arrives, [], [holds(turn, [])], `${arrives}2`),
    now(
      taking,
      [least([...k, b])],
      [holds(arrives, []), holds(first, [...k, b]), holds(whole, [...k, b])],
    ),
    tell(taken, [...k, b], [holds(taking, [...k, b])]),
    tell(
      turn,
      [],
      [holds(taking, [...k, b]), holds(whole, [...j, c]), is(differ([...k, b], [...j, c]))],
    ),
  ];
}

function differ(left: readonly Expression[], right: readonly Expression[]): Expression {
  return left
    .map((each, at) => binary(each, '!=', right[at] ?? each))
    .reduce((one, other) => binary(one, '||', other));
}
