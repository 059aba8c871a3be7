import { boundedDependencies } from '../../src/rewrite/bounded/dependencies.ts';
import { keepsOrder, messagesCarryKey, stutters } from '../../src/rewrite/conditions.ts';
import { dependencyLemma, totalKeys } from '../../src/rewrite/dependency-lemma.ts';
import { keyedInputs } from '../../src/rewrite/lemmas.ts';
import { functionsOfColumns } from '../../src/rewrite/policies.ts';
import { type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = ({
  group = 'hash(x)',
  also = '',
  sent = 'k, x',
  flags = '',
  answers = '',
}): string => `
role client external
role front {
  put@s(c, k, x) :~ write(c, k, x), server(s)
  ask@s(c, k) :~ read(c, k), server(s)
}
role server {
  relation cell(k: int, x: int)
  cell(${group}, x) :- put(_, _, x)
  persist cell
  stored@c(x) :~ put(c, _, x)
  answer@c(${sent}) :~ ask(c, k), cell(k, x)
  ${also}
}
channel write(c: client, k: int, x: int): client -> front
channel read(c: client, k: int): client -> front
channel put(c: client, k: int, x: int): front -> server ${flags}
channel ask(c: client, k: int): front -> server
channel stored(x: int): server -> client
channel answer(k: int, x: int): server -> client ${answers}
`;

/**
 * Spreads the facts of a part over processes by what functions and arithmetic of the program make of their columns.
 *
 * `cell(hash(x), x) :- put(x)` meets `ask(k)` on the hash, which no column of `put` is: put goes to the process of hash(x), and
 * whoever sends it applies the function. Which functions a relation has is found by variable sharing, by
 * inheritance over the clauses that derive it, and through functions and their declared dependencies (technical
 * report, B.2); facts that meet must have equal values, and what is said of columns is proved of every clause.
 * A function that isn't one everywhere, or is another one, sends what derives something together to two processes;
 * one without a value for some message sends it nowhere, with all that other clauses make of it.
 */
export const partitionDependencies: RefinementRule = refinement({
  name: 'partition/dependencies',
  cites: [1],
  theorem:
    'when the functions of all facts of every proof tree have one value, and each function has one for every message, facts live where those that they meet do, and each process derives what the whole derives from its share (technical report, B.2)',
  choose: functionsOfColumns,
  where: [keyedInputs, stutters, keepsOrder, messagesCarryKey, totalKeys, dependencyLemma],
  bounded: boundedDependencies,
  examples: {
    fires: [
      { program: program({}), role: 'server' },
      { program: program({ group: 'x / 10' }), role: 'server' },
    ],
    declines: [
      {
        program: program({
          also: 'timer beat every 100  answer@c(0, x) :~ beat(), cell(_, x), client(c)',
        }),
        role: 'server',
        condition: 'keyed-inputs',
      },
      {
        program: program({ also: 'cell(k, x + 1) :+ cell(k, x)' }),
        role: 'server',
        condition: 'stutter-insensitive',
      },
      { program: program({ flags: 'ordered' }), role: 'server', condition: 'keeps-order' },
      {
        program: program({ sent: '0, 0', answers: 'bag' }),
        role: 'server',
        condition: 'messages-carry-key',
      },
      {
        program: program({ group: 'x / k', also: '' }).replace(
          'put(_, _, x)\n',
          'put(_, k, x), k > 0\n',
        ),
        role: 'server',
        condition: 'total-keys',
      },
      {
        program: program({ also: 'answer@c(k, 0) :~ ask(c, k), put(_, _, x), x == k' }),
        role: 'server',
        condition: 'dependencies',
      },
    ],
  },
});
