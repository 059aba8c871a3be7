/** Streams of batches for each key with one condition left out: `planted-rule-cases.ts` has the other rules. */
import type { PlantedRule } from './planted-rule.ts';

interface Flags {
  readonly front?: string;
  readonly report?: string;
  readonly disk?: string;
  readonly told?: string;
}

/** Votes of a key that raise an alarm for the rest, and ranks, which have no key. */
const alarms = (server: string, flags: Flags = {}): string => `
role client external
role front {
  ${flags.front ?? 'report@s(c, k, x) :~ vote(c, k, x), server(s)'}
  raise@s(c, n) :~ up(c, n), server(s)
  which@s(c, k) :~ query(c, k), server(s)
}
role server {
  relation alarm(k: int)
  ${flags.disk ?? ''} relation raised(k: int)
  relation ranks(n: int)
  relation flip(n: int)
  ${flags.disk ?? ''} relation seen(k: int, x: int)
  alarm(k) :- report(_, k, x), x > 1
  raised(k) :- alarm(k)
  persist raised
  state@c(k) :~ ask(c), raised(k)
  calm@c() :~ ask(c), !raised(_)
  alone@c(k) :~ ask(c), raised(k), !raised(3 - k)
  ranks(n) :- raise(_, n)
  persist ranks
  seen(k, x) :- report(_, k, x)
  persist seen
  low@c(k) :~ which(c, k), !ranks(_)
  high@c(k, x) :~ which(c, k), seen(k, x), ranks(x)
  ${server}
}
role sink {
  relation total(n: int)
  init total(0)
  total(n + 1) :+ total(n), note(_)
  total(n) :+ total(n), !note(_)
  sum@c(n) :~ howMany(c), total(n)
}
channel vote(c: client, k: int, x: int): client -> front reliable
channel up(c: client, n: int): client -> front reliable
channel query(c: client, k: int): client -> front reliable
channel ask(c: client): client -> server reliable
channel howMany(c: client): client -> sink reliable
channel report(c: client, k: int, x: int): ${flags.front === '' ? 'client' : 'front'} -> server reliable ${flags.report ?? ''}
channel raise(c: client, n: int): front -> server reliable
channel which(c: client, k: int): front -> server reliable
channel state(k: int): server -> client reliable
channel calm(): server -> client reliable
channel alone(k: int): server -> client reliable
channel low(k: int): server -> client lossy
channel high(k: int, x: int): server -> client lossy
channel told(k: int): server -> client ${flags.told ?? 'lossy'}
channel written(k: int): front -> client
channel note(x: int): server -> sink lossy
channel sum(n: int): sink -> client reliable
`;

const rule = 'decouple/asymmetric-partitioned';
const told = 'told@c(k) :~ report(c, k, _)';

export const plantedKeyed: readonly PlantedRule[] = [
  {
    rule,
    without: 'redirectable',
    program: alarms(told, { front: '' }),
    commands: ['report(0, 1, 2)', 'ask(0)'],
    outcome: 'declined: keyed-inputs',
  },
  {
    rule,
    without: 'may-be-held-back',
    program: alarms(told, { told: 'reliable' }),
    commands: ['vote(0, 1, 2)', 'ask(0)'],
    scope: { crashes: 1 },
    outcome: 'stalls',
  },
  {
    rule,
    without: 'nothing-on-disk',
    program: alarms('told@c(k) :~ which(c, k), stable seen(k, _)', { disk: 'durable' }),
    commands: ['vote(0, 1, 2)', 'query(0, 1)', 'ask(0)'],
    scope: { crashes: 1 },
    outcome: 'violated',
  },
  {
    rule,
    without: 'replicated-alike',
    program: alarms(`timer t every 100  ranks(1) :- t()  ${told}`),
    commands: ['vote(0, 1, 1)', 'query(0, 1)', 'query(0, 2)'],
    scope: { firings: 1 },
    outcome: 'violated',
  },
  {
    rule,
    without: 'stutter-insensitive',
    program: alarms(
      `relation pace(n: int)  pace(0) :+ raise(_, _), !flip(7)  pace(n + 1) :+ pace(n), n < 2
  pace(n) :+ pace(n), n >= 2  flip(0) :+ ranks(_), !flip(0)  told@c(n) :~ which(c, _), pace(n)`,
    ),
    commands: ['up(0, 1)', 'query(0, 1)', 'query(0, 2)'],
    scope: { firings: 3 },
    outcome: 'violated',
  },
  {
    rule,
    without: 'keeps-order',
    program: alarms('told@c(k) :~ which(c, k), !seen(k, _)  high@c(k, 0) :~ report(c, k, _)', {
      front: `report@s(c, k, x) :~ vote(c, k, x), server(s)  written@c(k) :~ vote(c, k, _)`,
      report: 'ordered',
    }),
    commands: ['vote(0, 1, 1)', 'vote(0, 2, 1)', 'query(0, 1)'],
    outcome: 'violated',
  },
  {
    rule,
    without: 'messages-carry-key',
    program: alarms(`${told}  note@s(n) :~ raise(_, n), seen(_, n), sink(s)`),
    commands: ['vote(0, 1, 1)', 'vote(0, 2, 1)', 'up(0, 1)', 'howMany(0)'],
    outcome: 'violated',
  },
  {
    rule,
    without: 'may-be-lost',
    program: alarms(
      `${told}  note@s(k) :~ raise(_, n), seen(k, n), sink(s)  note@s(1) :~ raise(_, _), sink(s)`,
    ),
    commands: ['vote(0, 1, 1)', 'up(0, 1)', 'howMany(0)'],
    outcome: 'violated',
  },
  {
    rule,
    without: 'existence',
    program: alarms(`${told}  note@s(k) :~ seen(k, _), sink(s)`),
    commands: ['vote(0, 1, 1)', 'vote(0, 1, 2)', 'howMany(0)'],
    outcome: 'violated',
  },
  {
    rule,
    without: 'news-of-one-key',
    program: alarms(`${told}  alarm(k) :- raise(_, n), seen(k, n)`),
    commands: ['vote(0, 1, 1)', 'vote(0, 2, 1)', 'up(0, 1)', 'ask(0)'],
    outcome: 'violated',
  },
];
