/**
 * The construction of asymmetric decoupling, broken in each of its pieces: the judge tells every broken plan from the
 * original, and takes the whole one for what it is.
 */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { defined } from '../src/base/assert.ts';
import { createSolver } from '../src/smt/solver.ts';
import { judge, load, pool } from './judge/judge.ts';
import { type Change, changed, planBy } from './support/broken-plan.ts';
import { search } from './support/rules-at-work.ts';

const solver = createSolver({ workersMax: 1 });
const table: string[] = [];
afterAll(async () => {
  await solver.dispose();
  process.stdout.write(`what is broken | verdict\n${table.join('\n')}\n`);
});

/** The moved part numbers the ticks that report something, in two facts each; the other one can tell what came when. */
const program = `
role client external
role watcher external
role front {
  report@s(c, x) :~ vote(c, x), server(s)
}
role server {
  relation total(n: int)
  relation alarm(n: int, half: int)
  relation raised(n: int)
  relation one(n: int)
  relation two(n: int)
  init total(0)
  total(n + 1) :+ total(n), report(_, _)
  total(n) :+ total(n), !report(_, _)
  alarm(n, 0) :- report(_, _), total(n)
  alarm(n, 1) :- report(_, _), total(n)
  told@c(x) :~ report(c, x)
  raised(n) :- alarm(n, _)
  persist raised
  one(n) :+ alarm(n, _)
  two(n) :+ one(n)
  persist two
  oops@w("half") :~ alarm(n, 0), !alarm(n, 1), watcher(w)
  oops@w("both") :~ alarm(0, _), alarm(1, _), watcher(w)
  oops@w("gap") :~ alarm(1, _), !raised(0), watcher(w)
  oops@w("late") :~ alarm(1, _), !two(0), watcher(w)
  calm@c() :~ ask(c), !raised(_)
  state@c(n) :~ ask(c), raised(n)
}
channel vote(c: client, x: int): client -> front reliable
channel report(c: client, x: int): front -> server reliable
channel ask(c: client): client -> server reliable
channel told(x: int): server -> client lossy
channel calm(): server -> client reliable
channel state(n: int): server -> client reliable
channel oops(what: string): server -> watcher reliable
`;

const votes = ['vote(0, 1)', 'vote(0, 2)'];
const asks = ['vote(0, 1)', 'ask(0)'];

const broken: readonly (readonly [
  what: string,
  changes: readonly Change[],
  commands: readonly string[],
  verdict: 'violated' | 'stalls',
])[] = [
  ['nothing is held back', [[/, !alarmWaits\(_\)/g, '']], asks, 'violated'],
  [
    'a batch is acknowledged when it is announced',
    [['alarmTaken@me(b) :~ alarmTaking(b)', 'alarmTaken@me(b) :~ alarmBatch(b, _)']],
    asks,
    'violated',
  ],
  ['half a batch is taken', [[', alarmWhole(b)\n', '\n']], votes, 'violated'],
  [
    'two batches are taken in one tick',
    [
      ['alarmTaking(min<b>) :-', 'alarmTaking(b) :-'],
      [', alarmFirst(b), alarmWhole(b)', ', alarmWhole(b)'],
    ],
    votes,
    'violated',
  ],
  [
    'batches are taken in any order',
    [
      [
        'alarmTaking(min<b>) :- alarmArrives(), alarmFirst(b)',
        'alarmTaking(max<b>) :- alarmArrives()',
      ],
    ],
    votes,
    'violated',
  ],
  [
    'a batch is taken before the tick of the one before it has settled',
    [['alarmTaking(min<b>) :- alarmArrives(), ', 'alarmTaking(min<b>) :- ']],
    votes,
    'violated',
  ],
  [
    'the channels between the parts keep no order',
    [[/ reliable ordered/g, ' reliable']],
    votes,
    'violated',
  ],
  ['all batches have one number', [['alarmOpens(b + 1)', 'alarmOpens(b)']], votes, 'stalls'],
  ['nothing is said of a second batch', [[/ {2}alarmTurn@me\(\).*\n/, '']], votes, 'stalls'],
  ['nothing is acknowledged', [[/ {2}alarmTaken@me\(b\).*\n/, '']], votes, 'stalls'],
  ['what is held back stays so', [[/ {2}told@to\(y1\).*\n/, '']], votes, 'stalls'],
];

const scope = { retries: 0, losses: 0, duplicates: 0, crashes: 0 };

const rule = defined(
  rules.find((each) => each.name === 'decouple/asymmetric'),
  'it is in the list',
);

async function declinedFor(text: string): Promise<readonly string[]> {
  const { declined } = await search(load(text), [rule], solver);
  return declined.map((each) => each.condition);
}

const plan = planBy(rule, program, solver);

test('the plan refines its original, with crashes too', async () => {
  const text = await plan();
  for (const commands of [votes, asks]) {
    expect(judge(program, text, [pool(...commands)], scope).verdict).toBe('refines');
    expect(judge(program, text, [pool(...commands)], { ...scope, crashes: 1 }).verdict).toBe(
      'refines',
    );
  }
});

test('what is held back on a channel that may not lose it would be lost by a crash', async () => {
  const text = (await plan()).replace(/(channel told.*) lossy/, '$1 reliable');
  const original = program.replace(/(channel told.*) lossy/, '$1 reliable');
  const found = judge(original, text, [pool(...asks)], { ...scope, crashes: 1 });
  expect(found.verdict).toBe('stalls');
  expect(await declinedFor(original)).toEqual(['may-be-held-back']);
});

test.each(broken)('%s: the judge says so', async (what, changes, commands, verdict) => {
  const found = judge(program, changed(await plan(), changes), [pool(...commands)], scope).verdict;
  table.push(`${what} | ${found}`);
  expect(found).toBe(verdict);
});
