/** Partitionings with one condition left out: `planted-rule-cases.ts` has the other rules. */
import type { PlantedRule } from './planted-rule.ts';

const shards = (server: string, put = ''): string => `
role client external
role front {
  put@s(c, k, x) :~ write(c, k, x), server(s)
  get@s(c, k) :~ read(c, k), server(s)
  written@c(k) :~ write(c, k, x)
}
role server {
  relation cell(k: int, x: int, c: client)
  relation level(k: int, n: int)
  relation made(k: int)
  relation flip(k: int)
  ${server}
}
role sink {
  relation total(n: int)
  init total(0)
  total(n + 1) :+ total(n), note(_)
  total(n) :+ total(n), !note(_)
  sum@c(n) :~ ask(c), total(n)
}
channel write(c: client, k: int, x: int): client -> front reliable
channel read(c: client, k: int): client -> front reliable
channel ask(c: client): client -> sink reliable
channel put(c: client, k: int, x: int): front -> server reliable ${put}
channel get(c: client, k: int): front -> server reliable
channel written(k: int): front -> client
channel stored(k: int): server -> client
channel cleared(k: int): server -> client
channel answer(k: int, x: int): server -> client
channel note(x: int): server -> sink reliable
channel sum(n: int): sink -> client
`;

const cells = 'cell(k, x, c) :- put(c, k, x)  stored@c(k) :~ put(c, k, _)';

const halved = 'cell(k / 2, x, c) :- put(c, k, x)  stored@c(k) :~ put(c, k, _)';

export const plantedPartitions: readonly PlantedRule[] = [
  {
    rule: 'partition/co-hashing',
    without: 'keyed-inputs',
    program: shards(
      `${cells}  timer t every 100  cell(k, x, c) :+ cell(k, x, c), !t()  cleared@c(k) :~ t(), cell(k, _, c)  answer@c(k, x) :~ get(c, k), cell(k, x, _)`,
    ),
    commands: ['write(0, 1, 1)', 'write(0, 2, 1)', 'read(0, 2)'],
    scope: { firings: 1 },
    outcome: 'violated',
  },
  {
    rule: 'partition/co-hashing',
    without: 'stutter-insensitive',
    program: shards(
      `stored@c(k) :~ put(c, k, _)  made(k) :- put(_, k, _)  persist made
  flip(k) :+ made(k), !flip(k)  level(k, 0) :+ put(_, k, _)
  level(k, n + 1) :+ level(k, n), n < 2  level(k, n) :+ level(k, n), n >= 2
  answer@c(k, n) :~ get(c, k), level(k, n)`,
    ),
    commands: ['write(0, 1, 1)', 'write(0, 2, 1)', 'read(0, 1)', 'read(0, 2)'],
    scope: { firings: 3 },
    outcome: 'violated',
  },
  {
    rule: 'partition/co-hashing',
    without: 'keeps-order',
    program: shards(
      `${cells}  persist cell  answer@c(k, 0) :~ get(c, k), !cell(k, _, _)`,
      'ordered',
    ),
    commands: ['write(0, 1, 1)', 'write(0, 2, 1)', 'read(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/co-hashing',
    without: 'messages-carry-key',
    program: shards(
      `${cells}  persist cell  note@s(x) :~ cell(_, x, _), sink(s)  answer@c(k, 0) :~ get(c, k), !cell(k, _, _)`,
    ),
    commands: ['write(0, 1, 5)', 'write(0, 2, 5)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/co-hashing',
    without: 'co-hashing',
    program: shards(`${cells}  persist cell  answer@c(0, 0) :~ get(c, j), cell(k, _, _), j < k`),
    commands: ['write(0, 2, 1)', 'read(0, 1)'],
    outcome: 'stalls',
  },
  {
    rule: 'partition/dependencies',
    without: 'keyed-inputs',
    program: shards(
      `${halved}  timer t every 100  cell(k, x, c) :+ cell(k, x, c), !t()  cleared@c(k) :~ t(), cell(k, _, c)  answer@c(k, x) :~ get(c, k), cell(k, x, _)`,
    ),
    commands: ['write(0, 2, 1)', 'write(0, 4, 1)', 'read(0, 2)'],
    scope: { firings: 1 },
    outcome: 'violated',
  },
  {
    rule: 'partition/dependencies',
    without: 'stutter-insensitive',
    program: shards(
      `stored@c(k) :~ put(c, k, _)  made(k / 2) :- put(_, k, _)  persist made
  flip(k) :+ made(k), !flip(k)  level(k / 2, 0) :+ put(_, k, _)
  level(k, n + 1) :+ level(k, n), n < 2  level(k, n) :+ level(k, n), n >= 2
  answer@c(k, n) :~ get(c, k), level(k, n)`,
    ),
    commands: ['write(0, 2, 1)', 'write(0, 4, 1)', 'read(0, 1)', 'read(0, 2)'],
    scope: { firings: 3 },
    outcome: 'violated',
  },
  {
    rule: 'partition/dependencies',
    without: 'keeps-order',
    program: shards(
      `${halved}  persist cell  answer@c(k, 0) :~ get(c, k), !cell(k, _, _)`,
      'ordered',
    ),
    commands: ['write(0, 2, 1)', 'write(0, 4, 1)', 'read(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/dependencies',
    without: 'messages-carry-key',
    program: shards(
      `${halved}  persist cell  note@s(x) :~ cell(_, x, _), sink(s)  answer@c(k, 0) :~ get(c, k), !cell(k, _, _)`,
    ),
    commands: ['write(0, 2, 5)', 'write(0, 4, 5)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/dependencies',
    without: 'total-keys',
    program: shards(
      'cell(k / x, x, c) :- put(c, k, x), x > 0  persist cell  stored@c(k) :~ put(c, k, _)  answer@c(k, x) :~ get(c, k), cell(k, x, _)',
    ),
    commands: ['write(0, 2, 0)', 'read(0, 2)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/dependencies',
    without: 'dependencies',
    program: shards(`${halved}  persist cell  answer@c(0, 0) :~ get(c, j), cell(k, _, _), j < k`),
    commands: ['write(0, 4, 1)', 'read(0, 1)'],
    outcome: 'stalls',
  },
];
