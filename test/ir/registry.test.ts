/** Operators and built-in functions: one entry each, and they agree with each other and with the kernels. */
import { expect, test } from 'vitest';
import { builtinKernel } from '../../src/exec/builtin-functions.ts';
import { chargedTo } from '../../src/extract/cost.ts';
import { builtinNames, builtinResult, builtins } from '../../src/ir/builtins.ts';
import {
  type CostClass,
  type FoldName,
  folds,
  type Operator,
  type OperatorName,
  operatorNames,
  operators,
  operatorsOf,
} from '../../src/ir/operator.ts';
import { INT, STRING, type Type } from '../../src/ir/type.ts';
import { shipped } from '../support/protocols.ts';

test('what is not monotone is blocking, and the other way round', () => {
  for (const name of operatorNames) {
    const { monotone, blocking, arity, doc } = operators[name];
    expect([name, monotone === 'no' || monotone === 'first']).toEqual([name, blocking]);
    expect(arity.max === null || arity.max >= arity.min).toBe(true);
    expect(doc).toMatch(/^[A-Z].*\.$/);
  }
});

/** A table over one operator more than there are: what a forgotten row looks like to the compiler. */
type With<Name extends string, Row> = Readonly<Record<Name, Row>>;

test('an operator without a row does not compile, nor does a fold or a class of costs', () => {
  // @ts-expect-error `window` has no row in the registry
  const registry: With<OperatorName | 'window', Operator> = operators;
  // @ts-expect-error `median` is not said to grow or not
  const moving: With<FoldName | 'median', unknown> = folds;
  // @ts-expect-error no term of the cost model pays for `matrix`
  const charged: With<CostClass | 'matrix', unknown> = chargedTo;
  expect([registry, moving, charged]).toEqual([operators, folds, chargedTo]);
});

test('what folds is blocking and not monotone, and has a cost of its own', () => {
  for (const name of Object.keys(folds)) {
    const operator = operatorNames.find((each) => each === name);
    expect(operator).toBe(name);
    if (operator === undefined) continue;
    const { blocking, monotone, stateful, cost } = operators[operator];
    expect([blocking, monotone, stateful, chargedTo[cost]]).toEqual([
      true,
      'no',
      false,
      'aggregate',
    ]);
  }
  expect(operatorNames.filter((name) => operators[name].event)).toEqual(['expired']);
  expect(operatorNames.filter((name) => operators[name].stateful)).toEqual([
    'stable',
    'expired',
    'next',
    'persist',
    'flush',
  ]);
});

test('a clause is made of the operators of its literals and its head', () => {
  const { roles } = shipped('voting');
  const leader = roles.find((role) => role.name === 'leader');
  expect(leader?.clauses.map((clause) => operatorsOf(clause).join(' '))).toEqual([
    'scan scan join project send',
    'scan project',
    'scan antijoin project next',
    'scan count project',
    'scan scan join filter project',
    'scan project send',
  ]);
});

test('every built-in has a kernel, and dependencies over its parameters', () => {
  for (const name of builtinNames) {
    expect(builtinKernel(name)).not.toBeNull();
    for (const signature of builtins[name].signatures) {
      const parameters = signature.parameters.map((parameter) => parameter.name);
      const known = new Set([...parameters, 'result']);
      for (const { from, to } of builtins[name].dependencies) {
        expect([...from, ...to].filter((each) => !known.has(each))).toEqual([]);
      }
      expect(signature.growsIn.filter((each) => !parameters.includes(each))).toEqual([]);
    }
  }
  expect(builtinKernel('nonsense')).toBeNull();
});

test('the result of a call follows from the types of its arguments', () => {
  const set: Type = { kind: 'lattice', lattice: { kind: 'set', of: INT } };
  const map: Type = {
    kind: 'lattice',
    lattice: { kind: 'map', key: STRING, value: { kind: 'max', of: INT } },
  };
  expect(builtinResult('hash', [STRING])).toEqual(INT);
  expect(builtinResult('union', [set, set])).toEqual(set);
  expect(builtinResult('get', [map, STRING, INT])).toMatchObject({ kind: 'lattice' });
  expect(builtinResult('get', [{ kind: 'list', item: STRING }, INT, STRING])).toEqual(STRING);
  expect(builtinResult('min', [INT, INT])).toEqual(INT);
  expect(builtinResult('size', [INT])).toBeNull();
  expect(builtinResult('size', [])).toBeNull();
  expect(builtinResult('nonsense', [INT])).toBeNull();
});
