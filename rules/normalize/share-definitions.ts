import { boundedSharing } from '../../src/rewrite/bounded/sharing.ts';
import { twins } from '../../src/rewrite/normal/share.ts';
import {
  keptAlike,
  sameDefinition,
  twinUnwatched,
} from '../../src/rewrite/normal/share-conditions.ts';
import { type ProgramRule, programRule } from '../../src/rewrite/rule.ts';

const program = ({ durable = '', invariant = '', other = 'count<y>' }): string => `
role client external
role server {
  ${durable} relation seen(x: int)
  relation known(z: int)
  relation size(n: int)
  relation much(n: int)
  seen(x) :- put(_, x)
  seen(x) :+ seen(x)
  known(z) :- put(_, z)
  known(z) :+ known(z)
  size(count<x>) :- seen(x)
  much(${other}) :- known(y)
  old@c(x) :~ get(c, x), seen(x), size(n), n > 0
  new@c(n) :~ get(c, _), much(n)
}
channel put(c: client, x: int): client -> server
channel get(c: client, x: int): client -> server
channel old(x: int): server -> client
channel new(n: int): server -> client
${invariant}
`;

/**
 * Two relations of a role that are derived in the same way, up to the names of variables and of the relations
 * themselves, are one: it is derived once, and its readers share it. The other way round, from one relation to its
 * derivation at each reader, is `normalize/fuse-clauses`.
 *
 * One on disk and one in memory differ after a restart, and `stable known` has no meaning without the disk. Two that
 * wait for time-outs may well get theirs in one tick, so that they always do is a choice among what may happen.
 */
export const shareDefinitions: ProgramRule = programRule({
  name: 'normalize/share-definitions',
  cites: [],
  theorem:
    'by induction over ticks and strata: relations with equal definitions, which start alike, hold the same facts in every tick',
  choose: twins,
  where: [twinUnwatched, keptAlike, sameDefinition],
  bounded: boundedSharing,
  // Proposals are made for definitions that have one text: `same-definition` declines nothing while that is right.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ invariant: 'invariant got: known(z) => put(_, z)', other: 'min<y>' }),
        role: 'server',
        condition: 'unwatched',
      },
      {
        program: program({ durable: 'durable', other: 'min<y>' }),
        role: 'server',
        condition: 'kept-alike',
      },
    ],
  },
});
