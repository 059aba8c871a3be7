/** Input that can't be used: a clear message, status 2, nothing on stdout, no stack, nothing written. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { throughputModel } from '../../cost-models/index.ts';
import { mapWork } from '../../src/extract/cost.ts';
import { writeCostModel } from '../../src/extract/cost-model-file.ts';
import { freshFolder, run } from './support.ts';

let folder = '';
beforeEach(() => {
  folder = freshFolder();
});

const cycle = `role client external
role a {
  relation p(x: int)
  relation q(x: int)

  p(x) :- req(_, x), !q(x)
  q(x) :- req(_, x), !p(x)
  reply@c(x) :~ req(c, x), p(x)
}

channel req(c: client, x: int): client -> a
channel reply(x: int): a -> client
`;

const unknownRole = cycle.replace('client -> a', 'client -> b');

const model = {
  schema: 'compart/cost-model@1',
  name: 'x',
  machine: 'm',
  work: { wake: 1 },
  latency: { hopMs: 1, jitterMs: 0, syncMs: 1 },
  dollarsPerMachineHour: 1,
  provenance: {},
};

const external = `function encrypt(key: int, x: string): string extern

role client external
role server {
  reply@c(encrypt(id, "x")) :~ ask(c, id)
}

channel ask(c: client, id: int): client -> server
channel reply(x: string): server -> client

workload {
  issue ask(me, id) to server until reply(_)
}
`;

const files: Readonly<Record<string, string | Uint8Array>> = {
  'bytes.ir': Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919 + 131) % 256),
  'empty.ir': '',
  'words.ir': 'this is no program, (and [never) was one',
  'deep.ir': `role a {\n  r(x) :- s(${'('.repeat(100_000)}1${')'.repeat(100_000)})\n}\n`,
  'cycle.ir': cycle,
  'unknown.ir': unknownRole,
  'external.ir': external,
  'parts.ir': external.replace('role server {', 'role server parts 99999999 {'),
  'payload.ir': external
    .replace('ask(c: client, id: int)', 'ask(c: client, id: int, x: string)')
    .replace('ask(c, id)', 'ask(c, id, _)')
    .replace('ask(me, id)', 'ask(me, id, bytes(999999999))'),
  'other.mjs': 'export function other() { return 1; }\n',
  'model.json': JSON.stringify(model),
  'broken.json': '{"schema": ',
  'other.json': '{"schema": "compart/plan@9"}',
  'list.json': '[]',
  'bare.json': '{"schema": "compart/plan@1"}',
};

test.each([
  [['check', 'bytes.ir'], /bytes\.ir is not UTF-8 text/],
  [['check', 'empty.ir'], /the program has no role/],
  [['check', 'words.ir'], /error\[IR01/],
  [['check', 'deep.ir'], /nested more than \d+ levels deep/],
  [['fmt', 'deep.ir'], /nested more than \d+ levels deep/],
  [['check', 'cycle.ir'], /error\[IR04/],
  [['check', 'unknown.ir'], /`b`/],
  [['optimize', 'cycle.ir'], /error\[IR04/],
  [['analyze', 'unknown.ir'], /`b`/],
  [['check', 'nofile.ir'], /there is no file nofile\.ir/],
  [['check', 'folder'], /folder is a directory/],
  [['fmt', 'folder'], /folder is a directory/],
  [['optimize', 'folder'], /folder is a directory/],
  [['optimize', 'paxos.ir', '--set', 'f=-1'], /gets no members: `f \+ 1` is 0/],
  [['optimize', 'paxos.ir', '--set', 'g=1'], /no parameter `g`/],
  [['optimize', 'paxos.ir', '--set', 'f'], /--set got `f`/],
  [['optimize', 'paxos.ir', '--set', 'f=1.5'], /--set got `f=1\.5`/],
  [['optimize', 'paxos.ir', '--set', 'f=1000000000'], /`acceptor` must be at most 10000, not 2000/],
  [['check', 'paxos.ir', '--set', 'f=1000000000'], /`acceptor` must be at most 10000, not 2000/],
  [['sim', 'paxos.ir', '--set', 'f=4999'], /machines, and 10000 is the most/],
  [['check', 'parts.ir'], /parts of role `server` must be at most 10000, not 99999999/],
  [['sim', 'payload.ir'], /the length of a payload must be at most 1048576/],
  [['optimize', 'paxos.ir', '--set', 'ff=2'], /did you mean `f`\?/],
  [['optimize', 'paxos.ir', '--set', 'f=1', '--set', 'f=2'], /--set f is given twice/],
  [
    ['optimize', 'paxos.ir', '--machines', '9', '--machines', '8'],
    /`--machines <n>` is given twice/,
  ],
  [['optimize', 'paxos.ir', '--machines', '1e9'], /--machines got `1e9`/],
  [['optimize', 'paxos.ir', '--machines', 'NaN'], /--machines got `NaN`/],
  [['optimize', 'paxos.ir', '--seed', '1.5'], /--seed got `1\.5`/],
  [['verify', 'plan.json', '--seeds', '1e12'], /--seeds got `1e12`, expected .* at most 1000000/],
  [
    ['verify', 'plan.json', '--commands', '0'],
    /--commands got `0`, expected .* least 1 and at most 6/,
  ],
  [['verify', 'plan.json', '--faults', 'los'], /there is no fault `los`\n.*did you mean `loss`\?/],
  [
    ['sim', 'external.ir'],
    /--functions FILE\.mjs.*\n.*export function encrypt\(key, x\) \{ return ''; \}/,
  ],
  [['sim', 'external.ir', '--functions', 'other.mjs'], /leaves `encrypt` to a module/],
  [['optimize', 'external.ir'], /leaves `encrypt` to a module/],
  [['optimize', 'paxos.ir', '--model', 'model.json'], /model\.json lacks `work\.receive`/],
  [['optimize', 'paxos.ir', '--model', 'fast'], /there is no file fast/],
  [['optimize', 'paxos.ir', '--machines', '0'], /--machines got `0`/],
  [['optimize', 'paxos.ir', '--target', 'much'], /--target got `much`/],
  [['optimize', 'paxos.ir', '--limit-nodes', 'x'], /--limit-nodes got `x`/],
  [['optimize', 'paxos.ir', '--functions', 'none.mjs'], /there is no file none\.mjs\n/],
  [['optimize', 'paxos.ir', '--out', 'no/plan.json'], /there is no folder no/],
  [['optimize', 'paxos.ir', '--out', 'folder'], /folder is a directory/],
  [['trace', 'broken.json'], /broken\.json is not JSON/],
  [['verify', 'other.json'], /has the schema "compart\/plan@9", expected "compart\/plan@1"/],
  [['sim', 'bare.json'], /bare\.json lacks `version`/],
  [['prove', 'bare.json'], /bare\.json lacks `trace`/],
  [['emit', 'paxos.ir', '--target', 'ir'], /`emit` takes a plan, and paxos\.ir is a program/],
  [['verify', 'paxos.ir'], /`verify` takes a plan/],
  [['sim', 'paxos.ir', '--commands', '-3'], /--commands got `-3`/],
  [['check', 'bare.json'], /`check` takes a program, and bare\.json is JSON\n.*--target ir/],
  [['optimize', 'bare.json'], /`optimize` takes a program, and bare\.json is JSON/],
  [['sim', 'list.json'], /list\.json/],
  [['verify', 'list.json'], /list\.json has no schema, expected "compart\/plan@1"/],
  [['prove', '--rules', '--machines', '3'], /`--machines 3` says how a plan.*\n.*prove paxos\.ir/],
  [['optimize'], /\[CF0019\]: missing required argument `program`\n.*`compart optimize --help`/],
  [['voting.ir', '--machine', '3'], /unknown option `--machine`\n.*did you mean `--machines`\?/],
  [['emit', 'plan.json'], /required option `-t, --target <target>` not specified/],
  [['voting.ir', 'x', 'y'], /too many arguments for `optimize`/],
  [['help', 'verfy'], /did you mean `verify`\?/],
] as const)('%j', async (argv, message) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(name, content);
  mkdirSync('folder');
  const before = readdirSync(folder);
  const { status, out, err } = await run(...argv);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(message);
  expect(err).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(readdirSync(folder)).toEqual(before);
});

test('a plan is made for its parameters', async () => {
  await run('voting.ir', '--no-save', '--limit-iterations', '1', '--out', 'plan.json');
  const { status, err } = await run('sim', 'plan.json', '--set', 'participants=5');
  expect(status).toBe(2);
  expect(err).toContain('its `participants` stays');
}, 60_000);

test('several mistakes are reported together', async () => {
  const { status, err } = await run('voting.ir', '--machines', 'x', '--cost', 'y', '--seed', 'z');
  expect(status).toBe(2);
  expect(err.match(/^error\[/gm)).toHaveLength(3);
});

test('with --json the mistake is the one document on stdout', async () => {
  const { status, out } = await run('optimize', 'nofile.ir', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(out)).toMatchObject({
    schema: 'compart/error@1',
    diagnostics: [{ code: 'CF0001', severity: 'error' }],
  });
});

test('a mistake of the command line is a document too', async () => {
  const { status, out } = await run('voting.ir', '--csot', 'x', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(out)).toMatchObject({
    schema: 'compart/error@1',
    diagnostics: [{ code: 'CF0019', help: ['did you mean `--cost`?', expect.anything()] }],
  });
});

test('a cost model in which a program costs nothing is refused', async () => {
  const model = { ...throughputModel, work: { ...mapWork(() => 0), sync: 5 } };
  writeFileSync('only-disks.json', writeCostModel(model));
  const { status, out, err } = await run('kvs.ir', '--no-save', '--model', 'only-disks.json');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('error[CM0006]: nothing that `kvs` does costs anything');
});
