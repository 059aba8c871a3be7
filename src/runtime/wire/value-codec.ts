/**
 * How single values look on the wire; `fact-codec.ts` puts them together for the columns of a channel.
 *
 * int: a double that must be a safe integer. id: u32, below the number of members. bool: one byte. string: varint
 * length and UTF-8. tuple: its items. list, set, map: varint count and items, sets and maps in canonical order.
 * Values of opaque types carry a tag each.
 */
import { isUtf8 } from 'node:buffer';
import {
  compareValues,
  EMPTY_SET,
  isTuple,
  type MapValue,
  type SetValue,
  type Value,
} from '../../exec/value.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodeFault, WireFault } from './wire-fault.ts';

/** Nesting of values of opaque types; all other types are as deep as the program writes them. */
const depthMax = 32;

/** With the flag `u` a pair of surrogates is one character, and matches nothing here. */
const loneSurrogate = /[\uD800-\uDFFF]/u;

export function putInt(to: ByteWriter, value: Value | undefined): void {
  if (!Number.isSafeInteger(value)) throw new EncodeFault('no integer in a column of integers');
  to.f64(value as number);
}

export function getInt(from: ByteReader): number {
  const value = from.f64();
  if (!Number.isSafeInteger(value)) throw new WireFault('bad-value');
  // Never -0, which has no text of its own.
  return value + 0;
}

export function putId(to: ByteWriter, value: Value | undefined): void {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw new EncodeFault('no logical id in a column of ids');
  }
  to.u32(value as number);
}

export function getId(from: ByteReader, members: number): number {
  const value = from.u32();
  if (value >= members) throw new WireFault('bad-value');
  return value;
}

export function putBool(to: ByteWriter, value: Value | undefined): void {
  if (typeof value !== 'boolean') throw new EncodeFault('no boolean in a column of booleans');
  to.u8(value ? 1 : 0);
}

export function getBool(from: ByteReader): boolean {
  const value = from.u8();
  if (value > 1) throw new WireFault('bad-value');
  return value === 1;
}

export function putString(to: ByteWriter, value: Value | undefined): void {
  if (typeof value !== 'string') throw new EncodeFault('no text in a column of text');
  const { length } = value;
  if (length < 0x80) {
    to.ensure(length + 1);
    const { bytes } = to;
    const start = to.at + 1;
    let at = 0;
    for (; at < length; at++) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) break;
      bytes[start + at] = code;
    }
    if (at === length) {
      bytes[start - 1] = length;
      to.at = start + length;
      return;
    }
  }
  putLongString(to, value);
}

function putLongString(to: ByteWriter, value: string): void {
  // A lone surrogate has no UTF-8: two different texts would arrive as one.
  if (loneSurrogate.test(value)) throw new EncodeFault('a text with half a character');
  const size = Buffer.byteLength(value, 'utf8');
  to.varint(size);
  to.ensure(size);
  to.bytes.write(value, to.at, size, 'utf8');
  to.at += size;
}

/** By length: text of so many ASCII bytes. One call with all of them takes half as long as a call into the buffer. */
const shortText: readonly ((bytes: Buffer, at: number) => string)[] = Array.from(
  { length: 33 },
  (_, length) => {
    const codes = Array.from({ length }, (__, place) => `bytes[at + ${place}]`);
    const text = `return String.fromCharCode(${codes.join(', ')});`;
    return new Function('bytes', 'at', text) as (bytes: Buffer, at: number) => string;
  },
);

export function getString(from: ByteReader): string {
  const size = from.count();
  const { bytes, at } = from;
  const end = at + size;
  from.at = end;
  let place = at;
  while (place < end && (bytes[place] as number) < 0x80) place += 1;
  if (place === end) {
    const short = shortText[size];
    return short === undefined ? bytes.toString('latin1', at, end) : short(bytes, at);
  }
  if (!isUtf8(bytes.subarray(at, end))) throw new WireFault('bad-value');
  return bytes.toString('utf8', at, end);
}

/** The filler of an empty tuple. */
export function getZero(from: ByteReader): void {
  if (from.u8() !== 0) throw new WireFault('bad-value');
}

export type Put = (to: ByteWriter, value: Value | undefined) => void;
export type Get = (from: ByteReader) => Value;

export function putList(to: ByteWriter, value: Value | undefined, item: Put): void {
  if (!Array.isArray(value)) throw new EncodeFault('no list in a column of lists');
  to.varint(value.length);
  for (const each of value as readonly Value[]) item(to, each);
}

export function getList(from: ByteReader, item: Get): readonly Value[] {
  const count = from.count();
  const items: Value[] = [];
  for (let at = 0; at < count; at++) items.push(item(from));
  return items;
}

/** The items of a tuple of this size. */
export function asItems(value: Value | undefined, size: number): readonly Value[] {
  if (!Array.isArray(value) || value.length !== size) {
    throw new EncodeFault(`no tuple of ${size} in a column of those`);
  }
  return value as readonly Value[];
}

export function putSet(to: ByteWriter, value: Value | undefined, item: Put): void {
  if (typeof value !== 'object' || isTuple(value) || value.kind !== 'set') {
    throw new EncodeFault('no set in a column of sets');
  }
  to.varint(value.items.length);
  for (const each of value.items) item(to, each);
}

export function getSet(from: ByteReader, item: Get): SetValue {
  const items = getList(from, item);
  for (let at = 1; at < items.length; at++) ascending(items[at - 1] as Value, items[at] as Value);
  return items.length === 0 ? EMPTY_SET : { kind: 'set', items };
}

/** The empty map is the empty set. */
export function putMap(to: ByteWriter, value: Value | undefined, key: Put, of: Put): void {
  if (typeof value !== 'object' || isTuple(value) || !isMapLike(value)) {
    throw new EncodeFault('no map in a column of maps');
  }
  const entries = value.kind === 'map' ? value.entries : [];
  to.varint(entries.length);
  for (const [k, v] of entries) {
    key(to, k);
    of(to, v);
  }
}

export function getMap(from: ByteReader, key: Get, of: Get): SetValue | MapValue {
  const count = from.count();
  const entries: (readonly [Value, Value])[] = [];
  for (let at = 0; at < count; at++) entries.push([key(from), of(from)]);
  for (let at = 1; at < count; at++) {
    ascending((entries[at - 1] as readonly Value[])[0], (entries[at] as readonly Value[])[0]);
  }
  return count === 0 ? EMPTY_SET : { kind: 'map', entries };
}

const TAG = { false: 0, true: 1, int: 2, string: 3, tuple: 4, set: 5, map: 6 } as const;

export function putAny(to: ByteWriter, value: Value | undefined, depth = 0): void {
  if (depth > depthMax) throw new EncodeFault('a value of an opaque type that nests too deep');
  if (value === undefined) throw new EncodeFault('no value in a column');
  const item: Put = (writer, each) => putAny(writer, each, depth + 1);
  if (typeof value === 'boolean') {
    to.u8(value ? TAG.true : TAG.false);
  } else if (typeof value === 'number') {
    to.u8(TAG.int);
    putInt(to, value);
  } else if (typeof value === 'string') {
    to.u8(TAG.string);
    putString(to, value);
  } else if (isTuple(value)) {
    to.u8(TAG.tuple);
    putList(to, value, item);
  } else if (value.kind === 'set') {
    to.u8(TAG.set);
    putSet(to, value, item);
  } else {
    to.u8(TAG.map);
    putMap(to, value, item, item);
  }
}

export function getAny(from: ByteReader, depth = 0): Value {
  if (depth > depthMax) throw new WireFault('too-deep');
  const item: Get = (reader) => getAny(reader, depth + 1);
  switch (from.u8()) {
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.int:
      return getInt(from);
    case TAG.string:
      return getString(from);
    case TAG.tuple:
      return getList(from, item);
    case TAG.set:
      return getSet(from, item);
    case TAG.map:
      return getMap(from, item, item);
    default:
      throw new WireFault('unknown-tag');
  }
}

function isMapLike(value: SetValue | MapValue): boolean {
  return value.kind === 'map' || value.items.length === 0;
}

function ascending(a: Value | undefined, b: Value | undefined): void {
  if (a === undefined || b === undefined || compareValues(a, b) >= 0) {
    throw new WireFault('bad-value');
  }
}
