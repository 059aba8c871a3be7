/**
 * Which part of the addressed member gets a fact: `by (e, ..)` of its channel.
 *
 * One integer `e` goes to part `e mod parts` (never negative). Anything else goes to `hash mod parts`,
 * the hash being FNV-1a of 32 bits over the UTF-8 bytes of the canonical text of the values, finished
 * with the mixer of MurmurHash3. It is part of what a plan means, so it must not change:
 * `routeHash(['a'])` is 0x499fde3c, `routeHash([1, 2])` is 0x407a6f66 (test/exec/route.test.ts).
 */
import { floorModulo } from './expression.ts';
import { type Fact, keyOfFact } from './value.ts';

export function partOf(values: Fact, parts: number): number {
  if (parts === 1) return 0;
  const [only] = values;
  if (values.length === 1 && typeof only === 'number') return floorModulo(only, parts);
  return routeHash(values) % parts;
}

/** An unsigned 32-bit integer. */
export function routeHash(values: Fact): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(keyOfFact(values), 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
