/** Random programs do the same, tick by tick, compiled and by the meaning written a second time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import { restart } from '../../src/exec/node.ts';
import type { NodeInput, NodeState, Outgoing } from '../../src/exec/node-state.ts';
import { compareFacts, keyOfFact } from '../../src/exec/value.ts';
import { memberCount } from '../../src/sim/deployment.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { type NaiveInput, NaiveNode } from './naive-node.ts';
import { type RandomInput, type RandomRole, randomRole } from './random-role.ts';
import { codeOf } from './role-runner.ts';
import { stateKey } from './state-key.ts';

/** How many of the random programs the checker takes; the others say nothing. */
let accepted = 0;

type Handling = 'in place' | 'saved and loaded' | 'both';

/** `both`: the machine goes on in place, and one that is filled from its state comes to the same. */
function compare({ text, ticks, crashes }: RandomRole, handling: Handling): void {
  const loaded = loadProgram({ name: 'random.ir', text });
  if (loaded.kind === 'err') return;
  accepted += 1;
  const { program } = loaded.value;
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  const code = codeOf(program, 'n', { measure: handling === 'in place' });
  const naive = new NaiveNode(program, role, 0, (name) => memberCount(program, name, 2));
  let machine = new Machine(code, 0);
  let before: readonly ReadonlySet<string>[] = role.clauses.map(() => new Set());
  for (const [at, inputs] of ticks.entries()) {
    const crash = crashes[at] ?? null;
    if (crash !== null) {
      machine.load(restart(code, machine.save(), { lastFlush: crash }));
      naive.restart(crash);
    }
    const state = handling === 'in place' ? null : machine.save();
    const given = inputs.flatMap((input) => inputOf(input, machine));
    const inbox = given.map(([input]) => input);
    if (handling === 'saved and loaded' && state !== null) {
      machine = new Machine(code, 0);
      machine.load(state);
    }
    const isQuiet = machine.settled && inbox.length === 0 && crash === null;
    const result = machine.tick(inbox);
    if (result.kind === 'fault') throw new Error(result.fault.message);
    if (isQuiet) expectNothing(result.outbox, machine, state);
    const expected = naive.tick(given.map(([, plain]) => plain));
    for (const relation of role.relations) {
      const facts = machine.facts(code.names.indexOf(relation.name));
      const texts = facts.toSorted(compareFacts).map(keyOfFact);
      const wanted = expected.facts(relation.name).map(keyOfFact);
      expect([relation.name, ...texts]).toEqual([relation.name, ...wanted]);
    }
    const sent = result.outbox.map((m) => `${m.channel}@${m.destination} ${keyOfFact(m.fact)}`);
    expect(sent.sort()).toEqual(expected.sent);
    if (handling === 'in place' && crashes.every((each) => each === null)) {
      const fresh = expected.heads.map((heads, clause) => {
        const old = code.isEventClause[clause] === true ? new Set() : before[clause];
        return [...heads].filter((text) => old?.has(text) !== true).length;
      });
      expect(result.stats?.derived).toEqual(fresh);
      before = expected.heads;
    }
    if (handling !== 'both' || state === null) continue;
    const other = new Machine(code, 0);
    other.load(state);
    other.tick(inbox);
    expect(stateKey(other.save())).toBe(stateKey(machine.save()));
  }
}

/** A settled machine does nothing without input. */
function expectNothing(
  outbox: readonly Outgoing[],
  after: Machine,
  before: NodeState | null,
): void {
  expect(outbox).toEqual([]);
  if (before !== null) expect(stateKey(after.save())).toBe(stateKey(before));
}

function inputOf(
  input: RandomInput,
  machine: Machine,
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
      const chosen = machine.armed()[input.pick];
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
  { handling: 'in place' as const, seed: 20261122 },
  { handling: 'saved and loaded' as const, seed: 20261123 },
  { handling: 'both' as const, seed: 20261124 },
])('a tick does what nested loops over its clauses do, $handling', ({ handling, seed }) => {
  accepted = 0;
  const property = fc.property(randomRole, (role) => compare(role, handling));
  fc.assert(property, { seed, numRuns: 60 });
  expect(accepted).toBeGreaterThan(45);
});

// Statements of a tick stand behind tests of a handful each: an aggregate over several relations may begin in one handful
// and end in the next.
test.each([...Array(10).keys()])('an aggregate behind %i other clauses', (others) => {
  const fillers = [...Array(others).keys()];
  const text = `role other external
role n {
  relation a(x: int)
  relation b(x: int)
  relation d(x: int)
${fillers.map((at) => `  relation f${at}(x: int)`).join('\n')}
  relation most(x: int)
  a(x) :- one(x)
  persist a(x) until one(x)
  b(x) :- two(x, _)
  persist b(x) until two(_, x)
  d(x) :- two(x, _)
  persist d
${fillers.map((at) => `  f${at}(x + ${at}) :- ${at === 0 ? 'a' : `f${at - 1}`}(x)`).join('\n')}
  most(max<x>) :- ${others === 0 ? 'a' : `f${others - 1}`}(x), b(_), d(_)
  out@o(x, x) :~ most(x), other(o)
}
channel one(x: int): other -> n
channel two(x: int, y: int): other -> n
channel out(x: int, y: int): n -> other
`;
  const one = (x: number): RandomInput => ({ kind: 'one', x });
  const two = (x: number, y: number): RandomInput => ({ kind: 'two', x, y });
  const ticks = [[two(1, 2)], [one(3)], [one(4)], [], [two(5, 1)], [one(4)], [two(5, 5)], []];
  accepted = 0;
  compare({ text, ticks, crashes: [] }, 'in place');
  expect(accepted).toBe(1);
});
