/** Wrong plans are caught and right ones are not, each at a scope that is searched to its end. */
import { afterAll, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { planted } from './planted.ts';

const table: string[] = ['plan | verdict | states | histories'];

for (const each of planted) {
  test(`${each.name}: the wrong plan ${each.verdict === 'stalls' ? 'stalls' : 'is violated'}`, () => {
    const scope = { ...each.scope, ...each.wrongScope };
    const { verdict, report, counterexample } = judge(each.original, each.wrong, each.pools, scope);
    table.push(`${each.name}, wrong | ${verdict} | ${report.states} | ${report.histories}`);
    expect(verdict).toBe(each.verdict);
    expect(counterexample?.events.length).toBeGreaterThan(0);
    expect(counterexample?.diagram.length).toBe((counterexample?.events.length ?? 0) + 1);
  });

  test(`${each.name}: the right plan refines`, () => {
    const { verdict, report } = judge(each.original, each.right, each.pools, each.scope);
    table.push(`${each.name}, right | ${verdict} | ${report.states} | ${report.histories}`);
    expect(verdict).toBe('refines');
    expect(report.complete).toBe(true);
  });

  test.each([
    ['without reductions', 'none'],
    ['with every reduction', 'eager'],
  ] as const)(`${each.name}: %s the verdicts are the same`, (_, reductions) => {
    const scope = { ...each.scope, reductions };
    const wrong = judge(each.original, each.wrong, each.pools, { ...scope, ...each.wrongScope });
    expect(wrong.verdict).toBe(each.verdict);
    expect(judge(each.original, each.right, each.pools, scope).verdict).toBe('refines');
  });
}

afterAll(() => {
  process.stdout.write(`${table.join('\n')}\n`);
});
