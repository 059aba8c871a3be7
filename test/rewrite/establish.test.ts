/** What becomes of declared keys and dependencies: promised, inferred, proved, or left to the simulator. */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import type { Program } from '../../src/ir/program.ts';
import { establishDependencies } from '../../src/rewrite/establish.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { node, programOf } from '../analysis/support.ts';
import { shipped } from '../support/protocols.ts';
import { search } from '../support/rules-at-work.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const channels = `channel put(k: int, v: int): client -> node key (k)
  channel set(k: int, v: int): client -> node
  channel out(k: int, v: int): node -> client`;

/** `relation: standing`, of what is declared within the role. */
async function standings(members: string, more: string = ''): Promise<readonly string[]> {
  const all = await establishDependencies(node(members, `${channels}\n${more}`), solver);
  return all
    .filter((each) => each.standing !== 'given')
    .map((each) => `${each.relation}: ${each.standing}`);
}

test('what clients promise is given, and what copies it is inferred', async () => {
  const all = await establishDependencies(
    node('relation r(k: int, v: int) key (k)\nr(k, v) :- put(k, v)\npersist r', channels),
    solver,
  );
  expect(all.map(({ relation, text, standing }) => `${relation} ${text}: ${standing}`)).toEqual([
    'r key (k): inferred',
    'put key (k): given',
  ]);
});

test('a register that is overwritten has one value in a tick: two clauses that never fire together', async () => {
  const register = (guard: string): string =>
    `relation new(k: int, v: int)\nrelation r(k: int, v: int) key (k)
     new(k, max<v>) :- set(k, v)\nr(k, v) :+ new(k, v)\nr(k, v) :+ r(k, v)${guard}
     out@c(k, v) :~ r(k, v), client(c)`;
  expect(await standings(register(', !new(k, _)'))).toEqual(['r: proved']);
  expect(await standings(register(''))).toEqual(['r: monitored']);
});

test('ranges that exclude each other, and ranges that overlap', async () => {
  const two = (second: string): string =>
    `relation r(k: int, v: int) key (k)\nr(k, 0) :- put(k, v), v < 5\nr(k, 1) :- put(k, v), ${second}`;
  expect(await standings(two('v >= 5'))).toEqual(['r: proved']);
  expect(await standings(two('v >= 4'))).toEqual(['r: monitored']);
});

test('initial facts count, and only against what the first tick derives', async () => {
  const clock = (start: string): string =>
    `relation n(x: int) key ()\n${start}\nn(x + 1) :+ n(x), put(_, _)\nn(x) :+ n(x), !put(_, _)`;
  expect(await standings(clock('init n(0)'))).toEqual(['n: proved']);
  expect(await standings(clock('init n(0)\ninit n(1)'))).toEqual(['n: monitored']);
  expect(await standings(clock('init n(0)\nn(7) :- put(7, _)'))).toEqual(['n: monitored']);
});

test('one that leans on another that is not shown falls with it, and says nothing false', async () => {
  const members = `relation a(k: int, v: int) key (k)\nrelation b(k: int, v: int) key (k)
    a(k, v) :- set(k, v)\nb(k, v) :- a(k, v), v < 5\nb(k, 9) :- a(k, v), v >= 5`;
  expect(await standings(members)).toEqual(['a: monitored', 'b: monitored']);
});

test('what members send under their own names may differ from member to member', async () => {
  const program = (sent: string): Promise<readonly string[]> =>
    standings(
      `relation r(k: int) key (k)\nr(k) :- put(k, _)\nsay@n(k, ${sent}) :~ r(k), node(n)`,
      'channel say(k: int, v: int): node -> node key (k)',
    );
  expect(await program('k + 1')).toEqual(['r: inferred', 'say: inferred']);
  expect(await program('if k > 3 then 1 else 2')).toContain('say: inferred');
  expect(await program('hash(me)')).toContain('say: monitored');
});

test('an induction step that fails is no run that breaks the key: it says from which facts', async () => {
  const all = await establishDependencies(shipped('quota'), solver);
  const left = all.find((each) => each.relation === 'left');
  expect(left?.standing).toBe('monitored');
  expect(left?.reason).toMatch(/^not shown: left: .*, from a state that may not come about$/);
  expect(left?.counterexample.some((line) => line.includes('spent('))).toBe(true);
});

test('kvs: its cells have one value a key, since the winner of a tick overwrites', async () => {
  const all = await establishDependencies(shipped('kvs'), solver);
  expect(all.map((each) => `${each.relation} ${each.standing}`)).toContain('cell proved');
});

/** Facts of one key meet; they may be spread by what the key determines. */
function spreading(sent: string, fd: string): Program {
  return programOf(`
role client external
role front {
  put@n(k, ${sent}, x) :~ write(_, k, s, x), node(n)
}
role node {
  relation r(k: int, s: int, x: int)
  r(k, s, x) :- put(k, s, x)
  persist r
  pair@c(k, s) :~ r(k, s, x), r(k, _, y), x < y, client(c)
}
channel write(c: client, k: int, s: int, x: int): client -> front
channel put(k: int, s: int, x: int): front -> node ${fd}
channel pair(k: int, s: int): node -> client
`);
}

/** What the proofs of co-hashing by `s` alone rest on. */
async function restsOn(sent: string, fd: string = ''): Promise<readonly string[]> {
  const found = await search(spreading(sent, fd), rules, solver);
  const spread = [...found.applications.values()].filter(
    ({ match: { proposal } }) =>
      proposal.kind === 'partition' &&
      Object.entries(proposal.policy).some(([name, key]) => name === 'r' && `${key}` === '1'),
  );
  const proofs = spread.flatMap(({ proofs: all }) =>
    all.filter((each) => each.lemma === 'co-hashing'),
  );
  return [
    ...new Set(proofs.flatMap((each) => each.hypotheses).filter((text) => text.includes('->'))),
  ];
}

test('a proof that uses a dependency says how it is known', async () => {
  expect(await restsOn('(k + s) % 4')).toEqual([]);
  expect(await restsOn('k % 4', '')).toEqual(['r: k -> s (inferred from the clauses)']);
  expect(await restsOn('s', 'fd (k -> s)')).toEqual(['r: k -> s (inferred from what is declared)']);
  expect(await restsOn('s')).toEqual([]);
});
