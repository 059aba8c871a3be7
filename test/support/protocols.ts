/** The shipped programs, and the broken ones that are kept as patches of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, parsePatch } from 'diff';
import { sortedStrings } from '../../src/base/order.ts';
import type { Source } from '../../src/base/source.ts';
import type { Program } from '../../src/ir/program.ts';
import {
  defaultFaultRates,
  type FaultName,
  type FaultRates,
  parseFaults,
} from '../../src/sim/faults.ts';
import { type LoadOptions, loadProgram } from '../../src/syntax/load.ts';
import { root } from './source-facts.ts';

export function shippedNames(): readonly string[] {
  const files = readdirSync(join(root, 'protocols')).filter((file) => file.endsWith('.ir'));
  return sortedStrings(files.map((file) => file.slice(0, -'.ir'.length)));
}

export function shippedSource(name: string): Source {
  const file = `protocols/${name}.ir`;
  return { name: file, text: readFileSync(join(root, file), 'utf8') };
}

export function shipped(name: string, options: LoadOptions = {}): Program {
  return programOf(shippedSource(name), options);
}

export function programOf(source: Source, options: LoadOptions = {}): Program {
  const loaded = loadProgram(source, options);
  if (loaded.kind === 'ok') return loaded.value.program;
  throw new Error(loaded.error.map((found) => `${source.name}: ${found.message}`).join('\n'));
}

/** What the judge must see of a broken program. */
export type Expectation =
  /** One of these invariants is violated. */
  | { readonly kind: 'violates'; readonly invariants: readonly string[] }
  /** Commands are never answered. */
  | { readonly kind: 'stalls' }
  /** Some relation holds more and more facts. */
  | { readonly kind: 'grows' }
  /** The history of the clients has no legal order. */
  | { readonly kind: 'not linearizable' };

export interface Broken {
  readonly name: string;
  /** The shipped program that it was made of. */
  readonly base: string;
  readonly expectation: Expectation;
  /** Under which it shows. */
  readonly faults: readonly FaultName[];
  readonly rates: FaultRates;
  /** One that shows it; runs change with every change of the program, so a test looks at others too. */
  readonly seed: number;
  readonly source: Source;
}

const folder = 'test/data/programs/broken';

/** Every `.patch` of the folder: prose, two lines for the test, and a patch of one shipped program. */
export function brokenPrograms(): readonly Broken[] {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.patch'));
  return sortedStrings(files).map(readBroken);
}

function readBroken(file: string): Broken {
  const text = readFileSync(join(root, folder, file), 'utf8');
  const [patch] = parsePatch(text);
  const target = /^protocols\/(.+)\.ir$/.exec(patch?.newFileName ?? '');
  if (patch === undefined || target?.[1] === undefined) throw new Error(`${file}: no patch`);
  const patched = applyPatch(shippedSource(target[1]).text, patch);
  if (patched === false) throw new Error(`${file}: the patch no longer applies`);
  return {
    name: file.slice(0, -'.patch'.length),
    base: target[1],
    expectation: expectationOf(file, line(file, text, 'The judge must see')),
    faults: faultsOf(file, line(file, text, 'Faults')),
    rates: ratesOf(file, text),
    seed: Number(line(file, text, 'Seed')),
    source: { name: join(folder, file), text: patched },
  };
}

function line(file: string, text: string, label: string): string {
  const found = new RegExp(`^${label}: (.+)$`, 'm').exec(text);
  if (found?.[1] === undefined) throw new Error(`${file}: no line \`${label}: ..\``);
  return found[1];
}

function expectationOf(file: string, text: string): Expectation {
  if (text === 'stalls' || text === 'grows' || text === 'not linearizable') return { kind: text };
  const found = /^violates (\w+(?: or \w+)*)$/.exec(text);
  if (found?.[1] === undefined) throw new Error(`${file}: unknown expectation \`${text}\``);
  return { kind: 'violates', invariants: found[1].split(' or ') };
}

function faultsOf(file: string, text: string): readonly FaultName[] {
  const faults = parseFaults(text);
  if (faults.kind === 'ok') return faults.value;
  throw new Error(`${file}: unknown fault \`${faults.error}\``);
}

/** `Rates: loss 0.3, slowUs 500000`; the line may be absent. */
function ratesOf(file: string, text: string): FaultRates {
  const found = /^Rates: (.+)$/m.exec(text)?.[1] ?? '';
  const given = found.split(', ').flatMap((entry): [string, number][] => {
    const [name = '', value] = entry.split(' ');
    return name === '' ? [] : [[name, Number(value)]];
  });
  for (const [name, value] of given) {
    if (!(name in defaultFaultRates) || !Number.isFinite(value)) {
      throw new Error(`${file}: unknown rate \`${name}\``);
    }
  }
  return { ...defaultFaultRates, ...Object.fromEntries(given) };
}
