import { boundedCoHashing } from '../../src/rewrite/bounded/co-hashing.ts';
import { keepsOrder, messagesCarryKey, stutters } from '../../src/rewrite/conditions.ts';
import { coHashLemma, keyedInputs } from '../../src/rewrite/lemmas.ts';
import { policies } from '../../src/rewrite/policies.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = ({ state = '', sent = 'k, x', also = '', flags = '', answers = '' }): string => `
role client external
role front {
  put@s(c, k, x) :~ write(c, k, x), server(s)
  get@s(c, k) :~ read(c, k), server(s)
}
role server {
  relation cell(k: int, x: int)
  cell(k, x) :- put(_, k, x)
  persist cell
  ${state}
  answer@c(${sent}) :~ get(c, k), cell(k, x)
  ${also}
}
channel write(c: client, k: int, x: int): client -> front
channel read(c: client, k: int): client -> front
channel put(c: client, k: int, x: int): front -> server ${flags}
channel get(c: client, k: int): front -> server
channel answer(k: int, x: int): server -> client ${answers}
`;

/**
 * Spreads the facts of a part over processes by a key, so that facts that meet stay together.
 *
 * Facts meet in joins, antijoins and groups, and in the head of a clause whose relation stays. A fact
 * without a key (a timer's firing, an initial fact, a keyless count) would have to be everywhere at once.
 * With a wrong key two facts that derive something together are on different processes, and it is lost.
 */
export const partitionCoHashing: RefinementRule = refinement({
  name: 'partition/co-hashing',
  cites: [1],
  theorem:
    'when all facts of every proof tree live on one process, each process derives what the whole derives from its share, and the shares of stutter-insensitive parts interleave freely (technical report, B.1)',
  choose: policies,
  where: [keyedInputs, stutters, keepsOrder, messagesCarryKey, coHashLemma],
  bounded: boundedCoHashing,
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({
          also: 'timer beat every 100  answer@c(0, x) :~ beat(), cell(_, x), client(c)',
        }),
        role: 'server',
        condition: 'keyed-inputs',
      },
      {
        program: program({ state: 'cell(k, x + 1) :+ cell(k, x)' }),
        role: 'server',
        condition: 'stutter-insensitive',
      },
      { program: program({ flags: 'ordered' }), role: 'server', condition: 'keeps-order' },
      {
        program: program({ sent: '0, x', answers: 'bag' }),
        role: 'server',
        condition: 'messages-carry-key',
      },
      {
        program: program({ also: 'answer@c(0, 0) :~ get(c, j), cell(k, _), j < k' }),
        role: 'server',
        condition: 'co-hashing',
      },
    ],
  },
});
