/**
 * The construction of partial partitioning, broken in each of its pieces: the judge tells every broken plan from the
 * original, and takes the whole one for what it is, however many processes it is written for.
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

/** A register of ranks beside cells with keys: writes below the highest rank are refused, and a raise counts cells. */
const program = `
role client external
role front {
  raise@s(c, n) :~ up(c, n), server(s)
  put@s(c, k, n) :~ write(c, k, n), server(s)
}
role server {
  durable relation raised(n: int)
  relation top(n: int)
  relation cell(k: int, n: int)
  relation size(s: int, c: client, n: int)
  init raised(0)
  raised(n) :- raise(_, n)
  persist raised
  top(max<n>) :- raised(n)
  level@c(m) :~ raise(c, _), top(m)
  cell(k, n) :- put(_, k, n), top(n)
  persist cell
  done@c(k, n) :~ put(c, k, n), top(n)
  refused@c(k, m) :~ put(c, k, n), top(m), n < m
  odd@c(k) :~ put(c, k, n), raise(_, n)
  size(count<k> default 0 over raise(c, n), c, n) :- raise(c, n), cell(k, _)
  total@c(s, m) :~ size(s, c, _), top(m)
}
channel up(c: client, n: int): client -> front reliable
channel write(c: client, k: int, n: int): client -> front reliable
channel raise(c: client, n: int): front -> server reliable
channel put(c: client, k: int, n: int): front -> server reliable
channel level(m: int): server -> client reliable
channel done(k: int, n: int): server -> client reliable
channel refused(k: int, m: int): server -> client reliable
channel odd(k: int): server -> client reliable
channel total(s: int, m: int): server -> client lossy
`;

const raises = ['up(0, 1)', 'write(0, 1, 0)'];
const counts = ['write(0, 1, 0)', 'up(0, 1)'];
const two = ['up(0, 1)', 'up(0, 2)'];

const broken: readonly (readonly [
  what: string,
  changes: readonly Change[],
  commands: readonly string[],
  verdict: 'violated' | 'stalls',
])[] = [
  [
    'a locked process takes what arrives',
    [
      [
        'putNow(x1, x2, x3) :- put(x1, x2, x3), serverFree()',
        'putNow(x1, x2, x3) :- put(x1, x2, x3)',
      ],
    ],
    raises,
    'violated',
  ],
  [
    'the coordinator waits for one process to be locked',
    [
      [
        'serverGrants() :- serverLockedCount(serverParts)',
        'serverGrants() :- serverLockedCount(_)',
      ],
    ],
    raises,
    'violated',
  ],
  [
    'a process takes orders together with what has waited',
    [['serverOpens() :- serverTurn(_, _)', 'serverOpens() :- serverTakes()']],
    ['up(0, 1)', 'write(0, 1, 1)'],
    'violated',
  ],
  [
    'a process takes the part of a turn that has arrived',
    [[/(serverTakes\(\) :- serverArrives\(\), serverUnlocked)\(_, n1, n2\).*\n/, '$1(_, _, _)\n']],
    raises,
    'violated',
  ],
  [
    'a turn begins before the one before it has ended',
    [['serverWants(), !serverBusy(), ', 'serverWants(), ']],
    [...two, 'write(0, 1, 1)'],
    'violated',
  ],
  [
    'what each process counts is told for the whole',
    [
      [
        'sizeTotal(sum<x1, p>, x2, x3) :- serverEnds(), sizeGot(p, x1, x2, x3)',
        'sizeTotal(x1, x2, x3) :- serverEnds(), sizeGot(_, x1, x2, x3)',
      ],
    ],
    counts,
    'violated',
  ],
  [
    'a sum is told when one process has said its share',
    [['serverEnds() :- serverTakenCount(serverParts)', 'serverEnds() :- serverTakenCount(_)']],
    counts,
    'violated',
  ],
  [
    'a process starts without being told what there is',
    [['serverFree() :+ serverOpens()', 'serverFree() :+ !serverStarted(), !serverLock(_)']],
    ['write(0, 1, 0)'],
    'stalls',
  ],
  [
    'no process starts before the first order',
    [[/ {2}serverGrants\(\) :- serverStarting\(\)\n/, '']],
    ['write(0, 1, 0)'],
    'stalls',
  ],
  [
    'the coordinator does not hear that a turn has ended',
    [[/ {2}serverTaken@me\(p, m1\).*\n/, '']],
    two,
    'stalls',
  ],
  ['a process stays locked', [[/ {2}serverTurn@me\(p, m1\).*\n/, '']], raises, 'stalls'],
];

const scope = {
  retries: 0,
  losses: 0,
  duplicates: 0,
  crashes: 0,
  statesMax: 200_000,
  statesPerSearchMax: 200_000,
};

const rule = defined(
  rules.find((each) => each.name === 'partition/partial'),
  'it is in the list',
);

const plan = planBy(rule, program, solver);

test('the plan refines its original, with crashes too', async () => {
  const text = await plan();
  for (const commands of [raises, counts, two]) {
    expect(judge(program, text, [pool(...commands)], scope).verdict).toBe('refines');
  }
  for (const commands of [raises, counts]) {
    expect(judge(program, text, [pool(...commands)], { ...scope, crashes: 1 }).verdict).toBe(
      'refines',
    );
  }
}, 120_000);

test('with one process it is a plan as well', async () => {
  const saturated = await search(load(program), [rule], solver);
  const [node] = [...saturated.applications.keys()];
  const cutAlone = choosing(
    { ...saturated, applications: new Map() },
    defined(node, 'the rule applies'),
  );
  const one = planProgram(saturated, cutAlone);
  expect(one.parameters.map(({ name, value }) => [name, value])).toEqual([['serverParts', 1]]);
  expect(planProblems(load(program), one)).toEqual([]);
  expect(planProblems(load(program), load(await plan()))).toEqual([]);
  expect(judge(program, printProgram(one), [pool(...raises)], scope).verdict).toBe('refines');
});

test('it is judged with two processes, whatever number it is written for', async () => {
  const text = changed(await plan(), [['param serverParts = 2', 'param serverParts = 5']]);
  expect(judge(program, text, [pool(...raises)], scope).verdict).toBe('refines');
});

test('a process that starts again must be told what the coordinator has on disk', async () => {
  const text = changed(await plan(), [
    [
      'raisedStartTaken(x1) :- serverStarting(), raised(x1)',
      'raisedStartTaken(0) :- serverStarting()',
    ],
  ]);
  const commands = ['up(0, 1)', 'write(0, 1, 1)', 'write(0, 1, 0)'];
  const found = judge(program, text, [pool(...commands)], { ...scope, crashes: 1 }).verdict;
  table.push(`a process starts again with initial facts alone | ${found}`);
  expect(found).toBe('violated');
}, 120_000);

test.each(broken)('%s: the judge says so', async (what, changes, commands, verdict) => {
  const found = judge(program, changed(await plan(), changes), [pool(...commands)], scope).verdict;
  table.push(`${what} | ${found}`);
  expect(found).toBe(verdict);
});
