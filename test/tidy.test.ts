/** The habits of the project that a machine can hold: layers, sizes, banned words, dead files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factsOf, filesUnder, readFacts, root, type SourceFacts } from './support/source-facts.ts';

/** What each part may import beside itself. Nothing else may be imported, and no part is unlisted. */
const layers: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/ir': ['src/base'],
  'src/egraph': ['src/base'],
  'src/syntax': ['src/base', 'src/ir'],
  'src/analysis': ['src/base', 'src/ir'],
  'src/smt': ['src/base', 'src/ir'],
  'src/rewrite': ['src/base', 'src/ir', 'src/egraph', 'src/analysis', 'src/smt'],
  'src/plan': ['src/base', 'src/ir', 'src/analysis'],
  'src/extract': ['src/base', 'src/ir', 'src/egraph', 'src/rewrite', 'src/plan'],
  'src/emit': ['src/base', 'src/ir', 'src/plan'],
  'src/exec': ['src/base', 'src/ir', 'src/plan'],
  rules: ['src/base', 'src/ir', 'src/rewrite'],
  'cost-models': ['src/base', 'src/ir', 'src/extract'],
  'src/sim': ['src/base', 'src/ir', 'src/plan', 'src/exec'],
  'src/runtime': ['src/base', 'src/ir', 'src/plan', 'src/exec'],
  'src/measure': ['src/base', 'src/ir', 'src/plan', 'src/exec', 'src/sim', 'src/runtime'],
  'src/optimize.ts': everythingBelow('optimize'),
  'src/index.ts': everythingBelow('index'),
  'src/cli': everythingBelow('cli'),
};

function everythingBelow(part: 'optimize' | 'index' | 'cli'): readonly string[] {
  const folders = ['base', 'ir', 'egraph', 'syntax', 'analysis', 'smt', 'rewrite', 'plan'];
  const upper = ['extract', 'emit', 'exec', 'sim', 'runtime', 'measure'];
  const parts = [...folders, ...upper].map((folder) => `src/${folder}`);
  const below = [...parts, 'rules', 'cost-models'];
  if (part === 'optimize') return below;
  return part === 'index'
    ? [...below, 'src/optimize.ts']
    : [...below, 'src/optimize.ts', 'src/index.ts'];
}

/**
 * Where a package or an effect may be imported; what isn't named here may be imported anywhere. The
 * solver is the one asynchronous island below the command line: a thread and remembered replies.
 */
const homes: Readonly<Record<string, readonly string[]>> = {
  'z3-solver': ['src/smt/z3-thread.ts', 'src/smt/z3-worker.mjs'],
  highs: ['src/extract/'],
  commander: ['src/cli/'],
  picocolors: ['src/cli/'],
  'cli-table3': ['src/cli/'],
  '@hpcc-js/wasm-graphviz': ['src/emit/'],
  'fastest-levenshtein': ['src/base/'],
  'pure-rand': ['src/base/prng.ts'],
  'hdr-histogram-js': ['src/measure/'],
  '@observablehq/plot': ['src/cli/'],
  linkedom: ['src/cli/'],
  'node:child_process': ['src/cli/', 'src/runtime/child.ts', 'src/measure/load-child.ts'],
  'node:fs': [
    'src/cli/',
    'cost-models/',
    'src/smt/reply-memo.ts',
    'src/measure/cgroups.ts',
    'src/measure/history-check.ts',
    'src/measure/load-process.ts',
    'src/runtime/child.ts',
    'src/runtime/deployment-folder.ts',
    'src/runtime/log/disk.ts',
    'src/runtime/make-folder.ts',
    'src/runtime/supervisor.ts',
  ],
  'node:fs/promises': ['src/cli/', 'src/smt/reply-memo.ts', 'src/smt/z3-thread.ts'],
  'node:net': ['src/runtime/sockets.ts'],
  'node:os': ['src/cli/', 'src/smt/solver.ts', 'src/runtime/deployment-folder.ts'],
  'node:worker_threads': ['src/smt/z3-', 'src/cli/'],
};

/** Where the runtime and what measures it meet clock and process; the rest gets them as values. */
const runtimeEdge = [
  'src/runtime/node-process.ts',
  'src/runtime/sockets.ts',
  'src/measure/load-process.ts',
];

/** Uses of clock, randomness, language and process, and who may have them. */
const banned: readonly { readonly use: string; readonly allowed: readonly string[] }[] = [
  { use: 'Math.random', allowed: [] },
  { use: '.localeCompare', allowed: [] },
  { use: 'Date.now', allowed: ['src/cli/', 'bench/'] },
  { use: 'new Date', allowed: ['src/cli/', 'bench/'] },
  { use: 'performance.now', allowed: ['src/cli/', 'bench/', ...runtimeEdge] },
  { use: 'setTimeout', allowed: ['src/cli/', 'src/smt/z3-thread.ts', 'bench/', ...runtimeEdge] },
  { use: 'setInterval', allowed: ['src/cli/', 'bench/', ...runtimeEdge] },
  {
    use: 'process.exit',
    allowed: ['src/cli/', 'src/runtime/node-process.ts', 'src/measure/load-process.ts'],
  },
  { use: 'process.env', allowed: ['src/cli/', 'bench/', 'test/'] },
  {
    use: 'process.argv',
    allowed: ['src/cli/', 'bench/', 'test/support/interrupt-at.ts', ...runtimeEdge],
  },
];

const consoleUsers = ['src/cli/', 'bench/'];

/** Started by name, not imported. */
const entries = ['src/index.ts', 'src/cli/main.ts'];

const linesMax = 400;

const sources = ['src', 'rules', 'cost-models']
  .flatMap((folder) => filesUnder(folder, ['.ts', '.mjs']))
  .map(readFacts);
const others = ['test', 'bench'].flatMap((folder) => filesUnder(folder, ['.ts'])).map(readFacts);

const isUnder = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path.startsWith(prefix));

function partOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? `src/${second}` : top;
}

function layerFaults({ path, imports }: SourceFacts): readonly string[] {
  const part = partOf(path);
  const allowed = layers[part];
  if (allowed === undefined) return [`${path} is in no layer`];
  return imports
    .filter(
      (target) =>
        target.includes('/') &&
        isUnder(target, ['src/', 'rules/', 'cost-models/', 'test/', 'bench/']),
    )
    .filter((target) => partOf(target) !== part && !allowed.includes(partOf(target)))
    .map((target) => `${path} imports ${target}`);
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function homeFaults({ path, imports }: SourceFacts): readonly string[] {
  return imports
    .filter((target) => homes[packageOf(target)] !== undefined)
    .filter((target) => !isUnder(path, homes[packageOf(target)] ?? []))
    .map((target) => `${path} imports ${target}`);
}

function usageFaults({ path, uses }: SourceFacts): readonly string[] {
  const faults = banned.filter(({ use, allowed }) => uses.includes(use) && !isUnder(path, allowed));
  const prints = uses.filter((use) => use.startsWith('console.') && !isUnder(path, consoleUsers));
  return [...faults.map(({ use }) => use), ...prints].map((use) => `${path} uses ${use}`);
}

/** Files that no other source file imports or starts. */
function deadFiles(files: readonly SourceFacts[]): readonly string[] {
  const reached = new Set([...entries, ...files.flatMap((file) => reachedFrom(file))]);
  return files.map((file) => file.path).filter((path) => !reached.has(path));
}

function reachedFrom({ path, imports, started }: SourceFacts): readonly string[] {
  return [...imports, ...started].filter((target) => target !== path);
}

function dependencies(kind: 'dependencies' | 'devDependencies'): readonly string[] {
  const manifest: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return Object.keys(manifest[kind] ?? {});
}

const builtOn = ['src/', 'rules/', 'cost-models/', 'test/', 'bench/'];

function packagesOf(files: readonly SourceFacts[]): ReadonlySet<string> {
  const targets = files
    .flatMap((file) => file.imports)
    .filter((target) => !isUnder(target, builtOn));
  return new Set(targets.filter((target) => !target.startsWith('node:')).map(packageOf));
}

test('the checks below have seen the project', () => {
  expect(sources.length).toBeGreaterThanOrEqual(40);
  expect(others.length).toBeGreaterThanOrEqual(10);
  expect(sources.flatMap((file) => file.imports).length).toBeGreaterThanOrEqual(100);
});

test('imports go down the layers only', () => {
  expect(sources.flatMap(layerFaults)).toEqual([]);
});

test('packages and effects stay where they belong', () => {
  expect(sources.flatMap(homeFaults)).toEqual([]);
});

test('no clock, randomness, language or console below the command line', () => {
  expect([...sources, ...others].flatMap(usageFaults)).toEqual([]);
});

test('every source file is used by another', () => {
  expect(deadFiles(sources)).toEqual([]);
});

test('only the public face and the vocabulary of rules pass on exports of others', () => {
  const faces = ['src/index.ts', 'src/rewrite/pattern.ts'];
  const barrels = sources.filter((file) => file.reexports && !faces.includes(file.path));
  expect(barrels.map((file) => file.path)).toEqual([]);
});

test(`no file has more than ${linesMax} lines`, () => {
  const long = [...sources, ...others].filter((file) => file.lines > linesMax);
  expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
});

test('packages are declared where they are used, and used where they are declared', () => {
  const runtime = dependencies('dependencies');
  expect([...packagesOf(sources)].filter((name) => !runtime.includes(name))).toEqual([]);
  expect(runtime.filter((name) => !packagesOf(sources).has(name))).toEqual([]);
  const declared = [...runtime, ...dependencies('devDependencies')];
  expect([...packagesOf(others)].filter((name) => !declared.includes(name))).toEqual([]);
});

/** Words that no file may hold, put together here so that this file doesn't hold them. */
const markers = [['TO', 'DO'].join(''), ['FIX', 'ME'].join(''), ['X', 'XX'].join('')];
const machinePaths = [['', 'work', ''].join('/'), ['', 'home', ''].join('/')];

function wordFaults(path: string, text: string): readonly string[] {
  const words = markers.filter((word) => new RegExp(`\\b${word}\\b`).test(text));
  const paths = machinePaths.filter((prefix) => text.includes(prefix));
  return [...words, ...paths].map((word) => `${path} contains ${word}`);
}

test('no unfinished work is marked, no path of one machine is named', () => {
  const folders = ['src', 'rules', 'cost-models', 'protocols', 'test', 'bench', 'docs', 'scripts'];
  const texts = ['.ts', '.mjs', '.md', '.ir', '.json', '.smt2', '.txt'];
  const files = [...folders.flatMap((folder) => filesUnder(folder, texts)), 'package.json'];
  expect(files.length).toBeGreaterThanOrEqual(50);
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  expect(files.flatMap((path) => wordFaults(path, read(path)))).toEqual([]);
});

test('each check finds the fault it is for', () => {
  const bad = factsOf(
    'src/exec/bad.ts',
    `import { EGraph } from '../egraph/egraph.ts';
     import type { Term } from "../ir/term.ts";
     import { init } from 'z3-solver/build/low-level';
     import { readFileSync } from 'node:fs';
     export { map } from '../base/result.ts';
     const text = 'Math.random() in a string'; // Date.now() in a comment
     const again = require('highs');
     const hidden = load('z3-solver/package.json');
     const later = async () => import('../rewrite/rule.ts');
     const worker = new URL('./worker.mjs', import.meta.url);
     export const noise = (a: string) => [Math.random(), new Date(), a.localeCompare(text)];
     setTimeout(() => console.log(noise, again, hidden, later, worker), 5);`,
  );
  expect(layerFaults(bad)).toEqual([
    'src/exec/bad.ts imports src/egraph/egraph.ts',
    'src/exec/bad.ts imports src/rewrite/rule.ts',
  ]);
  expect(homeFaults(bad)).toEqual([
    'src/exec/bad.ts imports z3-solver/build/low-level',
    'src/exec/bad.ts imports node:fs',
    'src/exec/bad.ts imports highs',
    'src/exec/bad.ts imports z3-solver/package.json',
  ]);
  expect(usageFaults(bad)).toEqual(
    ['Math.random', '.localeCompare', 'new Date', 'setTimeout', 'console.log'].map(
      (use) => `src/exec/bad.ts uses ${use}`,
    ),
  );
  expect(bad.reexports).toBe(true);
  expect(bad.lines).toBe(12);
  expect([...packagesOf([bad])]).toEqual(['z3-solver', 'highs']);
  expect(layerFaults(factsOf('src/new-folder/a.ts', ''))).toEqual([
    'src/new-folder/a.ts is in no layer',
  ]);
  const named = (path: string) => factsOf(path, '');
  expect(deadFiles([bad, named('src/exec/worker.mjs'), named('src/index.ts')])).toEqual([bad.path]);
  expect(wordFaults('a.md', `see ${machinePaths[0]}x: ${markers[0]}`)).toHaveLength(2);
});
