/** Programs as text: what is printed loads as the same program, and is laid out as the formatter does. */
import { expect, test } from 'vitest';
import { evaluateInteger } from '../../src/ir/constant.ts';
import type { Expression } from '../../src/ir/expression.ts';
import { printProgram } from '../../src/ir/print.ts';
import { printExpression } from '../../src/ir/print-expression.ts';
import { validateProgram } from '../../src/ir/validate.ts';
import { format } from '../../src/syntax/format.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { shipped, shippedNames, shippedSource } from '../support/protocols.ts';

test.each(shippedNames())('%s: printed, loaded, printed', (name) => {
  const program = shipped(name);
  const text = printProgram(program);
  const source = { name: `${name}.ir`, text };
  const again = loadProgram(source);
  expect(again.kind === 'ok' && again.value.program).toEqual(program);
  expect(format(source)).toEqual({ kind: 'ok', value: text });
});

test.each(shippedNames())('%s: shipped without warnings, in canonical layout', (name) => {
  const source = shippedSource(name);
  const loaded = loadProgram(source);
  expect(loaded.kind === 'ok' ? loaded.value.warnings : loaded.error).toEqual([]);
  expect(format(source)).toEqual({ kind: 'ok', value: source.text });
});

test('a parameter that was overridden is printed with its value', () => {
  const program = shipped('voting', { set: { participants: 5 } });
  const again = loadProgram({ name: 'voting.ir', text: printProgram(program) });
  expect(again.kind === 'ok' && again.value.program.parameters).toEqual([
    { name: 'participants', definition: { kind: 'int', value: 5 }, value: 5 },
  ]);
});

test('a violated invariant of programs names its place', () => {
  const program = shipped('voting');
  const [client, leader, participant] = program.roles;
  if (client === undefined || leader === undefined || participant === undefined) {
    throw new Error('voting has three roles');
  }
  const [ask, ...clauses] = leader.clauses;
  if (ask === undefined) throw new Error('the leader asks');
  const withLeader = (changed: typeof leader): typeof program => ({
    ...program,
    roles: [client, changed, participant],
  });
  expect(() => validateProgram(program)).not.toThrow();
  const unbound = { ...ask, body: ask.body.slice(0, 1) };
  expect(() => validateProgram(withLeader({ ...leader, clauses: [unbound, ...clauses] }))).toThrow(
    '`p` has a value in clause leader.1',
  );
  const twice = withLeader({ ...leader, clauses: [ask, ...leader.clauses] });
  expect(() => validateProgram(twice)).toThrow('clause ids are unique');
  const foreign = withLeader({ ...leader, relations: [] });
  expect(() => validateProgram(foreign)).toThrow('derives a relation of its role');
  const moved = withLeader({ ...leader, name: 'boss' });
  expect(() => validateProgram(moved)).toThrow();
});

const x: Expression = { kind: 'variable', name: 'x' };
const one: Expression = { kind: 'int', value: 1 };

function binary(
  operator: Extract<Expression, { kind: 'binary' }>['operator'],
  left: Expression,
  right: Expression,
): Expression {
  return { kind: 'binary', operator, left, right };
}

test('expressions have the parentheses they need and no more', () => {
  const minus = binary('-', x, one);
  const choice: Expression = { kind: 'if', condition: x, then: one, otherwise: x };
  expect(printExpression(binary('-', minus, minus))).toBe('x - 1 - (x - 1)');
  expect(printExpression(binary('*', minus, one))).toBe('(x - 1) * 1');
  expect(printExpression(binary('==', binary('<', x, one), x))).toBe('(x < 1) == x');
  expect(printExpression({ kind: 'unary', operator: '-', operand: one })).toBe('-(1)');
  expect(printExpression({ kind: 'int', value: -1 })).toBe('-1');
  expect(printExpression(binary('+', choice, one))).toBe('(if x then 1 else x) + 1');
  expect(printExpression({ kind: 'component', of: minus, index: 0 })).toBe('(x - 1).0');
  expect(printExpression({ kind: 'map', entries: [{ key: x, value: one }] })).toBe('{x: 1}');
});

test('constants: division rounds down, and what has no value says why', () => {
  const value = (expression: Expression): unknown =>
    evaluateInteger(expression, new Map([['f', 2]]));
  const seven: Expression = { kind: 'int', value: -7 };
  const f: Expression = { kind: 'parameter', name: 'f' };
  expect(value(binary('/', seven, f))).toEqual({ kind: 'ok', value: -4 });
  expect(value(binary('%', seven, f))).toEqual({ kind: 'ok', value: 1 });
  expect(value({ kind: 'if', condition: binary('<', f, one), then: x, otherwise: f })).toEqual({
    kind: 'ok',
    value: 2,
  });
  const huge: Expression = { kind: 'int', value: Number.MAX_SAFE_INTEGER };
  expect(value(binary('/', one, { kind: 'int', value: 0 }))).toMatchObject({ kind: 'err' });
  expect(value(binary('+', huge, huge))).toMatchObject({ kind: 'err', error: 'it is too large' });
  expect(value(x)).toMatchObject({ kind: 'err', error: '`x` is not a parameter' });
  expect(value(binary('<', one, f))).toMatchObject({ kind: 'err', error: 'it is not an integer' });
});
