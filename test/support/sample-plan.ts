/** A small plan made by hand: `worker` is split off `server`, `store` is spread, `log` stays, `old` goes. */
import { sha256 } from '../../src/base/order.ts';
import type { PlanDocument, PlanRole } from '../../src/plan/document.ts';

const role = (
  name: string,
  clauses: readonly string[],
  more: Partial<PlanRole> = {},
): PlanRole => ({
  name,
  origin: name,
  by: 'original',
  instances: 1,
  of: 1,
  partitionKey: [],
  clauses,
  ...more,
});

const text = 'role server {\n}\n';

export const samplePlan: PlanDocument = {
  schema: 'compart/plan@1',
  version: '0.1.0',
  seed: 0,
  program: { name: 'sample', parameters: { f: 1 }, sha256: sha256(text), text },
  ir: 'role server {\n}\n\nrole worker of server {\n}\n',
  cost: { objective: 'throughput', model: 'throughput', machinesMax: 12 },
  original: {
    machines: 6,
    roles: [
      role('server', ['a(x) :- b(x)', 'c@d(x) :~ a(x)']),
      role('store', ['s(x) :+ s(x)'], { of: 3 }),
      role('log', []),
      role('old', []),
    ],
    predicted: { throughput: 1000, latencyMs: 1, dollarsPerHour: 1.2, bottleneck: 'server' },
  },
  plan: {
    machines: 10,
    roles: [
      role('server', ['a(x) :- b(x)', 'f@me(x) :~ a(x)']),
      role('worker', ['c@d(x) :~ f(x)'], {
        origin: 'server',
        by: 'decouple/functional',
        instances: 2,
        partitionKey: ['x'],
      }),
      role('store', ['s(x) :+ s(x)'], {
        of: 3,
        instances: 2,
        by: 'partition/co-hashing',
        partitionKey: ['x'],
      }),
      role('log', []),
    ],
    predicted: { throughput: 2500, latencyMs: 1.5, dollarsPerHour: 2, bottleneck: 'worker' },
    channels: [
      { name: 'f', from: 'server', to: 'worker', route: 'member, x mod 2', introduced: true },
    ],
  },
  frontier: [
    { machines: 6, throughput: 1000 },
    { machines: 10, throughput: 2500 },
  ],
  trace: [
    {
      rule: 'decouple/functional',
      at: 'server',
      summary: 'moves the sending of `c`',
      obligations: [
        {
          id: 'sha256:0',
          kind: 'syntactic',
          lemma: 'functional',
          verdict: 'proved',
          claim: 'c is functional',
          hypotheses: [],
        },
      ],
      before: { throughput: 1000, machines: 6 },
      after: { throughput: 2500, machines: 10 },
      ir: 'role server {\n}\n\nrole worker of server {\n}\n',
    },
  ],
  declined: [],
  search: {
    enodes: 10,
    eclasses: 5,
    iterations: 2,
    stop: 'saturated',
    optimal: true,
    rules: { 'decouple/functional': 1 },
    cutOff: {},
    elapsedMs: 12,
  },
};
