/** What generated code calls: hashes, comparisons, exact arithmetic, and the ways out of a tick. */
import { invariant } from '../../base/assert.ts';
import { floorModulo } from '../expression.ts';
import { FactSet } from '../fact-set.ts';
import { EvaluationAbort } from '../fault.ts';
import { type HeadPlan, headFacts } from '../head.ts';
import {
  compareValues,
  equalValues,
  type Fact,
  isTuple,
  makeMap,
  makeSet,
  type Value,
} from '../value.ts';
import { RunnersUp } from './runners-up.ts';

/** Below this length every unit of a string counts; of a longer one, as many at equal distances. */
const hashedUnits = 64;

/** Any 32-bit integer; values that differ may share one, equal ones always do. */
export function hashString(text: Value): number {
  if (typeof text !== 'string') return hashValue(text);
  const stride = text.length <= hashedUnits ? 1 : Math.floor(text.length / hashedUnits);
  let hash = text.length;
  for (let at = 0; at < text.length; at += stride) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

export function hashValue(value: Value): number {
  if (typeof value === 'number') return value | 0;
  if (typeof value === 'string') return hashString(value);
  if (typeof value === 'boolean') return value ? 1 : 2;
  if (isTuple(value)) return hashSequence(value, 3);
  if (value.kind === 'set') return hashSequence(value.items, 5);
  return value.entries.reduce((hash, entry) => mix(hash, hashSequence(entry, 3)), 7);
}

/** Adds one column to a hash. */
export function mix(hash: number, column: number): number {
  const mixed = Math.imul(hash ^ column, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function hashSequence(items: readonly Value[], seed: number): number {
  let hash = seed;
  for (const item of items) hash = mix(hash, hashValue(item));
  return hash;
}

interface Chained {
  readonly x: Chained | null;
}

/** A record in the list of what changed (`v`) or was touched (`w`). */
interface Listed {
  readonly n: number;
  readonly v: Listed | null;
  readonly w: Listed | null;
}

/** Everything that a generated module may name, besides its own functions. */
export interface Runtime {
  readonly hs: (text: Value) => number;
  readonly hv: (value: Value) => number;
  readonly mix: (hash: number, column: number) => number;
  readonly eq: (a: Value, b: Value) => boolean;
  readonly cmp: (a: Value, b: Value) => number;
  readonly add: (a: Value, b: Value) => number;
  readonly sub: (a: Value, b: Value) => number;
  readonly mul: (a: Value, b: Value) => number;
  readonly div: (a: Value, b: Value) => number;
  readonly mod: (a: Value, b: Value) => number;
  readonly neg: (a: Value) => number;
  readonly item: (of: Value, index: number) => Value;
  readonly isTuple: (value: Value, length: number) => boolean;
  readonly makeSet: (items: readonly Value[]) => Value;
  readonly makeMap: (entries: readonly (readonly [Value, Value])[]) => Value;
  /** The head facts of an aggregate: rows, which may come more than once, and for each `default` those of its `over`. */
  readonly heads: (
    plan: HeadPlan,
    rows: readonly Fact[],
    overs: readonly (readonly Fact[])[],
  ) => readonly Fact[];
  readonly gather: (
    chains: readonly (Chained | null)[],
    test: (record: Chained) => boolean,
    fact: (record: Chained) => Fact,
  ) => readonly Fact[];
  readonly tally: (
    chains: readonly (Chained | null)[],
    test: (record: Chained) => boolean,
  ) => number;
  /** The length of the longest chain. */
  readonly longest: (chains: readonly (Chained | null)[], link: string) => number;
  readonly pick: (
    first: Listed | null,
    link: 'v' | 'w',
    n: number,
    fact: (record: Listed) => Fact,
  ) => readonly Fact[];
  readonly distinct: (facts: readonly Fact[]) => readonly Fact[];
  readonly runnersUp: (first: 'least' | 'greatest') => RunnersUp;
  readonly tooManySteps: () => never;
  readonly tooManyFacts: (limit: number) => never;
  readonly tooManyHeld: (relation: string, limit: number) => never;
  readonly noAddress: () => never;
  readonly notOurs: () => void;
}

export const runtime: Runtime = {
  hs: hashString,
  hv: hashValue,
  mix,
  eq: equalValues,
  cmp: compareValues,
  add: (a, b) => exact(integer(a) + integer(b)),
  sub: (a, b) => exact(integer(a) - integer(b)),
  mul: (a, b) => exact(integer(a) * integer(b)),
  div: (a, b) => Math.floor(integer(a) / divisor(b)),
  mod: (a, b) => floorModulo(integer(a), divisor(b)),
  neg: (a) => -integer(a) + 0,
  item: (of, index) => {
    const item = typeof of === 'object' && isTuple(of) ? of[index] : undefined;
    if (item === undefined) throw new EvaluationAbort('expression', `no component ${index}`);
    return item;
  },
  isTuple: (value, length) =>
    typeof value === 'object' && isTuple(value) && value.length === length,
  makeSet,
  makeMap,
  heads: (plan, rows, overs) =>
    headFacts(
      plan,
      FactSet.of(rows),
      overs.map((over) => FactSet.of(over)),
    ),
  gather: (chains, test, fact) => {
    const facts: Fact[] = [];
    for (const chain of chains) {
      for (let record = chain; record !== null; record = record.x) {
        if (test(record)) facts.push(fact(record));
      }
    }
    return facts;
  },
  tally: (chains, test) => {
    let count = 0;
    for (const chain of chains) {
      for (let record = chain; record !== null; record = record.x) if (test(record)) count += 1;
    }
    return count;
  },
  longest: (chains, link) => {
    let most = 0;
    for (const chain of chains) {
      let length = 0;
      for (let at: unknown = chain; at instanceof Object; at = Reflect.get(at, link)) length += 1;
      if (length > most) most = length;
    }
    return most;
  },
  pick: (first, link, n, fact) => {
    const facts: Fact[] = [];
    for (let record = first; record !== null; record = record[link]) {
      if (record.n === n) facts.push(fact(record));
    }
    return facts;
  },
  distinct: (facts) => (facts.length < 2 ? facts : FactSet.of(facts).values()),
  runnersUp: (first) => new RunnersUp(first),
  tooManySteps: () => {
    throw new EvaluationAbort('tick-diverges', 'a join looks at too many facts');
  },
  tooManyFacts: (limit) => {
    throw new EvaluationAbort('tick-diverges', `one tick derives more than ${limit} facts`);
  },
  tooManyHeld: (relation, limit) => {
    throw new EvaluationAbort('tick-diverges', `\`${relation}\` holds more than ${limit} facts`);
  },
  noAddress: () => {
    throw new EvaluationAbort('no-such-address', 'a destination is no logical id');
  },
  notOurs: () => {
    invariant(false, 'the world gives a role its channels, timers and expiries');
  },
};

function integer(value: Value): number {
  if (typeof value === 'number') return value;
  throw new EvaluationAbort('expression', 'arithmetic on a value that is no integer');
}

function divisor(value: Value): number {
  const by = integer(value);
  if (by === 0) throw new EvaluationAbort('expression', 'division by zero');
  return by;
}

function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new EvaluationAbort('expression', 'an integer exceeds 2^53');
}
