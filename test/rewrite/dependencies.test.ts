/** Policies with functions of columns: found over clauses, proved or refuted, and what becomes of them in a plan. */
import { afterAll, expect, test } from 'vitest';
import { partitionCoHashing } from '../../rules/partition/co-hashing.ts';
import { partitionDependencies } from '../../rules/partition/dependencies.ts';
import { componentOfRole } from '../../src/analysis/component.ts';
import { functionPolicies } from '../../src/analysis/key-functions.ts';
import { functionKeys, instrument, observedKey } from '../../src/extract/instrument.ts';
import { printKeys } from '../../src/ir/key.ts';
import { printProgram } from '../../src/ir/print.ts';
import { visibleIn } from '../../src/ir/schema.ts';
import { defaultLoadOptions, measureLoad } from '../../src/sim/load-profile.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { load } from '../judge/judge.ts';
import { choosing, planProgram } from '../support/choose-plan.ts';
import { shipped } from '../support/protocols.ts';
import { search } from '../support/rules-at-work.ts';

const solver = createSolver({ workersMax: 1 });
afterAll(() => solver.dispose());

const store = (clauses: string, functions = ''): string => `
${functions}
role client external
role front {
  put@s(c, k, x) :~ write(c, k, x), server(s)
  get@s(c, k) :~ read(c, k), server(s)
  pair@s(p, x) :~ write(c, k, x), server(s), p = (k, c)
}
role server {
  relation cell(k: int, x: int)
  relation other(k: int, x: int)
  ${clauses}
}
channel write(c: client, k: int, x: int): client -> front
channel read(c: client, k: int): client -> front
channel put(c: client, k: int, x: int): front -> server
channel get(c: client, k: int): front -> server
channel pair(p: (int, client), x: int): front -> server
channel answer(k: int, x: int): server -> client
`;

function policiesOf(text: string): readonly string[] {
  const program = load(text);
  const component = componentOfRole(program, 'server');
  const visible = visibleIn(program, component.role);
  const columns = (name: string): readonly string[] =>
    (visible.get(name)?.columns ?? []).map((each) => each.name);
  return functionPolicies(component).policies.map((policy) => printKeys(policy, columns));
}

const answers = 'answer@c(k, x) :~ get(c, k), cell(k, x)';

test.each([
  ['a function', `cell(hash(x), x) :- put(_, _, x)  persist cell  ${answers}`, 'put(hash(x))'],
  ['arithmetic', `cell(k / 10, x) :- put(_, k, x)  persist cell  ${answers}`, 'put(k / 10)'],
  ['a remainder', `cell(k % 8, x) :- put(_, k, x)  persist cell  ${answers}`, 'put(k % 8)'],
  ['a component of a tuple', `cell(p.0, x) :- pair(p, x)  persist cell  ${answers}`, 'pair(p.0)'],
  [
    'over a relation in between',
    `other(x, x) :+ put(_, _, x)  persist other  cell(hash(k), x) :- other(k, x)  ${answers}`,
    'put(hash(x))',
  ],
  [
    'inherited in recursion',
    `cell(hash(x), x) :- put(_, _, x)  cell(k, x) :+ cell(k, x), !get(_, k)  other(k, x) :- cell(k, x)  answer@c(k, x) :~ get(c, k), other(k, x)`,
    'put(hash(x))',
  ],
  [
    'one function on both sides',
    'cell(k, x) :- put(_, k, x)  persist cell  answer@c(k, x) :~ get(c, j), cell(k, x), hash(j) == hash(k)',
    'get(hash(k))',
  ],
])('%s is found', (_, clauses, key) => {
  expect(policiesOf(store(clauses))[0]).toContain(key);
});

test.each([
  ['columns do', `cell(k, x) :- put(_, k, x)  persist cell  ${answers}`],
  [
    'two clauses want two functions',
    `cell(x / 2, x) :- put(_, _, x)  cell(x / 3, x) :- put(_, _, x)  persist cell  ${answers}`,
  ],
  [
    'values move on from tick to tick',
    `cell(x / 2, x) :- put(_, _, x)  cell(k + 1, x) :+ cell(k, x), k < 9  ${answers}`,
  ],
  [
    'the sender would need to know who receives',
    `cell(hash((me, x)), x) :- put(_, _, x)  persist cell  ${answers}`,
  ],
])('nothing is found where %s', (_, clauses) => {
  expect(policiesOf(store(clauses))).toEqual([]);
});

test('storage by the hash of values: no key by columns, and a proof of every clause for the hash', async () => {
  const base = shipped('verified-kvs');
  const saturated = await search(base, [partitionCoHashing, partitionDependencies], solver);
  const own = [...saturated.applications].filter(
    ([, { match }]) => match.site.role.name === 'storage',
  );
  expect(own.map(([, each]) => [each.rule.name, each.match.proposal.summary])).toEqual([
    [
      'partition/dependencies',
      'spreads its facts by collisions(h), incoming(h), stored(h), toStorage(hash(v))',
    ],
  ]);
  const declined = saturated.declined.filter((each) => each.at === 'storage');
  expect(declined.map((each) => [each.rule, each.condition, each.verdict])).toEqual([
    ['partition/co-hashing', 'co-hashing', 'refuted'],
  ]);
  expect(declined[0]?.counterexample.join()).toContain(
    'partition of incoming = partition0,partition of stored = partition1',
  );
  const proofs = own.flatMap(([, each]) => each.proofs);
  expect(proofs.map((each) => each.claim)).toContain('h == hash(v) in every incoming of storage.1');
  const [node] = own[0] ?? [];
  const plan = planProgram(saturated, choosing(saturated, node ?? (0 as never)));
  const text = printProgram(plan);
  expect(text).toMatch(/channel toStorage\([^)]*\)[^\n]*\n?[^\n]*by \(hash\(v\)\)/);
  const again = load(text);
  expect(again.channels.find((each) => each.name === 'toStorage')?.route).toHaveLength(1);
  const measured = measureLoad(again, { ...defaultLoadOptions, commands: 10 });
  expect(measured.kind).toBe('ok');
});

test('how the values of a function spread is counted, and the program does what it did', async () => {
  const base = shipped('verified-kvs');
  const saturated = await search(base, [partitionDependencies], solver);
  const keys = functionKeys(saturated.applications.values());
  expect(keys.map(({ role, channel }) => [role, channel])).toEqual([['storage', 'toStorage']]);
  const observed = instrument(base, [], [], saturated.space.introduced, keys);
  const options = { ...defaultLoadOptions, commands: 20 };
  const [plain, counted] = [measureLoad(base, options), measureLoad(observed, options)];
  if (plain.kind === 'err' || counted.kind === 'err') throw new Error('both run');
  const [key] = keys;
  const { toStorage = [] } = plain.value.keys;
  const spread = key && counted.value.keys[observedKey(key.channel, key.of)]?.at(-1);
  expect(spread?.distinct).toBe(toStorage[2]?.distinct);
  const received = (profile: typeof plain.value): unknown =>
    profile.roles.map((each) => each.received);
  expect(received(counted.value)).toEqual(received(plain.value));
});

test('a function of the program without a body is a key, and that it gives values is assumed', async () => {
  const text = store(
    `cell(region(x), x) :- put(_, _, x)  persist cell  ${answers}`,
    'function region(x: int): int extern',
  );
  const saturated = await search(load(text), [partitionDependencies], solver);
  const [own] = [...saturated.applications.values()];
  expect(own?.match.proposal.summary).toContain('put(region(x))');
  expect(own?.proofs.flatMap((each) => each.hypotheses)).toContain(
    '`region` gives a value for all arguments',
  );
});
