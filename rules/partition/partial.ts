import { boundedPartial } from '../../src/rewrite/bounded/partial.ts';
import { redirectable, stutters } from '../../src/rewrite/conditions.ts';
import {
  coHashed,
  keepsOrder,
  keyedInputs,
  mayBeLost,
  messagesCarryKey,
  replicatedAlike,
  restoredAlike,
  sumsAddUp,
} from '../../src/rewrite/partial/conditions.ts';
import { coordinatedCuts } from '../../src/rewrite/partial/cuts.ts';
import { type Examples, type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = (changes: Readonly<Record<string, string>>): string =>
  Object.entries(changes).reduce(
    (text, [from, to]) => text.replace(from, to),
    `
role client external
role front {
  raise@s(c, n) :~ up(c, n), server(s)
  put@s(c, k, n) :~ write(c, k, n), server(s)
}
role server {
  durable relation raised(n: int)
  relation top(n: int)
  relation cell(k: int)
  relation size(s: int, c: client, n: int)
  init raised(0)
  raised(n) :- raise(_, n)
  persist raised
  top(max<n>) :- raised(n)
  level@c(m) :~ raise(c, _), top(m)
  cell(k) :- put(_, k, n), top(n)
  persist cell
  done@c(k, n) :~ put(c, k, n), top(n)
  refused@c(k, m) :~ put(c, k, n), top(m), n < m
  size(count<k> default 0 over raise(c, n), c, n) :- raise(c, n), cell(k)
  total@c(s, m) :~ size(s, c, _), top(m)
}
channel up(c: client, n: int): client -> front
channel write(c: client, k: int, n: int): client -> front
channel raise(c: client, n: int): front -> server
channel put(c: client, k: int, n: int): front -> server
channel level(m: int): server -> client
channel done(k: int, n: int): server -> client
channel refused(k: int, m: int): server -> client
channel total(s: int, m: int): server -> client
`,
  );

const declined = (condition: string, changes: Readonly<Record<string, string>>): Declined => {
  return { program: program(changes), role: 'server', condition };
};
type Declined = Examples['declines'][number];

/**
 * Spreads by a key what has one, and gives every process a copy of what has none: a ballot beside a log.
 *
 * What some channels alone decide (*orders*: a promise, a watermark) is replicated; a coordinator, which keeps the
 * address, takes them in turns. It locks all processes, whose inputs then wait; when all have said so it takes the orders
 * and hands them on; each process takes them in a tick of its own, and lets its inputs in again. So a turn is one
 * tick of the whole: nobody who saw it at one process can reach another that hasn't had it. The first tick after every start
 * is a turn as well, which hands on what is initial or on disk: no process starts before it, none waits for an order.
 * If the coordinator dies half-way, so does its member, and the next incarnation begins with such a turn.
 * An aggregate over facts of all processes is added up by the coordinator from their shares of one turn (a seal).
 *
 * Without the lock a client that was told of a higher ballot could still get a vote for a lower one, from a process that
 * hasn't heard of it; a process that sent its own share for the whole would make a new leader forget what others hold.
 * The published mechanism replicates inputs as well, but lets a process take them with what has waited: a message that was
 * sent because of the turn would count as if it had come with it.
 */
export const partitionPartial: RefinementRule = refinement({
  name: 'partition/partial',
  cites: [1],
  theorem:
    'a turn of all processes is one tick of the whole with its orders and nothing else, since all are locked; between turns what is replicated rests, and shares of the rest interleave as under co-hashing (technical report, B.3 and B.4, with a turn of its own in the place of merging with what has waited)',
  choose: coordinatedCuts,
  where: [
    redirectable,
    keyedInputs,
    replicatedAlike,
    stutters,
    keepsOrder,
    messagesCarryKey,
    sumsAddUp,
    mayBeLost,
    restoredAlike,
    coHashed,
  ],
  bounded: boundedPartial,
  // What the rule proposes has policies that a search found: `keyed-inputs` and `co-hashing` confirm them.
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      declined('redirectable', {
        '  put@s(c, k, n) :~ write(c, k, n), server(s)\n': '',
        'front -> server\nchannel level': 'client -> server\nchannel level',
      }),
      declined('replicated-alike', {
        'top(max': 'timer beat every 9  raised(9) :- beat()  top(max',
      }),
      declined('stutter-insensitive', { 'persist raised': 'raised(n + 1) :+ raised(n)' }),
      declined('keeps-order', { 'server\nchannel level': 'server ordered\nchannel level' }),
      declined('messages-carry-key', {
        'done@c(k, n)': 'done@c(0, n)',
        'client\nchannel refused': 'client bag\nchannel refused',
      }),
      declined('sums-add-up', { 'count<k>': 'sum<n>' }),
      declined('may-be-lost', { 'total(s: int, m: int): server -> client': '$& reliable' }),
      declined('restored-alike', {
        'relation cell': 'durable relation cell',
        'persist cell': 'cell(k) :- raise(_, n), cell(k)  persist cell',
      }),
    ],
  },
});
