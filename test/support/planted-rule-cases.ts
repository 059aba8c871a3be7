/** For each condition of a rule a program on which the rule without it makes a plan that clients can tell. */
import { plantedKeyed } from './planted-keyed-cases.ts';
import { plantedPartials } from './planted-partial-cases.ts';
import { plantedPartitions } from './planted-partition-cases.ts';
import type { PlantedRule } from './planted-rule.ts';

const copying = (server: string, store: string, copy = ''): string => `
role client external
role server {
  static opts(y: int) { (1), (2) }
  relation fresh(x: int)
  relation pair(x: int, y: int)
  ${server}
}
role store[2] {
  relation held(x: int)
  relation total(n: int)
  ${store}
}
channel put(c: client, x: int): client -> server reliable
channel ask(c: client): client -> store reliable
channel ok(x: int): server -> client
channel both(x: int): server -> client
channel gap(x: int): store -> client
channel sum(n: int): store -> client
channel copy(x: ${copy === 'max' ? 'max<int>' : 'int'}): server -> store reliable ${copy === 'ordered' ? 'ordered' : ''}
`;

const gaps = 'held(x) :- copy(x)  persist held  gap@c(x) :~ copy(x), x > 1, !held(1), client(c)';
const sums =
  'init total(0)  total(n + 1) :+ total(n), copy(_)  total(n) :+ total(n), !copy(_)  sum@c(n) :~ ask(c), total(n)';
const twoAtOnce = 'both@c(1) :~ put(c, 1), put(c, 2)';
const pairs = 'pair(x, y) :- put(_, x), opts(y)';

const halves = (leader: string, sink: string): string => `
role client external
role front {
  moved@l(c) :~ second(c), leader(l)
}
role leader {
  relation a(n: int)
  relation b(n: int)
  relation flipA(x: int)
  relation flipB(x: int)
  ${leader}
}
role sink {
  relation held(x: int)
  ${sink}
}
channel first(c: client): client -> leader reliable
channel second(c: client): client -> front reliable
channel moved(c: client): front -> leader reliable
channel ok(n: int): leader -> client
channel now2(n: int): leader -> client
channel log(x: int): leader -> sink reliable ordered
channel gap(x: int): sink -> client
`;

const copies = (server: string, sink: string): string => `
role client external
role server {
  relation known(x: int)
  relation asked(c: client)
  relation ticks(n: int)
  known(x) :- put(_, x)
  stored@c(x) :~ put(c, x)
  ${server}
}
role sink {
  relation held(x: int)
  ${sink}
}
channel put(c: client, x: int): client -> server reliable
channel ask(c: client): client -> server reliable
channel drop(c: client, x: int): client -> server reliable
channel stored(x: int): server -> client
channel gone(x: int): server -> client
channel told(x: int): server -> client
channel log(x: int): server -> sink reliable ordered
channel note(x: int): server -> sink reliable
channel gap(x: int): sink -> client
channel counted(n: int): sink -> client
`;

const noteCounts =
  'relation n(k: int)  init n(0)  n(k + 1) :+ n(k), note(_)  n(k) :+ n(k), !note(_)  counted@c(k) :~ note(_), n(k), client(c)';

const logGaps = 'held(x) :- log(x)  persist held  gap@c(x) :~ log(x), x > 1, !held(1), client(c)';

const news = (
  server: string,
  { disk = '', note = '', front = 'report@s(c, x) :~ vote(c, x), server(s)' },
): string => `
role client external
role front {
  ${front}
  which@s(c) :~ query(c), server(s)
}
role server {
  relation alarm(x: int)
  relation total(n: int)
  ${disk} relation raised(x: int)
  ${disk} relation seen(x: int)
  init total(0)
  total(n + 1) :+ total(n), report(_, _)
  total(n) :+ total(n), !report(_, _)
  alarm(x) :- report(_, x), x > 1
  raised(x) :- alarm(x)
  persist raised
  state@c(x) :~ ask(c), raised(x)
  calm@c() :~ ask(c), !raised(_)
  ${server}
}
role sink {
  relation held(x: int)
  relation count(n: int)
  init count(0)
  count(n + 1) :+ count(n), note(_)
  count(n) :+ count(n), !note(_)
  held(x) :- note(x)
  persist held
  gap@c(x) :~ note(x), x < 9, !held(9), client(c)
  sum@c(n) :~ howMany(c), count(n)
}
channel vote(c: client, x: int): client -> front reliable
channel query(c: client): client -> front reliable
channel ask(c: client): client -> server reliable
channel howMany(c: client): client -> sink reliable
channel report(c: client, x: int): ${front === '' ? 'client' : 'front'} -> server reliable
channel which(c: client): front -> server reliable
channel note(x: int): server -> sink lossy ${note}
channel told(x: int): server -> client lossy
channel known(x: int): server -> client lossy
channel state(x: int): server -> client reliable
channel calm(): server -> client reliable
channel gap(x: int): sink -> client reliable
channel sum(n: int): sink -> client reliable
`;

export const plantedRules: readonly PlantedRule[] = [
  {
    rule: 'relay',
    without: 'keeps-order',
    program: `
role client external
role server {
  relation seen(x: int)
  seen(x) :- put(_, x)
  persist seen
  ok@c(x) :~ put(c, x)
  gap@c(x) :~ put(c, x), x > 1, !seen(1)
}
channel put(c: client, x: int): client -> server reliable ordered
channel ok(x: int): server -> client
channel gap(x: int): server -> client
`,
    commands: ['put(0, 1)', 'put(0, 2)'],
    outcome: 'violated',
  },
  {
    rule: 'alias',
    without: 'keeps-order',
    program: copying('ok@c(x) :~ put(c, x)  copy@n(x) :~ put(_, x), store(n)', gaps, 'ordered'),
    commands: ['put(0, 1)', 'put(0, 2)'],
    outcome: 'violated',
  },
  {
    rule: 'alias',
    without: 'repeats-harmless',
    program: copying(`${twoAtOnce}  copy@n(z) :~ put(_, x), store(n), z = x * 0`, sums),
    commands: ['put(0, 1)', 'put(0, 2)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'alias',
    without: 'functional(move)',
    program: copying(`${twoAtOnce}  copy@n(x) :~ put(_, x), store(n)`, sums, 'max'),
    commands: ['put(0, 1)', 'put(0, 2)', 'ask(0)'],
    outcome: 'refines',
    because:
      'facts of a lattice column are merged where they are taken; the rule declines since its lemmas take columns for plain values',
  },
  {
    rule: 'decouple/functional',
    without: 'keeps-order',
    program: copying(
      'ok@c(x) :~ put(c, x)  fresh(x) :- put(_, x)  copy@n(x) :~ fresh(x), store(n)',
      gaps,
      'ordered',
    ),
    commands: ['put(0, 1)', 'put(0, 2)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/functional',
    without: 'repeats-harmless',
    program: copying(`${pairs}  copy@n(z) :~ pair(x, y), store(n), z = x + y * 0`, sums),
    commands: ['put(0, 1)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/functional',
    without: 'functional(move)',
    program: copying(`${pairs}  copy@n(y) :~ pair(x, y), store(n)`, sums, 'max'),
    commands: ['put(0, 1)', 'ask(0)'],
    outcome: 'refines',
    because:
      'facts of a lattice column are merged where they are taken; the rule declines since its lemmas take columns for plain values',
  },
  {
    rule: 'decouple/mutually-independent',
    without: 'stutter-insensitive',
    program: halves(
      ['a', 'b']
        .map((name) => {
          const flip = `flip${name.toUpperCase()}`;
          return `init ${name}(0)  ${name}(n + 1) :+ ${name}(n), n < 2  ${name}(n) :+ ${name}(n), n >= 2  ${flip}(0) :+ !${flip}(0)`;
        })
        .join('\n  ')
        .concat('\n  ok@c(n) :~ first(c), a(n)\n  now2@c(n) :~ moved(c), b(n)'),
      'held(x) :- log(x)',
    ),
    commands: ['first(0)', 'second(0)'],
    scope: { firings: 3 },
    outcome: 'violated',
  },
  {
    rule: 'decouple/mutually-independent',
    without: 'keeps-order',
    program: halves(
      'log@s(1) :~ first(_), sink(s)  ok@c(0) :~ first(c)  log@s(2) :~ moved(_), sink(s)',
      logGaps,
    ),
    commands: ['first(0)', 'second(0)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/monotonic',
    without: 'inputs-last',
    program: copies(
      'persist known(x) until drop(_, x)  gone@c(x) :~ drop(c, x)  asked(c) :- ask(c)  persist asked  told@c(x) :~ asked(c), known(x)',
      '',
    ),
    commands: ['put(0, 1)', 'drop(0, 1)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/monotonic',
    without: 'monotonic(move)',
    program: copies(
      'persist known  asked(c) :- ask(c)  persist asked  told@c(count<x>) :~ asked(c), known(x)',
      '',
    ),
    commands: ['put(0, 1)', 'put(0, 2)', 'ask(0)'],
    outcome: 'declined: monotonic',
  },
  {
    rule: 'decouple/monotonic',
    without: 'stutter-insensitive',
    program: copies(
      'persist known  asked(c) :- ask(c)  persist asked  told@c(x) :~ asked(c), known(x)  init ticks(0)  ticks(n + 1) :+ ticks(n), n < 2  ticks(2) :+ ticks(2)  gone@c(n) :~ drop(c, _), ticks(n)',
      '',
    ),
    commands: ['put(0, 1)', 'drop(0, 1)', 'ask(0)'],
    outcome: 'refines',
    because: 'what is late in any order needs no common clock; the rule asks as every split does',
  },
  {
    rule: 'decouple/monotonic',
    without: 'keeps-order',
    program: copies('persist known  log@s(x) :~ known(x), sink(s)', logGaps),
    commands: ['put(0, 1)', 'put(0, 2)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/monotonic',
    without: 'said-in-one-place',
    program: copies(
      'persist known  note@s(x) :~ known(x), sink(s)  note@s(x) :~ put(_, x), sink(s)',
      noteCounts,
    ),
    commands: ['put(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'decouple/asymmetric',
    without: 'redirectable',
    program: news('told@c(x) :~ report(c, x)', { front: '' }),
    commands: ['report(0, 2)', 'ask(0)'],
    outcome: 'refines',
    because: 'clients of the judge follow the addresses of the plan; its checker refuses it',
  },
  {
    rule: 'decouple/asymmetric',
    without: 'may-be-held-back',
    program: news('note@s(9 - n) :~ report(_, _), total(n), sink(s)', { note: 'ordered' }),
    commands: ['vote(0, 2)', 'vote(0, 1)'],
    outcome: 'stalls',
  },
  {
    rule: 'decouple/asymmetric',
    without: 'nothing-on-disk',
    program: news('seen(x) :- report(_, x)  persist seen  known@c(x) :~ which(c), stable seen(x)', {
      disk: 'durable',
    }),
    commands: ['vote(0, 2)', 'query(0)', 'ask(0)'],
    scope: { crashes: 1 },
    outcome: 'violated',
  },
  {
    rule: 'decouple/asymmetric',
    without: 'existence',
    program: news('seen(x) :- report(_, x)  persist seen  note@s(x) :~ seen(x), sink(s)', {}),
    commands: ['vote(0, 1)', 'vote(0, 2)', 'howMany(0)'],
    outcome: 'violated',
  },
  ...plantedKeyed,
  ...plantedPartitions,
  ...plantedPartials,
];
