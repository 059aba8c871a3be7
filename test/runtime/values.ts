/** Programs and random values for the tests of the runtime. */
import fc from 'fast-check';
import { EMPTY_SET, makeMap, makeSet, type Value } from '../../src/exec/value.ts';
import type { Program } from '../../src/ir/program.ts';
import type { Lattice, Type } from '../../src/ir/type.ts';
import { loadProgram } from '../../src/syntax/load.ts';

export function programOf(text: string, name = 'test'): Program {
  const loaded = loadProgram({ name: `${name}.ir`, text });
  if (loaded.kind === 'err') throw new Error(JSON.stringify(loaded.error, null, 2));
  return loaded.value.program;
}

/** The columns of `r` in a program that has every kind of type. */
export function valuesOf(type: Type, members: number): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'int':
      return fc.maxSafeInteger().map((n) => n + 0);
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.string({ minLength: 120, maxLength: 300 }),
      );
    case 'id':
      return fc.nat(members - 1);
    case 'opaque':
      return anyValues;
    case 'tuple':
      return fc.tuple(...type.items.map((item) => valuesOf(item, members)));
    case 'list':
      return fc.array(valuesOf(type.item, members), { maxLength: 5 });
    case 'lattice':
      return latticeValues(type.lattice, members);
  }
}

function latticeValues(lattice: Lattice, members: number): fc.Arbitrary<Value> {
  switch (lattice.kind) {
    case 'max':
    case 'min':
      return valuesOf(lattice.of, members);
    case 'or':
      return fc.boolean();
    case 'set':
      return fc.array(valuesOf(lattice.of, members), { maxLength: 5 }).map(makeSet);
    case 'map': {
      const value = latticeValues(lattice.value, members);
      const entry = fc.tuple(valuesOf(lattice.key, members), value);
      return fc.array(entry, { maxLength: 5 }).map(makeMap);
    }
    case 'lex':
      return fc.tuple(valuesOf(lattice.version, members), latticeValues(lattice.value, members));
    case 'declared':
      return fc.maxSafeInteger().map((n) => n + 0);
  }
}

const anyValues: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean(),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constant<Value>(EMPTY_SET),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map(makeSet),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map(makeMap),
  ),
})).value;
