/** Broken programs are caught by searches at verification size: by an invariant where clients see nothing wrong yet. */
import { expect, test } from 'vitest';
import { judgeExhaustively } from '../../src/sim/judge/exhaustive.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { verify } from '../../src/sim/judge/verify.ts';
import { brokenPrograms, programOf, shipped } from '../support/protocols.ts';
import { load } from './judge.ts';

const scope = { ...defaultScope, statesMax: 40_000 };

/** With the invariant, or how clients see it. */
const caught: readonly (readonly [string, string])[] = [
  ['2pc-early-commit', 'decisionOnDisk'],
  ['2pc-early-vote', 'voteOnDisk'],
  ['2pc-ignores-no', 'unanimous'],
  ['2pc-majority', 'unanimous'],
  ['blob-store-early-ack', 'onDisk'],
  ['tickets-no-offset', 'violated'],
  ['verified-kvs-counts-itself', 'violated'],
  ['verified-kvs-no-default', 'stalls'],
];

test.each(caught)('%s: %s', { timeout: 60_000 }, (name, how) => {
  const broken = brokenPrograms().find((each) => each.name === name);
  if (broken === undefined) throw new Error(`${name} is kept as a patch`);
  const found = judgeExhaustively(shipped(broken.base), programOf(broken.source), {
    scope,
    functions: {},
    pools: null,
  });
  const broke = found.report.invariants.find((each) => each.verdict === 'violated');
  expect(broke?.name ?? found.verdict).toBe(how);
  expect(found.counterexample?.events.length).toBeGreaterThan(0);
});

const noted = (keeps: string): string => `
role client external
role front {
  relation noted(c: client, x: int)
  noted(c, x) :- ask(c, x)
  ${keeps}
  answer@c(x) :~ ask(c, x)
}
channel ask(c: client, x: int): client -> front
channel answer(x: int): front -> client
invariant wasNoted: answer@c(x) => noted(c, x)
invariant once now: noted(_, x), noted(_, y) => x == y
workload {
  issue ask(me, id) to front until answer(id)
  clients 2
}
`;

const both = (once: string) => [
  { name: 'wasNoted', verdict: 'held' },
  { name: 'once', verdict: once },
];

test('what a run showed long ago still counts, and what holds in one tick is looked at there', () => {
  const right = load(noted(''));
  // Commands of different clients never meet here but in the invariant: searched whole, not by their cells.
  const one = { ...scope, batchMax: 1, reductions: 'none' } as const;
  const judged = judgeExhaustively(right, right, { scope: one, functions: {}, pools: null });
  expect(judged).toMatchObject({
    verdict: 'refines',
    report: { invariants: both('held') },
  });
  // The same facts, kept: now two are there at once.
  const kept = load(noted('persist noted'));
  const found = judgeExhaustively(right, kept, { scope: one, functions: {}, pools: null });
  expect(found).toMatchObject({
    verdict: 'violated',
    report: { invariants: both('violated') },
  });
  expect(found.counterexample?.claim).toMatch(
    /^The invariant once is violated: noted\(_, \d+\), noted\(_, \d+\)\.$/,
  );
  expect(found.counterexample?.events).toHaveLength(2);
  const { verdict, invariants, random } = verify(right, kept, {
    scope: one,
    pools: null,
    functions: {},
    seeds: 2,
    seed: 0,
    commands: 4,
    comparedSeeds: 0,
    comparedCommands: 0,
  });
  expect({ verdict, invariants, random }).toEqual({
    verdict: 'violated',
    invariants: both('violated'),
    random: null,
  });
});
