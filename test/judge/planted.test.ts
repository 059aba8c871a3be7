/** Wrong plans are caught and right ones are not, each at a scope that is searched to its end. */
import { afterAll, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { planted } from './planted.ts';

const table: string[] = [];

for (const each of planted) {
  test(`${each.name}: the wrong plan is ${each.verdict === 'stalls' ? 'seen to stall' : 'violated'}`, () => {
    const scope = { ...each.scope, ...each.wrongScope };
    const { verdict, report, counterexample } = judge(each.original, each.wrong, each.pools, scope);
    table.push(`${each.name} | ${verdict} | ${report.states} | ${report.histories}`);
    expect(verdict).toBe(each.verdict);
    expect(counterexample?.events.length).toBeGreaterThan(0);
    expect(counterexample?.diagram.length).toBe((counterexample?.events.length ?? 0) + 1);
    if (process.env['SHOW'] !== undefined)
      table.push(
        ...(counterexample?.diagram ?? []),
        ...(counterexample?.history ?? []),
        counterexample?.replay.faults ?? '',
      );
  });

  test(`${each.name}: the right plan refines`, () => {
    const { verdict, report, counterexample } = judge(
      each.original,
      each.right,
      each.pools,
      each.scope,
    );
    table.push(`${each.name} | ${verdict} | ${report.states} | ${report.histories}`);
    if (process.env['SHOW'] !== undefined)
      table.push(
        ...(counterexample?.diagram ?? []),
        ...(counterexample?.history ?? []),
        counterexample?.replay.faults ?? '',
      );
    expect(verdict).toBe('refines');
    expect(report.complete).toBe(true);
  });
}

afterAll(() => {
  process.stdout.write(`plan | verdict | states | histories\n${table.join('\n')}\n`);
});
