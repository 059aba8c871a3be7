/** Declared lattices: their laws are proved, or broken by values that are shown, or nobody can tell. */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { renderDiagnostics } from '../../src/base/render.ts';
import { checkLaws, lawsOf } from '../../src/rewrite/laws.ts';
import { createSolver } from '../../src/smt/solver.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { programOf } from '../analysis/support.ts';
import { search } from '../support/rules-at-work.ts';

const solver = createSolver();
afterAll(() => solver.dispose());

const around = `role client external
role node { relation r(x: Top)
  r(x) :- put(x)
  persist r
}
channel put(x: ELEMENT): client -> node`;

async function judge(lattice: string): Promise<readonly string[]> {
  const element = /\(a: (.*?), b:/.exec(lattice)?.[1] ?? 'int';
  const program = programOf(`${lattice}\n${around.replace('ELEMENT', element)}`);
  const found = await checkLaws(program, solver);
  return found.map(({ code, message, notes }) =>
    [code, message, ...notes.map((n) => n.message)].join(' | '),
  );
}

test.each([
  'lattice Top(a: int, b: int) = if a > b then a else b',
  'lattice Top(a: int, b: int) = max(a, b)',
  'lattice Top(a: (int, int), b: (int, int)) = (max(a.0, b.0), min(a.1, b.1))',
  'lattice Top(a: (int, string), b: (int, string)) = if a.0 > b.0 || a.0 == b.0 && a.1 > b.1 then a else b',
  'lattice Top(a: string, b: string) = if size(a) > size(b) || size(a) == size(b) && a > b then a else b',
  'function wins(a: int, b: int): bool = a >= b\nlattice Top(a: int, b: int) = if wins(a, b) then a else b',
  'lattice Top(a: bool, b: bool) = a || b',
])('%s is one', async (lattice) => {
  expect(await judge(lattice)).toEqual([]);
});

test('the later one wins: whichever comes later', async () => {
  expect(await judge('lattice Top(a: int, b: int) = b')).toEqual([
    "RW0001 | the merge of `Top` isn't commutative | for example: a = 3, b = 2, one way = 2, the other way = 3",
  ]);
});

test('a newer version wins, but equal versions with two values are a tie', async () => {
  const [found, ...more] = await judge(
    'lattice Top(a: (int, int), b: (int, int)) = if a.0 >= b.0 then a else b',
  );
  expect(more).toEqual([]);
  expect(found).toMatch(
    /^RW0001 .* isn't commutative \| for example: a = \((\d), \d\), b = \(\1, \d\)/,
  );
});

test('sums count what comes twice; means depend on what comes first', async () => {
  expect(
    (await judge('lattice Top(a: int, b: int) = a + b')).map((each) => each.slice(0, 44)),
  ).toEqual(["RW0001 | the merge of `Top` isn't idempotent"]);
  expect((await judge('lattice Top(a: int, b: int) = (a + b) / 2')).join('\n')).toMatch(
    /^RW0001 \| the merge of `Top` isn't associative/,
  );
});

test('what rests on a function that the solver does not know is not shown', async () => {
  expect(await judge('lattice Top(a: int, b: int) = if hash(a) > hash(b) then a else b')).toEqual([
    'RW0002 | the merge of `Top` is not shown to be commutative: it depends on functions',
  ]);
});

test('the finding points at the declaration', async () => {
  const text = `lattice Top(a: int, b: int) = b\n${around.replace('ELEMENT', 'int')}`;
  const source = { name: 'late.ir', text };
  const loaded = loadProgram(source);
  if (loaded.kind === 'err') throw new Error('the program loads');
  const found = await checkLaws(loaded.value.program, solver, loaded.value.spans.node);
  expect(renderDiagnostics(found, source)).toContain('late.ir:1:');
});

test('each law of a proved lattice is an obligation', () => {
  const program = programOf(
    `lattice Top(a: int, b: int) = max(a, b)\n${around.replace('ELEMENT', 'int')}`,
  );
  const laws = program.lattices.flatMap((each) => lawsOf(program, each));
  expect(laws.map((each) => each.title)).toEqual([
    'Top is commutative',
    'Top is associative',
    'Top is idempotent',
  ]);
});

/** A message leaves from copies of a relation that merges: legal if merging is. */
async function copied(lattice: string): Promise<readonly string[]> {
  const program = programOf(`
${lattice}
role client external
role server {
  relation known(k: int, x: Top)
  relation asked(c: client, k: int)
  known(k, x) :- put(_, k, x)
  persist known
  asked(c, k) :- ask(c, k)
  persist asked
  stored@c(k) :~ put(c, k, _)
  told@c(k, x) :~ asked(c, k), known(k, x)
}
channel put(c: client, k: int, x: int): client -> server
channel ask(c: client, k: int): client -> server
channel stored(k: int): server -> client
channel told(k: int, x: Top): server -> client
`);
  const found = await search(program, rules, solver);
  const applied = [...found.applications.values()]
    .filter(({ rule }) => rule.name === 'decouple/monotonic')
    .flatMap(({ proofs }) => proofs)
    .filter((proof) => proof.lemma === 'monotonic')
    .flatMap(({ claim, hypotheses }) => [
      claim,
      ...hypotheses.filter((h) => h.startsWith('assumed')),
    ]);
  const declined = found.declined
    .filter(({ rule, condition }) => rule === 'decouple/monotonic' && condition === 'monotonic')
    .map(({ reason, verdict, counterexample }) => [verdict, reason, ...counterexample].join(' | '));
  return [...new Set([...applied, ...declined])];
}

test('a rule that needs a merge to be one asks for its laws', async () => {
  expect(await copied('lattice Top(a: int, b: int) = max(a, b)')).toContain('Top is commutative');
  expect(await copied('lattice Top(a: int, b: int) = b')).toEqual([
    'refuted | Top is commutative: refuted | a = 3 | b = 2 | one way = 2 | the other way = 3',
  ]);
});

test('a merge by a function that is bound later is assumed to be one, and the proof says so', async () => {
  const found = await copied(
    'function pick(a: int, b: int): int extern fd (a, b -> result)\nlattice Top(a: int, b: int) = pick(a, b)',
  );
  expect(found).toContain(
    'assumed: `Top` is commutative, associative and idempotent, whatever `pick` may be bound to',
  );
});
