import { expect, test } from 'vitest';
import type { CostRequest, Objective, PlanRole } from '../../src/plan/document.ts';
import { type Ranked, whyLost } from '../../src/plan/runner-up.ts';

const role = (name: string, partitionKey: readonly string[]): Omit<PlanRole, 'clauses'> => {
  return { name, origin: name, by: 'original', instances: 2, of: 1, partitionKey };
};

const plan = (machines: number, throughput: number, latencyMs: number, key = 'x'): Ranked => ({
  machines,
  predicted: { throughput, latencyMs, bottleneck: 'a' },
  roles: [role('a', [key])],
});

const asked = (objective: Objective, target?: number): CostRequest => {
  return { objective, model: 'm', ...(target === undefined ? {} : { target }) };
};

test.each([
  [plan(10, 900, 1), asked('throughput'), '10% less throughput'],
  [plan(10, 999, 1), asked('throughput'), 'slightly less throughput'],
  [plan(12, 1000, 1), asked('throughput'), '2 machines more for the same throughput'],
  [plan(11, 1000, 1), asked('machines'), '1 machine more'],
  [plan(11, 1200, 1), asked('throughput', 800), '1 machine more to reach the target'],
  [plan(10, 1000, 1.5), asked('latency'), '50% more latency'],
  [plan(11, 900, 1), asked('latency'), '1 machine more for the same latency'],
  [plan(10, 1000, 1, 'y'), asked('throughput'), 'as good, with a spread by y'],
])('%#: %s', (other, cost, expected) => {
  expect(whyLost(plan(10, 1000, 1), other, cost)).toBe(expected);
});

test('a part that the best plan lacks is named', () => {
  const best = plan(10, 1000, 1);
  const other = { ...best, roles: [...best.roles, role('b', [])] };
  expect(whyLost(best, other, asked('throughput'))).toBe('as good, with b in place of other parts');
});
