import { boundedSendOnce } from '../../src/rewrite/bounded/send-once.ts';
import { repetitions } from '../../src/rewrite/normal/dedupe.ts';
import {
  nothingLost,
  plainColumns,
  repeatsOften,
  repeatsUnseen,
  restartsTogether,
  toldBefore,
} from '../../src/rewrite/normal/dedupe-conditions.ts';
import { type ProgramRule, programRule } from '../../src/rewrite/rule.ts';

const program = ({
  of = 'of server',
  to = 'me',
  type = 'int',
  flags = 'reliable',
  held = 'held(x) :- copy(x)  persist held',
  answer = 'old@c(x) :~ ask(c), held(x)',
}): string => `
role client external
role server {
  relation seen(x: int)
  seen(x) :- put(_, x)
  persist seen
  ask@${to === 'me' ? 'me' : 'n'}(c) :~ get(c, _)${to === 'me' ? '' : ', store(n)'}
  copy@${to}(x) :~ get(_, _), seen(x)${to === 'me' ? '' : ', store(n)'}
}
role store ${of} {
  relation held(x: ${type})
  relation total(n: int)
  ${held}
  ${answer}
}
channel put(c: client, x: int): client -> server
channel get(c: client, x: int): client -> server
channel ask(c: client): server -> store reliable
channel copy(x: ${type}): server -> store ${flags}
channel old(x: int): store -> client
`;

/**
 * A clause that tells another part of its member the same with every event, since it is derived of what the member keeps,
 * tells it once.
 *
 * On a channel that loses messages, what is sent again is what arrives. A reader of another member may restart and
 * forget, and would be told nothing more: the original tells it again with the next event (soundness.md, 2 and 8). A
 * reader that counts, `total(n + 1) :+ total(n), copy(_)`, counts repetitions.
 */
export const sendOnce: ProgramRule = programRule({
  name: 'normalize/send-once',
  cites: [],
  theorem:
    'a reader that keeps what it got for ever, and restarts with its sender, makes nothing of getting it again',
  choose: repetitions,
  where: [nothingLost, restartsTogether, plainColumns, repeatsUnseen, repeatsOften, toldBefore],
  bounded: boundedSendOnce,
  // `repeats-often` is about cost: it needs a run, and the tests of whole compiles show it. The clauses are made with
  // the rewrite: `told-before` declines nothing while that is right.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      { program: program({ flags: 'lossy' }), role: 'server', condition: 'nothing-lost' },
      {
        program: program({ of: '', to: 'n' }),
        role: 'server',
        condition: 'restarts-together',
      },
      {
        program: program({ type: 'max<int>' }),
        role: 'server',
        condition: 'plain-columns',
      },
      {
        program: program({
          held: 'init total(0)  total(n + 1) :+ total(n), copy(_)  total(n) :+ total(n), !copy(_)',
          answer: 'old@c(n) :~ ask(c), total(n)  old@c(x) :~ ask(c), held(x)',
        }),
        role: 'server',
        condition: 'repeats-harmless',
      },
    ],
  },
});
