/** How the reference evaluator names and lists the facts of a tick. */
import type { Fact } from '../../src/exec/value.ts';
import type { HeadArgument, Literal } from '../../src/ir/clause.ts';
import { evaluateInteger, parameterValues } from '../../src/ir/constant.ts';
import type { Expression } from '../../src/ir/expression.ts';
import type { Program } from '../../src/ir/program.ts';

/** By name of the relation, channel, timer or view: the facts by their keys. */
export type Facts = Map<string, Map<string, Fact>>;

export function nameOf(literal: Literal, program: Program): string {
  if (literal.kind === 'condition' || literal.kind === 'bind') return '';
  if (literal.kind === 'stable') return `stable ${literal.atom.relation}`;
  if (literal.kind !== 'expired') return literal.atom.relation;
  const delay = evaluateInteger(literal.delayMs, parameterValues(program));
  return `after ${delay.kind === 'ok' ? delay.value : 0} since ${literal.atom.relation}`;
}

export function all(facts: Facts, name: string): readonly Fact[] {
  return [...(facts.get(name)?.values() ?? [])];
}

export function isPlain(arg: HeadArgument): arg is Extract<HeadArgument, { kind: 'plain' }> {
  return arg.kind === 'plain';
}

export function plain(arg: HeadArgument): Expression {
  if (arg.kind === 'plain') return arg.value;
  throw new Error('a plain argument');
}
