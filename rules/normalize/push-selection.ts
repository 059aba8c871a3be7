import { boundedSelection } from '../../src/rewrite/bounded/selection.ts';
import {
  readAsPresent,
  readerStutters,
  senderDecides,
  unwatched,
} from '../../src/rewrite/normal/conditions.ts';
import { readersAsk, senderKeepsBack } from '../../src/rewrite/normal/lemmas.ts';
import { selections } from '../../src/rewrite/normal/select.ts';
import { type ProgramRule, programRule } from '../../src/rewrite/rule.ts';

const program = ({
  copy = 'copy@n(c, x) :~ put(c, x), store(n)',
  reads = 'big@c(x) :~ copy(c, x), x > 1',
  also = '',
  invariant = '',
}): string => `
role client external
role server {
  ${copy}
}
role store {
  relation many(n: int)
  ${reads}
  ${also}
}
channel put(c: client, x: int): client -> server
channel ask(c: client): client -> store
channel copy(c: client, x: int): server -> store
channel big(x: int): store -> client
${invariant}
`;

/**
 * A condition that every reader of a channel asks moves to its senders: of `big@c(x) :~ copy(c, x), x > 1` the
 * sender knows before it sends that `x` is too small.
 *
 * One reader that takes every message is enough to need them all: `sum@c(n) :~ ask(c), !copy(_, _)` sees copy(1), and
 * so does a role that counts its ticks. A head that folds, `copy@n(k, count<x>)`, has no value to test in its body.
 */
export const pushSelection: ProgramRule = programRule({
  name: 'normalize/push-selection',
  cites: [],
  theorem:
    'a message of which no clause makes anything leaves its reader as an empty tick does, so a history without it is one with it, taken in a tick of its own',
  choose: selections,
  where: [unwatched, readAsPresent, senderDecides, readerStutters, readersAsk, senderKeepsBack],
  bounded: boundedSelection,
  // The sender's clause is made by adding the condition: `sends-what-is-asked` declines nothing while that is right.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ invariant: 'invariant told: put(_, x) => copy(_, x)' }),
        role: 'server',
        condition: 'unwatched',
      },
      {
        program: program({ also: 'big@c(0) :~ ask(c), !copy(_, 2)' }),
        role: 'server',
        condition: 'read-as-present',
      },
      {
        program: program({ copy: 'copy@n(c, max<x>) :~ put(c, x), store(n)' }),
        role: 'server',
        condition: 'sender-decides',
      },
      {
        program: program({
          also: 'init many(0)  many(n + 1) :+ many(n)  big@c(n) :~ ask(c), many(n)',
        }),
        role: 'server',
        condition: 'stutter-insensitive',
      },
      {
        program: program({ also: 'big@c(0) :~ copy(c, x), x < 1' }),
        role: 'server',
        condition: 'every-reader-asks',
      },
    ],
  },
});
