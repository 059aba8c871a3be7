/** Values of flags as the engine takes them, or what is wrong with them. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rules as allRules } from '../../rules/index.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { sortedStrings } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Objective } from '../plan/document.ts';
import type { Rule } from '../rewrite/rule.ts';
import { type SearchLimits, searchLimits } from '../rewrite/saturate.ts';
import {
  defaultFaultRates,
  type FaultName,
  type FaultRates,
  faultNames,
  harshFaultRates,
  parseFaults,
} from '../sim/faults.ts';
import { around, exists } from './files.ts';
import { commandMessages } from './messages.ts';
import { problemOf } from './problem.ts';

export const objectives: readonly Objective[] = ['throughput', 'latency', 'machines', 'dollars'];

type Read<T> = Result<T, readonly Diagnostic[]>;

export function readObjective(text: string): Read<Objective> {
  const found = objectives.find((each) => each === text);
  return found === undefined ? unknownName('objective', text, objectives) : ok(found);
}

/** An integer within bounds; the flag's own default is what the caller gives when it isn't there. */
export function readInteger(
  flag: string,
  text: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): Read<number> {
  const value = Number(text);
  const isWhole = /^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(value);
  if (isWhole && value >= least && value <= most) return ok(value);
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
  return badValue(flag, text, `an integer of at least ${least}${upTo}`);
}

/** Commands per second: `5000`, `5k`, `1.2M`. */
export function readRate(flag: string, text: string): Read<number> {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text.trim()) ?? [];
  const scale = { k: 1e3, m: 1e6 }[(unit ?? '').toLowerCase()] ?? 1;
  const value = Number(digits) * scale;
  if (digits !== undefined && Number.isFinite(value) && value > 0) return ok(value);
  return badValue(flag, text, 'commands per second above 0, such as `5000` or `5k`');
}

/** `--set f=2 --set n=3`; whether the program has such parameters is for the loader to say. */
export function readSettings(texts: readonly string[]): Read<Readonly<Record<string, number>>> {
  const settings: Record<string, number> = Object.create(null);
  const wrong: Diagnostic[] = [];
  for (const text of texts) {
    const [, name, digits] = /^\s*([A-Za-z_]\w*)\s*=\s*(-?\d+)\s*$/.exec(text) ?? [];
    const value = Number(digits);
    if (name === undefined || !Number.isSafeInteger(value)) {
      const expected = 'a parameter and an integer, such as `f=2`';
      wrong.push(commandMessages.report('CF0005', undefined, { flag: '--set', text, expected }));
    } else if (Object.hasOwn(settings, name)) {
      wrong.push(commandMessages.report('CF0016', undefined, { flag: `--set ${name}` }));
    } else settings[name] = value;
  }
  return wrong.length > 0 ? err(wrong) : ok(settings);
}

/** `published`, `all`, or names and families, separated by commas. The equations always come along. */
export function readRules(text: string): Read<readonly Rule[]> {
  if (text === 'all') return ok(allRules);
  if (text === 'published') {
    return ok(allRules.filter((rule) => rule.kind === 'equation' || rule.cites.length > 0));
  }
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isIn = (rule: Rule, name: string): boolean =>
    rule.name === name || rule.name.startsWith(`${name}/`);
  const unknown = names.filter((name) => !allRules.some((rule) => isIn(rule, name)));
  if (unknown.length > 0 || names.length === 0) {
    const candidates = ['published', 'all', ...allRules.map((rule) => rule.name)];
    const wrong = names.length === 0 ? [text] : unknown;
    return err(
      wrong.map((name) =>
        commandMessages.report('CF0006', undefined, { kind: 'rule', name, candidates }),
      ),
    );
  }
  return ok(
    allRules.filter((rule) => rule.kind === 'equation' || names.some((name) => isIn(rule, name))),
  );
}

export interface LimitFlags {
  readonly limitIterations?: string;
  readonly limitNodes?: string;
  readonly limitMatches?: string;
  readonly limitComponents?: string;
}

export function readLimits(flags: LimitFlags): Read<SearchLimits> {
  const wrong: Diagnostic[] = [];
  const read = (flag: string, text: string | undefined, standard: number): number => {
    if (text === undefined) return standard;
    const value = readInteger(flag, text, 1);
    if (value.kind === 'ok') return value.value;
    wrong.push(...value.error);
    return standard;
  };
  const limits: SearchLimits = {
    ...searchLimits,
    iterationsMax: read('--limit-iterations', flags.limitIterations, searchLimits.iterationsMax),
    nodesMax: read('--limit-nodes', flags.limitNodes, searchLimits.nodesMax),
    matchesMax: read('--limit-matches', flags.limitMatches, searchLimits.matchesMax),
    componentsMax: read('--limit-components', flags.limitComponents, searchLimits.componentsMax),
  };
  return wrong.length > 0 ? err(wrong) : ok(limits);
}

export function readFaults(text: string): Read<readonly FaultName[]> {
  const faults = parseFaults(text);
  if (faults.kind === 'ok') return faults;
  return unknownName('fault', faults.error, [...faultNames, 'all', 'none']);
}

const rateNames = { usual: defaultFaultRates, harsh: harshFaultRates } as const;

export function readRates(text: string): Read<FaultRates> {
  const named = new Map<string, FaultRates>(Object.entries(rateNames));
  const rates = named.get(text);
  return rates === undefined ? unknownName('rates', text, [...named.keys()]) : ok(rates);
}

/** `3,17`; `none` is the empty list. */
export function readNumbers(
  flag: string,
  text: string | undefined,
): Read<readonly number[] | null> {
  if (text === undefined) return ok(null);
  if (text === 'none') return ok([]);
  const words = text.split(',').map((word) => word.trim());
  if (words.every((word) => /^\d{1,9}$/.test(word))) return ok(words.map(Number));
  const expected = 'numbers with commas between them, or none';
  return err([commandMessages.report('CF0005', undefined, { flag, text, expected })]);
}

/** The functions of a module of the user, by name. The module is run: it is the user's own. */
export async function readFunctions(file: string | undefined): Promise<Read<ExternalFunctions>> {
  if (file === undefined) return ok({});
  if (!exists(file)) {
    return err([commandMessages.report('CF0001', undefined, { file, candidates: around(file) })]);
  }
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(resolve(file)).href);
  } catch (thrown) {
    const problem = problemOf(thrown).split('\n')[0] ?? '';
    return err([commandMessages.report('CF0008', undefined, { file, problem })]);
  }
  const named = Object.entries(loaded as Readonly<Record<string, unknown>>);
  const functions = named.filter(([, value]) => typeof value === 'function');
  if (functions.length > 0) return ok(Object.fromEntries(functions) as ExternalFunctions);
  const problem = 'it exports no function';
  return err([commandMessages.report('CF0008', undefined, { file, problem })]);
}

export function unknownName(
  kind: string,
  name: string,
  candidates: readonly string[],
): Result<never, readonly Diagnostic[]> {
  return err([commandMessages.report('CF0006', undefined, { kind, name, candidates })]);
}

/** Names of all rules, for suggestions. */
export function ruleNames(): readonly string[] {
  return sortedStrings(allRules.map((rule) => rule.name));
}

function badValue(
  flag: string,
  text: string,
  expected: string,
): Result<never, readonly Diagnostic[]> {
  return err([commandMessages.report('CF0005', undefined, { flag, text, expected })]);
}
