/**
 * The construction of asymmetric decoupling with a stream for each key, broken in each of its pieces: the judge tells
 * every broken plan from the original, and takes the whole one for what it is.
 */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { defined } from '../src/base/assert.ts';
import { printProgram } from '../src/ir/print.ts';
import { planProblems } from '../src/plan/check.ts';
import { createSolver } from '../src/smt/solver.ts';
import { judge, load, pool } from './judge/judge.ts';
import { type Change, changed, planBy } from './support/broken-plan.ts';
import { choosing, planProgram } from './support/choose-plan.ts';
import { search } from './support/rules-at-work.ts';

const solver = createSolver({ workersMax: 1 });
const table: string[] = [];
afterAll(async () => {
  await solver.dispose();
  process.stdout.write(`what is broken | verdict\n${table.join('\n')}\n`);
});

/**
 * The moved part numbers the ticks of each key that report something, in two facts each, and knows the highest rank that
 * was raised, which has no key; the other one can tell what came when.
 */
const program = `
role client external
role watcher external
role front {
  report@s(c, k, x) :~ vote(c, k, x), server(s)
  raise@s(c, n) :~ up(c, n), server(s)
}
role server {
  relation total(k: int, n: int)
  relation alarm(k: int, n: int, half: int)
  relation ranks(n: int)
  relation raised(k: int, n: int)
  relation one(k: int, n: int)
  relation two(k: int, n: int)
  total(k, 1) :+ report(_, k, _), !total(k, _)
  total(k, n + 1) :+ total(k, n), report(_, k, _)
  total(k, n) :+ total(k, n), !report(_, k, _)
  alarm(k, 0, 0) :- report(_, k, _), !total(k, _)
  alarm(k, 0, 1) :- report(_, k, _), !total(k, _)
  alarm(k, n, 0) :- report(_, k, _), total(k, n)
  alarm(k, n, 1) :- report(_, k, _), total(k, n)
  ranks(n) :- raise(_, n)
  persist ranks
  level@c(n) :~ raise(c, n)
  told@c(k, x) :~ report(c, k, x), ranks(_)
  low@c(k, x) :~ report(c, k, x), !ranks(_)
  raised(k, n) :- alarm(k, n, _)
  persist raised
  one(k, n) :+ alarm(k, n, _)
  two(k, n) :+ one(k, n)
  persist two
  oops@w("half") :~ alarm(k, n, 0), !alarm(k, n, 1), watcher(w)
  oops@w("both") :~ alarm(k, 0, _), alarm(k, 1, _), watcher(w)
  oops@w("gap") :~ alarm(k, 1, _), !raised(k, 0), watcher(w)
  oops@w("late") :~ alarm(k, 1, _), !two(k, 0), watcher(w)
  calm@c() :~ ask(c), !raised(_, _)
  state@c(k, n) :~ ask(c), raised(k, n)
}
channel vote(c: client, k: int, x: int): client -> front reliable
channel up(c: client, n: int): client -> front reliable
channel report(c: client, k: int, x: int): front -> server reliable
channel raise(c: client, n: int): front -> server reliable
channel ask(c: client): client -> server reliable
channel level(n: int): server -> client lossy
channel told(k: int, x: int): server -> client lossy
channel low(k: int, x: int): server -> client lossy
channel calm(): server -> client reliable
channel state(k: int, n: int): server -> client reliable
channel oops(what: string): server -> watcher reliable
`;

const votes = ['vote(0, 1, 1)', 'vote(0, 1, 2)'];
const keys = ['vote(0, 1, 1)', 'vote(0, 2, 1)'];
const asks = ['vote(0, 1, 1)', 'ask(0)'];
const turns = ['vote(0, 1, 1)', 'up(0, 1)'];
const rests = ['vote(0, 1, 1)', 'up(0, 1)', 'ask(0)'];
/** With an order in which a vote waits: another client saw the turn. */
const ranked = ['up(0, 1)', 'vote(0, 1, 1)'];
const scope = { retries: 0, losses: 0, duplicates: 0, crashes: 0 };

const broken: readonly (readonly [
  what: string,
  changes: readonly Change[],
  commands: readonly string[],
  verdict: 'violated' | 'stalls',
])[] = [
  ['nothing is held back', [[/, !alarmWaits\(k, _\)/g, '']], asks, 'violated'],
  [
    'a batch is acknowledged when it is announced',
    [
      [
        'alarmTaken@me(k1, b) :~ alarmTaking(k1, b)',
        'alarmTaken@me(k1, b) :~ alarmBatch(k1, b, _)',
      ],
    ],
    asks,
    'violated',
  ],
  ['half a batch is taken', [[', alarmWhole(k1, b)\n', '\n']], votes, 'violated'],
  [
    'two batches of a key are taken in one tick',
    [
      ['alarmTaking(min<k1, b>) :-', 'alarmTaking(k1, b) :-'],
      [', alarmFirst(k1, b), alarmWhole(k1, b)', ', alarmWhole(k1, b)'],
    ],
    votes,
    'violated',
  ],
  [
    'batches of a key are taken in any order',
    [
      [
        'alarmTaking(min<k1, b>) :- alarmArrives(), alarmFirst(k1, b)',
        'alarmTaking(max<k1, b>) :- alarmArrives()',
      ],
    ],
    votes,
    'violated',
  ],
  [
    'a batch is taken before the tick of the one before it has settled',
    [['alarmTaking(min<k1, b>) :- alarmArrives(), ', 'alarmTaking(min<k1, b>) :- ']],
    votes,
    'violated',
  ],
  [
    'the channels between the parts keep no order',
    [[/ reliable ordered/g, ' reliable']],
    votes,
    'violated',
  ],
  [
    'a process is locked while a batch of it is under way',
    [['serverLocking(p), !alarmAlive(_, _)', 'serverLocking(p)']],
    rests,
    'violated',
  ],
  [
    'a process says nothing once its batches are taken',
    [[/ {2}serverLocking\(p\) :\+ serverLocking\(p\).*\n/, '']],
    turns,
    'stalls',
  ],
  [
    'a locked process takes what arrives',
    [
      [
        'reportNow(x1, x2, x3) :- report(x1, x2, x3), serverFree()',
        'reportNow(x1, x2, x3) :- report(x1, x2, x3)',
      ],
    ],
    ranked,
    'violated',
  ],
  [
    'the batches of all keys are one stream for its processes',
    [
      [
        'alarmFirst(k1, min<b>) :- alarmSize(k1, b, _)',
        'alarmFirst(k1, min<b>) :- alarmSize(_, b, _), alarmSize(k1, _, _)',
      ],
      [
        /alarmHave\(k1, b, count<x1, x2, x3>\) :- alarmGot\(k1, b/,
        'alarmHave(k1, b, count<k0, x1, x2, x3>) :- alarmSize(k1, b, _), alarmGot(k0, b',
      ],
    ],
    keys,
    'stalls',
  ],
  [
    'an acknowledgement goes to any process',
    [
      [
        'alarmTaken(k: int, batch: int): server -> serverTold reliable ordered by (k)',
        'alarmTaken(k: int, batch: int): server -> serverTold reliable ordered by (batch)',
      ],
    ],
    keys,
    'stalls',
  ],
  [
    // Of 1 and 3, which are on one process: what a client asks after the answer for 3 has nothing of 3.
    'an acknowledgement of one key is one of all',
    [['alarmTaken(k1, c), b <= c', 'alarmTaken(_, c), b <= c']],
    ['vote(0, 1, 1)', 'vote(0, 3, 1)', 'ask(0)'],
    'stalls',
  ],
  [
    'all batches of a key have one number',
    [['alarmOpens(k1, b + 1)', 'alarmOpens(k1, b)']],
    votes,
    'stalls',
  ],
  ['nothing is said of a second batch', [[/ {2}alarmTurn@me\(\).*\n/, '']], votes, 'stalls'],
  ['nothing is acknowledged', [[/ {2}alarmTaken@me\(k1, b\).*\n/, '']], votes, 'stalls'],
  ['what is held back stays so', [[/ {2}low@to\(y1, y2\).*\n/, '']], votes, 'stalls'],
];

const rule = defined(
  rules.find((each) => each.name === 'decouple/asymmetric-partitioned'),
  'it is in the list',
);
const plan = planBy(rule, program, solver);

test('the plan refines its original, with crashes too', async () => {
  const text = await plan();
  expect(planProblems(load(program), load(text))).toEqual([]);
  for (const commands of [votes, keys, asks, turns, rests]) {
    expect(judge(program, text, [pool(...commands)], scope).verdict).toBe('refines');
  }
  for (const commands of [votes, turns]) {
    expect(judge(program, text, [pool(...commands)], { ...scope, crashes: 1 }).verdict).toBe(
      'refines',
    );
  }
}, 120_000);

test('where every channel has a key there are no turns, whichever of the keys it is', async () => {
  const keyed = changed(program, [
    [/.*(?:raise[@(]|ranks|level).*\n/g, ''],
    [/report\(_, k, _\)/g, 'report(c, k, _)'],
    [/total\(k, /g, 'total(c, k, '],
    ['total(k: int', 'total(c: client, k: int'],
    ['  raised(k, n) :- ', '  low@c(k, x) :~ report(c, k, x)\n$&'],
  ]);
  const saturated = await search(load(keyed), [rule], solver);
  const texts = [...saturated.applications].flatMap(([node, { beside }]) =>
    beside.some((each) => each < node)
      ? []
      : [printProgram(planProgram(saturated, choosing(saturated, node)))],
  );
  expect(texts.map((text) => /report\(.*by \((.*)\)/.exec(text)?.[1])).toEqual(['c', 'k']);
  for (const text of texts) {
    expect(text).not.toContain('serverLock');
    for (const commands of [votes, keys, asks]) {
      expect(judge(keyed, text, [pool(...commands)], scope).verdict).toBe('refines');
    }
  }
}, 120_000);

test.each(broken)('%s: the judge says so', async (what, changes, commands, verdict) => {
  const found = judge(program, changed(await plan(), changes), [pool(...commands)], scope).verdict;
  table.push(`${what} | ${found}`);
  expect(found).toBe(verdict);
});
