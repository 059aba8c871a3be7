/** Random runs with faults: a right plan passes, and every planted bug of a protocol is found and cut down. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgeRandomly, type RandomOptions } from '../../src/sim/judge/random.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { defaultVerifyOptions, verify } from '../../src/sim/judge/verify.ts';
import { load } from './judge.ts';

const text = (name: string): string =>
  readFileSync(new URL(`../../protocols/${name}.ir`, import.meta.url), 'utf8');
const paxos = text('paxos');

const options: RandomOptions = {
  seeds: 12,
  seed: 0,
  commands: 40,
  comparedSeeds: 0,
  comparedCommands: 3,
  functions: {},
  scope: defaultScope,
};

/** A vote, and the commit that it makes: whose ballot the acceptor names as its highest one. */
function votesOf(top: string): string {
  return `votes(a, x, s, i, n) :- p2b(a, x, s, i, n, ${top})
  persist votes(a, x, s, i, n) until spent(s)
  tally(count<a>, x, s, i, n) :- votes(a, x, s, i, n)
  commit(x, s) :- p2b(_, x, s, i, n, ${top})`;
}

/** What the published program, or a careless one, gets wrong; and where the seeds start that show it soon. */
const bugs: readonly (readonly [string, string, string, number, 'violated' | 'stalls'])[] = [
  [
    'waits for all 2f+1 votes',
    'tally(k, x, s, i, n), k > f',
    'tally(k, x, s, i, n), k > 2 * f',
    11,
    'stalls',
  ],
  ['counts a rejection as a vote', votesOf('i, n'), votesOf('_, _'), 16, 'violated'],
  [
    'proposes nothing again after an election',
    'propose(x, s, n) :- again(x, s), ballot(n)',
    'propose(x, s, n) :- again(x, s), ballot(n), false',
    5,
    'stalls',
  ],
  [
    'never sends again',
    'resend(), proposal(x, s, true), leading(), !done(s), ballot(n)',
    'resend(), proposal(x, s, true), leading(), !done(s), ballot(n), false',
    4,
    'stalls',
  ],
  ['executes a repeated command', 'id >= 0, !repeated(c, id)', 'id >= 0', 188, 'violated'],
  [
    'routes a batch by its first slot',
    'propose(x, s + o, n) :- ranked(x, o), nextSlot(s), ballot(n)',
    'propose(x, s, n) :- ranked(x, o), nextSlot(s), ballot(n), o >= 0',
    0,
    'violated',
  ],
  [
    'leads with one promise',
    'reconciles() :- completed(k), k > f,',
    'reconciles() :- completed(k), k > 0,',
    0,
    'violated',
  ],
  [
    'accepts below its promise',
    'p2a(i, x, s, n), top(n, i), floor(w), s >= w',
    'p2a(i, x, s, n), top(_, _), floor(w), s >= w',
    16,
    'violated',
  ],
];

for (const [name, from, to, seed, kind] of bugs) {
  test(`a Paxos that ${name}: ${kind}`, { timeout: 240_000 }, () => {
    expect(paxos).toContain(from);
    const wrong = load(paxos.replace(from, to));
    const { finding } = judgeRandomly(load(paxos), wrong, { ...options, seed });
    expect(finding?.kind).toBe(kind);
    expect(finding?.task.run.commands).toBeLessThanOrEqual(options.commands);
  });
}

test('Paxos itself passes, and its histories are linearizable', { timeout: 60_000 }, () => {
  const { finding, report } = judgeRandomly(load(paxos), load(paxos), { ...options, seeds: 18 });
  expect(finding).toBe(null);
  expect(report).toMatchObject({ seeds: 18, commands: 720, answered: 720, linearizable: 18 });
  expect(report.invariants.every((each) => each.verdict === 'held')).toBe(true);
});

test('short histories of a plan are looked for in the original', () => {
  const original = load(text('kvs'));
  const parted = load(
    readFileSync(new URL('../data/judge/kvs-parted.ir', import.meta.url), 'utf8'),
  );
  const compared = { ...options, seeds: 0, comparedSeeds: 12 };
  expect(judgeRandomly(original, parted, compared)).toMatchObject({
    finding: null,
    report: { compared: 12, comparedUnknown: 0 },
  });
});

test('verify says which run showed it, and the same again', () => {
  const original = load(text('kvs'));
  const wrong = load(
    text('kvs').replace(
      'answer@c(id, v) :~ get(c, id, k), cell(k, _, v)',
      'answer@c(id, "old") :~ get(c, id, k), cell(k, _, _)',
    ),
  );
  const once = verify(original, wrong, { ...defaultVerifyOptions, scope: null });
  expect(once.verdict).toBe('violated');
  expect(once.counterexample?.replay.seed).toBeGreaterThanOrEqual(0);
  expect(once.counterexample?.history.length).toBeGreaterThan(0);
  expect(verify(original, wrong, { ...defaultVerifyOptions, scope: null })).toEqual(once);
});
