import { boundedProjection } from '../../src/rewrite/bounded/projection.ts';
import {
  keepsGroups,
  keepsSpread,
  notOrdered,
  notRouted,
  oneMessageEach,
  unwatched,
} from '../../src/rewrite/normal/conditions.ts';
import { columnUnread } from '../../src/rewrite/normal/lemmas.ts';
import { projections } from '../../src/rewrite/normal/project.ts';
import { type ProgramRule, programRule } from '../../src/rewrite/rule.ts';

const program = ({
  copy = 'copy@n(c, x, y) :~ put(c, x), store(n), y = hash(x)',
  flags = 'reliable',
  column = 'int',
  parts = '',
  invariant = '',
}): string => `
role client external
role server {
  relation seen(c: client, x: int)
  seen(c, x) :- put(c, x)
  persist seen
  ${copy}
}
role store ${parts === '' ? '' : 'parts 2'} {
  relation total(n: int)
  got@c(x) :~ copy(c, x, _)
}
channel put(c: client, x: int): client -> server
channel copy(c: client, x: int, y: ${column}): server -> store ${flags} ${parts}
channel got(x: int): store -> client reliable bag
${invariant}
`;

/**
 * A column that no clause reads isn't sent.
 *
 * Messages that differ in it alone become one. Where both were sent because each was news, the second isn't any
 * more: `copy@n(c, 0, x) :~ seen(c, x), store(n)` with seen(c, 1) and then seen(c, 2) would send copy(c, 0) once, and
 * a reader that counts would see it. A column that says where a message goes, or by which facts are folded, is read.
 */
export const pushProjection: ProgramRule = programRule({
  name: 'normalize/push-projection',
  cites: [],
  theorem:
    'readers take the same bindings from messages without the column; messages that become one are sent in one tick and could have been taken in one',
  choose: projections,
  where: [unwatched, notRouted, keepsGroups, notOrdered, oneMessageEach, keepsSpread, columnUnread],
  bounded: boundedProjection,
  // `keeps-spread` is about cost: it needs a run, and the tests of whole compiles show it. Proposals are made for
  // columns that stand as `_` in every reader, so `column-unread` declines nothing while that is right.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ invariant: 'invariant hashed: copy(_, x, y) => y == hash(x)' }),
        role: 'server',
        condition: 'unwatched',
      },
      {
        program: program({ parts: 'by (y)' }),
        role: 'server',
        condition: 'not-routed',
      },
      {
        program: program({ copy: 'copy@n(c, min<x>, y) :~ put(c, x), store(n), y = hash(x)' }),
        role: 'server',
        condition: 'keeps-groups',
      },
      {
        program: program({ flags: 'reliable ordered' }),
        role: 'server',
        condition: 'keeps-order',
      },
      {
        program: program({ copy: 'copy@n(c, 0, x) :~ seen(c, x), store(n)' }),
        role: 'server',
        condition: 'one-message-each',
      },
    ],
  },
});
