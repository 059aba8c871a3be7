/** The main job on voting, from the program to every command that reads its plan. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { PlanDocument } from '../../src/plan/document.ts';
import { freshFolder, type Ran, run } from './support.ts';

let made: Ran;
let document: PlanDocument;

beforeAll(async () => {
  freshFolder();
  made = await run('voting.ir', '--machines', '26', '--out', 'plan.json');
  document = JSON.parse(readFileSync('plan.json', 'utf8'));
}, 60_000);

test('the plan is printed beside the original, and every figure is called predicted', () => {
  expect(made.status).toBe(0);
  expect(made.out).toMatch(
    /^voting\.ir → plan [0-9a-f]{6} {3}\(\+ new {2}~ changed {2}- removed {2}= kept\)$/m,
  );
  expect(made.out).toMatch(/^ {2}~ leader\b/m);
  expect(made.out).toMatch(/^ {2}\+ \w+ +×\d+ .*split off leader by /m);
  expect(made.out).toMatch(/^ {2}throughput .*×.*bottleneck: /m);
  expect(made.out).toContain('predicted by the cost model `throughput`; nothing here was measured');
  expect(made.out).toMatch(/side conditions proved; rule: theorem: /);
  expect(made.out).toContain('(argued, judged)');
  expect(made.out).toMatch(/^ {2}search {2}saturated · \d+ iterations · \d+ e-nodes/m);
  expect(made.out).not.toContain(String.fromCharCode(27));
  expect(made.err).toContain('taking the shipped');
  expect(made.err).toMatch(/✔ saturate/);
});

test('the run is saved whole: plan, programs, trace, e-graph, proofs, and how to repeat it', () => {
  const [name, ...rest] = readdirSync('.compart/runs');
  expect(rest).toEqual([]);
  expect(name).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/);
  const folder = join('.compart/runs', name ?? '');
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  expect(JSON.parse(read('plan.json'))).toEqual(document);
  expect(read('plan.ir')).toBe(document.ir);
  expect(read('source.ir')).toBe(document.program.text);
  const events = read('trace.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.filter((each) => each.event === 'step')).toHaveLength(document.trace.length);
  expect(Object.keys(JSON.parse(read('egraph.json')))).toEqual([
    'nodes',
    'root_eclasses',
    'class_data',
  ]);
  expect(JSON.parse(read('run.json'))).toMatchObject({
    argv: ['voting.ir', '--machines', '26', '--out', 'plan.json'],
    exitStatus: 0,
    stop: 'saturated',
  });
  const instances = document.trace.flatMap((step) =>
    step.obligations.filter((each) => each.kind === 'instance' || each.kind === 'bounded'),
  );
  const scripts = readdirSync(join(folder, 'proofs'));
  expect(new Set(scripts)).toEqual(
    new Set(instances.map((each) => `${each.id.replace('sha256:', '')}.smt2`)),
  );
});

test('the same input and seed give the same document, but for measured values', async () => {
  const again = await run('voting.ir', '--machines', '26', '--json', '--no-save');
  const { elapsedMs: _, ...search } = document.search;
  const { elapsedMs: elapsed, ...searchAgain } = JSON.parse(again.out).search;
  expect(elapsed).toBeGreaterThan(0);
  expect({ ...JSON.parse(again.out), search: searchAgain }).toEqual({ ...document, search });
});

test('trace shows each step with its diff and proofs', async () => {
  const { status, out } = await run('trace', 'plan.json');
  expect(status).toBe(0);
  for (const [at, step] of document.trace.entries())
    expect(out).toContain(`step ${at + 1}  ${step.rule}  on ${step.at}`);
  expect(out).toContain('--- original\n  +++ after step 1\n  @@');
  expect((await run('trace', 'plan.json', '--step', '1')).out).toMatch(
    /\(proved, instance by z3-solver/,
  );
  expect((await run('trace', 'plan.json', '--step', '99')).status).toBe(2);
  expect((await run('trace', 'plan.json', '--declined')).out).toMatch(/^ {2}why /m);
});

test('trace --why and --why-not tell used, refused and not considered apart', async () => {
  const added = document.plan.roles.find((role) => role.by !== 'original');
  expect((await run('trace', 'plan.json', '--why', added?.name ?? '')).out).toMatch(
    /^ {2}step \d/m,
  );
  expect((await run('trace', 'plan.json', '--why', 'participnt')).err).toContain(
    'did you mean `participant`?',
  );
  const [first] = document.trace;
  expect((await run('trace', 'plan.json', '--why-not', `${first?.rule}`)).out).toContain(
    'is used: step 1',
  );
  const refused = document.declined[0];
  const why = await run('trace', 'plan.json', '--why-not', `${refused?.rule}@${refused?.at}`);
  expect(why.out).toContain(refused?.condition);
  const role = await run('trace', 'plan.json', '--why-not', 'relay@nobody');
  expect(role.status).toBe(2);
});

test('trace makes the plan that is asked for, and a plan that is made stays as it is', async () => {
  const few = await run(
    'trace',
    'voting.ir',
    '--machines',
    '5',
    '--set',
    'participants=2',
    '--json',
  );
  expect(few.status).toBe(0);
  expect(JSON.parse(few.out).trace.length).toBeGreaterThan(0);
  const other = await run('trace', 'plan.json', '--machines', '5');
  expect(other.status).toBe(2);
  expect(other.err).toContain('its number of machines stays');
  expect(other.err).toContain('optimize PROGRAM --machines 5');
  const set = await run('prove', 'plan.json', '--set', 'participants=2');
  expect(set.status).toBe(2);
  expect(set.err).toContain('its `participants` stays');
});

test('the plan as a program is formatted, checks, runs, and optimizes again', async () => {
  const emitted = await run('emit', 'plan.json', '--target', 'ir', '--out', 'made');
  expect(emitted).toEqual({ status: 0, out: 'made/voting.plan.ir\n', err: '' });
  expect((await run('fmt', '--check', 'made/voting.plan.ir')).status).toBe(0);
  expect((await run('check', 'made/voting.plan.ir')).status).toBe(0);
  expect((await run('sim', 'made/voting.plan.ir', '--commands', '20')).status).toBe(0);
  expect((await run('made/voting.plan.ir', '--no-save')).status).toBe(0);
});

test('emit writes what it is asked for, to stdout or a folder', async () => {
  const json = await run('emit', 'plan.json', '--target', 'json');
  expect(json.out).toBe(readFileSync('plan.json', 'utf8'));
  expect((await run('emit', 'latest', '--target', 'mermaid')).out).toContain('flowchart');
  expect((await run('emit', 'plan.json', '--target', 'svg')).out).toMatch(/<svg[\s\S]*<\/svg>\s*$/);
  expect((await run('emit', 'plan.json', '--target', 'kubernetes')).status).toBe(2);
});

test('prove finds every obligation again, and writes it for other solvers', async () => {
  const { status, out } = await run('prove', 'plan.json', '--smt2', 'scripts', '--json');
  const proofs = JSON.parse(out);
  expect(status).toBe(0);
  expect(proofs.schema).toBe('compart/proofs@1');
  const all = document.trace.flatMap((step) => step.obligations);
  expect(proofs.obligations).toHaveLength(all.length);
  for (const each of proofs.obligations) expect(each.verdict).toBe('proved');
  for (const each of proofs.obligations)
    if (each.kind === 'instance') expect(each.satisfiable).toBe(true);
  for (const file of readdirSync('scripts'))
    expect(readFileSync(join('scripts', file), 'utf8')).toContain('; expect: unsat');
});

test('prove says before it begins that scripts cannot be written', async () => {
  writeFileSync('no-folder', '');
  for (const folder of ['no-folder', join('no-folder', 'in-it')]) {
    const { status, out, err } = await run('prove', 'plan.json', '--smt2', folder);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^error\[CF0007\]: .* cannot be written: .* is not a directory\n$/);
  }
});

test('proofs name clauses by their lines', async () => {
  const { out } = await run('trace', 'plan.json', '--step', '2');
  expect(out).toContain('the facts that meet in voting.ir:16');
});

test('an obligation that no search finds is not proved', async () => {
  const [first, ...rest] = document.trace;
  const forged = first?.obligations.map((each) => ({
    ...each,
    id: each.kind === 'instance' ? 'sha256:0' : each.id,
  }));
  writeFileSync(
    'forged.json',
    JSON.stringify({ ...document, trace: [{ ...first, obligations: forged }, ...rest] }),
  );
  const { status, out } = await run('prove', 'forged.json');
  expect(status).toBe(1);
  expect(out.replace(/\s+/g, ' ')).toContain('does not find this step with these obligations');
});

const edits: readonly (readonly [place: string, (plan: PlanDocument) => PlanDocument])[] = [
  [
    '`plan.roles[1].instances` is 77, and the programs in the plan say ',
    (plan) => ({
      ...plan,
      plan: {
        ...plan.plan,
        roles: plan.plan.roles.map((role, at) => (at === 1 ? { ...role, instances: 77 } : role)),
      },
    }),
  ],
  [
    '`plan.machines` is 555, and the programs in the plan say ',
    (plan) => ({ ...plan, plan: { ...plan.plan, machines: 555 } }),
  ],
  [
    '`original.predicted.bottleneck` is "nobody"',
    (plan) => ({
      ...plan,
      original: {
        ...plan.original,
        predicted: { ...plan.original.predicted, bottleneck: 'nobody' },
      },
    }),
  ],
  [
    '`ir` is no plan of `program.text`: it declares other workload',
    (plan) => ({ ...plan, ir: plan.ir.replace(/keys \d+|clients \d+/, 'clients 3') }),
  ],
  [
    '`ir` is no plan of `program.text`: channel `vote` has other columns or flags',
    (plan) => ({
      ...plan,
      ir: plan.ir.replace(/channel vote\([^)]*\): \w+ -> \w+/, '$& reliable'),
    }),
  ],
  ['--> edited.json#ir:', (plan) => ({ ...plan, ir: plan.ir.replace('done(', 'dnoe(') })],
  ['no parameter `g`', (plan) => ({ ...plan, program: { ...plan.program, parameters: { g: 1 } } })],
  [
    '`program.name` is "../x", expected',
    (plan) => ({ ...plan, program: { ...plan.program, name: '../x' } }),
  ],
];

test.each(edits)('a plan that was edited by hand is refused: %s', async (place, edit) => {
  writeFileSync('edited.json', JSON.stringify(edit(document)));
  const commands = [
    ['verify', 'edited.json'],
    ['prove', 'edited.json'],
    ['emit', 'edited.json', '--target', 'svg'],
    ['sim', 'edited.json'],
    ['trace', 'edited.json'],
  ];
  for (const argv of commands) {
    const { status, out, err } = await run(...argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(place);
  }
});

test('a plan that lacks a clause is refused where it is believed', async () => {
  const ir = document.ir.replace(/^ {2}reply@.*\n/m, '');
  expect(ir).not.toBe(document.ir);
  writeFileSync('cut.json', JSON.stringify({ ...document, ir }));
  const { status, err } = await run('emit', 'cut.json', '--target', 'ir');
  expect(status).toBe(2);
  expect(err).toContain('no part of `leader` sends `reply`');
});

test('the plan that came second is shown, and why it lost', () => {
  const { runnerUp } = document;
  expect(runnerUp?.machines).toBeLessThanOrEqual(26);
  expect(runnerUp?.roles.length).toBeGreaterThan(1);
  const line = /^ {2}second {2}\S+ k\/s @ \d+: [^*]*?\)$/ms.exec(made.out)?.[0] ?? '';
  expect(line.replace(/\s+/g, ' ')).toContain(
    `@ ${runnerUp?.machines}: ${runnerUp?.lost} (leader `,
  );
});

test('a program whose text was changed is refused', async () => {
  const program = { ...document.program, text: `${document.program.text}\n` };
  writeFileSync('changed.json', JSON.stringify({ ...document, program }));
  const { status, err } = await run('verify', 'changed.json');
  expect(status).toBe(2);
  expect(err).toContain('does not have the hash');
});

test('a target that no plan reaches is a no, and shows the original', async () => {
  const { status, out } = await run(
    'voting.ir',
    '--target',
    '100M',
    '--machines',
    '5',
    '--no-save',
  );
  expect(status).toBe(1);
  expect(out).toMatch(/no plan reaches 100 M\/s with 5 machines; below is the original/);
});

test('a target without a cap is reached with as many machines as it takes', async () => {
  const { status, out } = await run('voting.ir', '--target', '250k', '--no-save', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out).cost).toEqual({
    objective: 'throughput',
    model: 'throughput',
    target: 250_000,
  });
  const { out: text } = await run('voting.ir', '--machines', '3', '--no-save');
  expect(text).toMatch(/^voting\.ir: no plan gets by with 3 machines; below is the original\n/);
});

test('the default cap is three times the original, and the front beyond it is shown', async () => {
  const { out } = await run('paxos.ir', '--no-save', '--limit-iterations', '1');
  expect(out).toContain(
    "the cap is 24 machines, three times the original's 8; --machines N sets another",
  );
}, 60_000);

test.skipIf(!existsSync('/dev/full'))(
  'a plan that the disk has no room for is printed all the same',
  async () => {
    const { status, out, err } = await run('voting.ir', '--no-save', '--out', '/dev/full');
    expect(status).toBe(4);
    expect(err).toContain('/dev/full cannot be written: the disk is full');
    expect(out).toMatch(/^voting\.ir → plan /);
  },
  60_000,
);

test('a run that cannot be saved is a warning', async () => {
  const here = process.cwd();
  freshFolder();
  writeFileSync('.compart', 'not a folder');
  const { status, err } = await run('voting.ir', '--machines', '5');
  process.chdir(here);
  expect(status).toBe(0);
  expect(err).toContain('warning: the run was not saved: ');
});

test('a search that ran out of time says so, and is no failure', async () => {
  const { status, out } = await run('paxos.ir', '--limit-ms', '1', '--json', '--no-save');
  expect(status).toBe(0);
  expect(JSON.parse(out).search.stop).toBe('time');
}, 60_000);
