/** Partial partitioning with one condition left out: `planted-rule-cases.ts` has the other rules. */
import type { PlantedRule } from './planted-rule.ts';

interface Flags {
  readonly put?: string;
  readonly ordered?: string;
  readonly rank?: string;
  readonly disk?: string;
  readonly counted?: string;
  readonly note?: string;
}

/** Ranks that orders raise, beside cells that are spread by `k`. */
const ranks = (server: string, flags: Flags = {}): string => `
role client external
role front {
  raise@s(c, n) :~ up(c, n), server(s)
  ${flags.put ?? 'put@s(c, k, x) :~ write(c, k, x), server(s)'}
  get@s(c, k) :~ read(c, k), server(s)
}
role server {
  ${flags.rank ?? ''} relation raised(n: int)
  relation top(n: int)
  ${flags.disk ?? ''} relation cell(k: int, x: int)
  relation made(k: int)
  relation flip(k: int)
  relation size(s: int, c: client)
  raised(n) :- raise(_, n)
  persist raised
  ${server}
}
role sink {
  relation total(n: int)
  init total(0)
  total(n + 1) :+ total(n), note(_)
  total(n) :+ total(n), !note(_)
  sum@c(n) :~ ask(c), total(n)
}
channel up(c: client, n: int): client -> front reliable
channel write(c: client, k: int, x: int): client -> front reliable
channel read(c: client, k: int): client -> front reliable
channel ask(c: client): client -> sink reliable
channel raise(c: client, n: int): front -> server reliable
channel put(c: client, k: int, x: int): ${flags.put === '' ? 'client' : 'front'} -> server reliable ${flags.ordered ?? ''}
channel get(c: client, k: int): front -> server reliable
channel level(n: int): server -> client reliable
channel written(k: int): front -> client
channel stored(k: int): server -> client
channel answer(k: int, x: int): server -> client reliable
channel counted(s: int): server -> client ${flags.counted ?? 'lossy'}
channel note(x: int): server -> sink ${flags.note ?? 'reliable'}
channel sum(n: int): sink -> client reliable
`;

const top = 'top(max<n>) :- raised(n)';
const told = 'level@c(n) :~ raise(c, _), top(n)';
const cells = 'cell(k, x) :- put(_, k, x)  persist cell';
const sized = 'size(count<k> default 0 over raise(c, _), c) :- raise(c, _), cell(k, _)';
const counted = 'counted@c(s) :~ size(s, c)';

export const plantedPartials: readonly PlantedRule[] = [
  {
    rule: 'partition/partial',
    without: 'redirectable',
    program: ranks(`${top}  ${told}  answer@c(k, n) :~ put(c, k, _), top(n)`, { put: '' }),
    commands: ['up(0, 1)', 'put(0, 1, 1)'],
    outcome: 'declined: keyed-inputs,keyed-inputs',
  },
  {
    rule: 'partition/partial',
    without: 'replicated-alike',
    program: ranks(
      `timer t every 100  raised(9) :- t()  ${top}  ${told}  answer@c(k, n) :~ get(c, k), top(n)`,
    ),
    commands: ['up(0, 1)', 'read(0, 1)', 'read(0, 2)'],
    scope: { firings: 1 },
    outcome: 'violated',
  },
  {
    rule: 'partition/partial',
    without: 'stutter-insensitive',
    program: ranks(
      `relation pace(n: int)  pace(0) :+ raise(_, _), !flip(7)  pace(n + 1) :+ pace(n), n < 2
  pace(n) :+ pace(n), n >= 2  flip(0) :+ raised(_), !flip(0)
  ${cells}  answer@c(k, n) :~ get(c, k), pace(n), !cell(k, _)`,
    ),
    commands: ['up(0, 1)', 'read(0, 1)', 'read(0, 2)'],
    scope: { firings: 3 },
    outcome: 'violated',
  },
  {
    rule: 'partition/partial',
    without: 'keeps-order',
    program: ranks(
      `${top}  ${told}  ${cells}  stored@c(k) :~ put(c, k, _), !top(_)  answer@c(k, 0) :~ get(c, k), !cell(k, _)`,
      {
        ordered: 'ordered',
        put: 'put@s(c, k, x) :~ write(c, k, x), server(s)  written@c(k) :~ write(c, k, _)',
      },
    ),
    commands: ['write(0, 1, 1)', 'write(0, 2, 1)', 'read(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/partial',
    without: 'messages-carry-key',
    program: ranks(
      `${top}  ${told}  ${cells}  stored@c(k) :~ put(c, k, _), !top(_)  note@s(x) :~ cell(_, x), sink(s)  answer@c(k, x) :~ get(c, k), cell(k, x)`,
      { note: 'lossy' },
    ),
    commands: ['write(0, 1, 5)', 'write(0, 2, 5)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/partial',
    without: 'sums-add-up',
    program: ranks(
      `${cells}  size(sum<x> default 0 over raise(c, _), c) :- raise(c, _), cell(_, x)  ${counted}  answer@c(k, x) :~ get(c, k), cell(k, x)`,
    ),
    commands: ['write(0, 1, 5)', 'write(0, 2, 5)', 'up(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'partition/partial',
    without: 'may-be-lost',
    program: ranks(`${top}  ${told}  ${cells}  ${sized}  ${counted}`, { counted: 'reliable' }),
    commands: ['write(0, 1, 5)', 'up(0, 1)'],
    scope: { crashes: 1 },
    outcome: 'stalls',
  },
  {
    rule: 'partition/partial',
    without: 'restored-alike',
    program: ranks(
      `${cells}  cell(k, n) :- raise(_, n), cell(k, _)  stored@c(k) :~ put(c, k, _), !raised(_)
  answer@c(k, n) :~ get(c, k), raised(n), cell(k, _), !cell(k, n)`,
      { disk: 'durable', rank: 'durable' },
    ),
    commands: ['write(0, 1, 5)', 'up(0, 7)', 'read(0, 1)'],
    scope: { crashes: 1 },
    outcome: 'violated',
  },
];
