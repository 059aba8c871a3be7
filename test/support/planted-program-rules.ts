/** As `planted-rule-cases.ts`, for the rules that rewrite the whole program before it is cut. */
import type { PlantedRule } from './planted-rule.ts';

export interface PlantedProgramRule extends Omit<PlantedRule, 'outcome'> {
  /** `no program`: what comes out doesn't load. `as it was`: another condition stops the rule. */
  readonly outcome: PlantedRule['outcome'] | 'no program' | 'as it was';
}

const sending = ({
  server = '',
  store = '',
  copy = 'x: int',
  flags = 'reliable',
  of = '',
  tail = '',
}): string => `
role client external
role server {
  relation seen(x: int)
  relation pair(y: int, x: int)
  seen(x) :- put(_, x)
  persist seen
  ok@c(x) :~ put(c, x)
  ${server}
}
role store ${of} {
  relation held(x: int)
  relation total(n: int)
  relation up(n: int)
  relation flip(n: int)
  ${store}
}
channel put(c: client, x: int): client -> server reliable
channel get(c: client): client -> server reliable
channel ask(c: client): client -> store reliable
channel copy(${copy}): server -> store ${flags}
channel ok(x: int): server -> client
channel big(x: int): store -> client
channel small(x: int): store -> client
channel got(x: int): store -> client reliable bag
${tail}
`;

const counting = 'init total(0)  total(n + 1) :+ total(n), copy(_)  total(n) :+ total(n), !copy(_)';
const twins = (first: string, second: string, tail = ''): string => `
role client external
role server {
  ${first} relation a(x: int)
  ${second} relation b(x: int)
  a(x) :- put(_, x)
  persist a
  b(x) :- put(_, x)
  persist b
  ok@c(x) :~ get(c), a(x)
  sure@c(x) :~ ${second === '' ? 'b(x)' : 'stable b(x)'}, client(c)
}
channel put(c: client, x: int): client -> server reliable
channel get(c: client): client -> server reliable
channel ok(x: int): server -> client
channel sure(x: int): server -> client
${tail}
`;

export const plantedProgramRules: readonly PlantedProgramRule[] = [
  {
    rule: 'normalize/share-definitions',
    without: 'unwatched',
    program: twins('', '', 'invariant put: b(x) => put(_, x)'),
    commands: [],
    outcome: 'no program',
  },
  {
    rule: 'normalize/share-definitions',
    without: 'kept-alike',
    program: twins('', 'durable'),
    commands: [],
    outcome: 'no program',
  },
  {
    rule: 'normalize/push-selection',
    without: 'unwatched',
    program: sending({
      server: 'relation late(x: int)  late(x) :+ put(_, x)  copy@n(x) :~ put(_, x), store(n)',
      store: 'big@c(x) :~ copy(x), x > 1, client(c)',
      // Clients see nothing of it.
      tail: 'invariant told: late(x) => copy(x)',
    }),
    commands: ['put(0, 1)'],
    outcome: 'violated',
  },
  {
    rule: 'normalize/push-selection',
    without: 'read-as-present',
    program: sending({
      server: 'copy@n(x) :~ put(_, x), store(n)',
      store:
        'init held(7)  held(x) :+ held(x), !copy(1)  big@c(x) :~ copy(x), x > 1, client(c)  small@c(x) :~ ask(c), held(x)',
      flags: 'reliable ordered',
    }),
    commands: ['put(0, 1)', 'put(0, 2)', 'ask(0)'],
    outcome: 'violated',
  },
  {
    rule: 'normalize/push-selection',
    without: 'sender-decides',
    program: sending({
      server: 'copy@n(min<x>) :~ get(_), seen(x), store(n)',
      store: 'big@c(x) :~ copy(x), x > 1, client(c)',
    }),
    commands: ['put(0, 1)', 'put(0, 2)', 'get(0)'],
    outcome: 'violated',
  },
  {
    rule: 'normalize/push-selection',
    without: 'stutter-insensitive',
    program: sending({
      server: 'copy@n(x) :~ put(_, x), store(n)',
      store:
        'init total(0)  total(n + 1) :+ total(n), n < 2  total(2) :+ total(2)  flip(0) :+ !flip(0)  big@c(x) :~ copy(x), x > 1, client(c)  small@c(n) :~ ask(c), total(n)',
    }),
    commands: ['put(0, 1)', 'ask(0)'],
    scope: { firings: 3 },
    outcome: 'refines',
    because:
      'how many ticks pass is open where ticks are counted; the rule asks as every split does',
  },
  {
    rule: 'normalize/push-selection',
    without: 'every-reader-asks',
    program: sending({
      server: 'copy@n(x) :~ put(_, x), store(n)',
      store: 'big@c(x) :~ copy(x), x > 1, client(c)  small@c(x) :~ copy(x), x < 2, client(c)',
    }),
    commands: ['put(0, 1)'],
    outcome: 'stalls',
  },
  {
    rule: 'normalize/push-projection',
    without: 'unwatched',
    program: sending({
      copy: 'x: int, y: int',
      server: 'copy@n(x, y) :~ put(_, x), y = x * 2, store(n)',
      store: 'got@c(x) :~ copy(x, _), client(c)',
      tail: 'invariant twice: copy(x, y) => y == x * 2',
    }),
    commands: [],
    outcome: 'no program',
  },
  {
    rule: 'normalize/push-projection',
    without: 'not-routed',
    program: sending({
      copy: 'x: int, y: int',
      flags: 'reliable by (y)',
      of: 'parts 2',
      server: 'copy@n(x, y) :~ put(_, x), y = x * 2, store(n)',
      store: 'got@c(x) :~ copy(x, _), client(c)',
      tail: '',
    }).replace(
      'ask(c: client): client -> store reliable',
      'ask(c: client): client -> store reliable by (c)',
    ),
    commands: [],
    outcome: 'no program',
  },
  {
    rule: 'normalize/push-projection',
    without: 'keeps-groups',
    program: sending({
      copy: 'x: int, n: int',
      server: 'copy@n(x, count<y>) :~ get(_), seen(x), y = x, store(n)',
      store: 'got@c(n) :~ copy(_, n), client(c)',
    }),
    commands: ['put(0, 1)', 'put(0, 2)', 'get(0)'],
    outcome: 'violated',
  },
  {
    rule: 'normalize/push-projection',
    without: 'keeps-order',
    program: sending({
      copy: 'x: int, y: int',
      flags: 'reliable ordered',
      server:
        'static all(y: int) { (1), (2), (3) }  copy@n(x, y) :~ get(_), all(y), x = y % 2, store(n)',
      store:
        'got@c(x) :~ copy(x, _), client(c)  small@c(x) :~ copy(x, _), !held(_), client(c)  held(x) :+ copy(x, _)  persist held',
    }),
    commands: ['get(0)'],
    outcome: 'stalls',
  },
  {
    rule: 'normalize/push-projection',
    without: 'one-message-each',
    program: sending({
      copy: 'x: int, y: int',
      server: 'copy@n(0, x) :~ seen(x), store(n)',
      store: 'got@c(x) :~ copy(x, _), client(c)',
    }),
    commands: ['put(0, 1)', 'put(0, 2)'],
    outcome: 'stalls',
  },
  {
    rule: 'normalize/send-once',
    without: 'nothing-lost',
    program: sending({
      of: 'of server',
      flags: 'lossy',
      server: 'copy@me(x) :~ get(_), seen(x)',
      store: 'held(x) :- copy(x)  persist held  big@c(x) :~ held(x), client(c)',
    }),
    commands: ['put(0, 1)', 'get(0)', 'get(0)'],
    scope: { losses: 1 },
    outcome: 'stalls',
  },
  {
    rule: 'normalize/send-once',
    without: 'restarts-together',
    program: sending({
      server: 'copy@n(x) :~ get(_), seen(x), store(n)',
      store:
        'held(x) :- copy(x)  persist held  got@c(x) :~ held(x), client(c)  small@c(0) :~ ask(c), !held(_)',
    }),
    commands: ['put(0, 1)', 'get(0)', 'ask(0)', 'get(0)'],
    scope: { crashes: 1 },
    outcome: 'refines',
    because:
      'after a crash the judge lets anything that was sent to the member be lost, what is sent again included; the rule asks for more',
  },
  {
    rule: 'normalize/send-once',
    without: 'plain-columns',
    program: sending({
      of: 'of server',
      copy: 'x: max<int>',
      server: 'copy@me(x) :~ get(_), seen(x)',
      store: 'held(x) :- copy(x)  persist held  big@c(x) :~ held(x), client(c)',
    }),
    commands: [],
    outcome: 'as it was',
  },
  {
    rule: 'normalize/send-once',
    without: 'repeats-harmless',
    program: sending({
      of: 'of server',
      server: 'copy@me(x) :~ get(_), seen(x)',
      store: `${counting}  big@c(n) :~ total(n), client(c)`,
    }),
    commands: ['put(0, 1)', 'get(0)', 'get(0)'],
    outcome: 'stalls',
  },
];
