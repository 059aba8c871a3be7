import {
  mayBeHeldBack,
  moveIndependent,
  newsOfInputs,
  nothingOnDisk,
} from '../../src/rewrite/batch/conditions.ts';
import {
  coHashed,
  keepsOrder,
  keyedInputs,
  mayBeLost,
  messagesCarryKey,
  newsOfOneKey,
  replicatedAlike,
  stutters,
} from '../../src/rewrite/batch/keyed-conditions.ts';
import { keyedCuts } from '../../src/rewrite/batch/keyed-cuts.ts';
import { boundedAsymmetricPartitioned } from '../../src/rewrite/bounded/asymmetric-partitioned.ts';
import { redirectable } from '../../src/rewrite/conditions.ts';
import { type Examples, type RefinementRule, refinement } from '../../src/rewrite/rule.ts';

const program = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries(changes).reduce(
    (text, [from, to]) => text.replace(from, to),
    `
role client external
role front {
  report@s(c, k, x) :~ vote(c, k, x), server(s)
  raise@s(c, n) :~ up(c, n), server(s)
}
role server {
  relation alarm(k: int)
  relation raised(k: int)
  relation seen(k: int, x: int)
  relation ranks(n: int)
  alarm(k) :- report(_, k, x), x > 1
  seen(k, x) :- report(_, k, x)  persist seen
  ranks(n) :- raise(_, n)  persist ranks
  level@c(n) :~ raise(c, n)
  told@c(k, x) :~ report(c, k, x)
  again@c(k, y) :~ report(c, k, x), seen(k, y), ranks(y), y < x
  raised(k) :- alarm(k)  persist raised
  state@c(k) :~ ask(c), raised(k)
}
channel vote(c: client, k: int, x: int): client -> front
channel up(c: client, n: int): client -> front
channel report(c: client, k: int, x: int): front -> server
channel raise(c: client, n: int): front -> server
channel ask(c: client): client -> server
channel told(k: int, x: int): server -> client
channel again(k: int, y: int): server -> client
channel level(n: int): server -> client
channel state(k: int): server -> client
`,
  );

const sink = `
role sink { relation total(n: int)  total(1) :+ note(_), !total(_)  total(2) :+ note(_), total(1) }
channel note(x: int): server -> sink lossy
`;

const declined = (condition: string, changes: Readonly<Record<string, string>>): Declined => {
  return { program: program(changes), role: 'server', condition };
};
type Declined = Examples['declines'][number];

/**
 * Moves clauses that the rest listens to, and that listen to nothing of the rest, to several processes, by a key.
 *
 * What a tick tells the rest of one key is a batch of that key's own stream; the staying part takes whole batches, those
 * of one key in order, and what is sent of a key waits for the batches of that key alone: keys have nothing in common.
 *
 * What has no key is read by all processes. Such messages are orders, as in `partition/partial`, and the staying part is
 * the coordinator: it locks the processes, and each answers when all that it has told was taken. If it answered at once, a
 * client that has seen the order could ask the rest, which lacks a batch from before it, and then get what was said before
 * the order. Nor may an order make news: that of `alarm(k) :- raise(_, n), seen(k, n)` would be taken key by key.
 */
export const decoupleAsymmetricPartitioned: RefinementRule = refinement({
  name: 'decouple/asymmetric-partitioned',
  cites: [1],
  theorem:
    'ticks of a key, each placed where the last batch of that key so far was taken, turns of all processes, at which no batch is under way, and ticks of the staying part are a run of the whole: keys share nothing but the orders, so each is a moved part of its own between two turns (technical report, A.5 and B.3, which have one stream)',
  choose: keyedCuts,
  where: [
    redirectable,
    moveIndependent,
    mayBeHeldBack,
    nothingOnDisk,
    keyedInputs,
    replicatedAlike,
    stutters,
    keepsOrder,
    messagesCarryKey,
    mayBeLost,
    newsOfInputs,
    newsOfOneKey,
    coHashed,
  ],
  bounded: boundedAsymmetricPartitioned,
  // What the rule proposes to move is closed, with keys that a search found: `independent(move, stay)`, `keyed-inputs` and
  // `co-hashing` confirm both.
  examples: {
    fires: [{ program: program(), role: 'server' }],
    declines: [
      declined('redirectable', {
        '  report@s(c, k, x) :~ vote(c, k, x), server(s)\n': '',
        'front -> server\nchannel raise': 'client -> server\nchannel raise',
      }),
      declined('may-be-held-back', { 'again(k: int, y: int): server -> client': '$& ordered' }),
      declined('nothing-on-disk', { 'relation seen': 'durable relation seen' }),
      declined('replicated-alike', {
        'ranks(n) :- raise': 'timer beat every 9  ranks(9) :- beat()  $&',
      }),
      declined('stutter-insensitive', { 'persist ranks': '$&  ranks(n + 1) :+ ranks(n)' }),
      declined('keeps-order', {
        'front -> server\nchannel ask': 'front -> server ordered\nchannel ask',
      }),
      declined('messages-carry-key', {
        'told@c': 'note@s(0) :~ report(_, _, _), sink(s)  told@c',
        'channel vote': `${sink}$&`,
      }),
      declined('may-be-lost', { 'level@c(n) :~': 'told@c(0, n) :~ raise(c, n)  $&' }),
      declined('existence', {
        'told@c(k, x) :~ report(c, k, x)': 'told@s(k, x) :~ seen(k, x), client(s)',
      }),
      declined('news-of-one-key', { 'alarm(k) :-': 'alarm(k) :- raise(_, n), seen(k, n)  $&' }),
    ],
  },
});
