import fc from 'fast-check';
import { expect, test } from 'vitest';
import { armedTimers, initialState, step } from '../../src/exec/node.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { memberCount } from '../../src/sim/deployment.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { type NaiveInput, NaiveNode } from './naive-node.ts';
import { type RandomInput, type RandomRole, randomRole } from './random-role.ts';
import { codeOf } from './role-runner.ts';

/** How many of the random programs the checker takes; the others say nothing. */
let accepted = 0;

function compare({ text, ticks }: RandomRole, incrementalFrom: number): void {
  const loaded = loadProgram({ name: 'random.ir', text });
  if (loaded.kind === 'err') return;
  accepted += 1;
  const { program } = loaded.value;
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n', { limits: { incrementalFrom } });
  const naive = new NaiveNode(program, role, 0, (name) => memberCount(program, name, 2));
  let state = initialState(code, 0);
  for (const inputs of ticks) {
    const given = inputs.flatMap((input) => inputOf(input, armedTimers(state)));
    const result = step(
      code,
      state,
      given.map(([input]) => input),
    );
    if (result.kind === 'fault') throw new Error(result.fault.message);
    state = result.state;
    const expected = naive.tick(given.map(([, plain]) => plain));
    for (const relation of role.relations) {
      const facts = state.memo?.slots[code.names.indexOf(relation.name)]?.values() ?? [];
      const texts = [...facts].sort(compareFacts).map(keyOfFact);
      expect([relation.name, ...texts]).toEqual([
        relation.name,
        ...expected.facts(relation.name).map(keyOfFact),
      ]);
    }
    const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
    expect(sent.sort()).toEqual(expected.sent);
  }
}

function inputOf(
  input: RandomInput,
  armed: ReturnType<typeof armedTimers>,
): readonly (readonly [NodeInput, NaiveInput])[] {
  switch (input.kind) {
    case 'one':
    case 'two': {
      const fact = input.kind === 'one' ? [input.x] : [input.x, input.y];
      const { kind: channel } = input;
      return [
        [
          { kind: 'message', channel, fact },
          { name: channel, fact },
        ],
      ];
    }
    case 'timer':
      return [
        [
          { kind: 'timer', timer: 'tick' },
          { name: 'tick', fact: [] },
        ],
      ];
    case 'expiry': {
      const chosen = armed[input.pick];
      if (chosen === undefined) return [];
      const { site, fact } = chosen;
      return [
        [
          { kind: 'expiry', site, fact },
          { name: 'after 5 since b', fact },
        ],
      ];
    }
  }
}

test.each([
  { name: 'evaluated afresh', incrementalFrom: Number.POSITIVE_INFINITY, seed: 20261122 },
  { name: 'brought up to date', incrementalFrom: 1, seed: 20261123 },
])('a tick does what nested loops over its clauses do, $name', ({ incrementalFrom, seed }) => {
  accepted = 0;
  const property = fc.property(randomRole, (role) => compare(role, incrementalFrom));
  fc.assert(property, { seed, numRuns: 150 });
  expect(accepted).toBeGreaterThan(100);
});
