import { expect, test } from 'vitest';
import { componentOfRole } from '../../src/analysis/component.ts';
import { strata } from '../../src/analysis/strata.ts';
import type { Clause } from '../../src/ir/clause.ts';
import { node, protocol, whole } from './support.ts';

test('a folded relation is complete before its reader starts', () => {
  expect(strata(whole(protocol('voting'), 'leader'))).toEqual({
    kind: 'stratified',
    strata: [['votes'], ['tally', 'done']],
  });
});

test('a cycle over negation within a tick has no meaning', () => {
  const program = node(
    'relation a(x: int)\nrelation b(x: int)\na(x) :- in(x), !b(x)\nb(x) :+ a(x)',
    'channel in(x: int): client -> node',
  );
  expect(strata(whole(program)).kind).toBe('stratified');
  const now = (clause: Clause): Clause => ({ ...clause, kind: 'now' });
  const { role } = componentOfRole(program, 'node');
  const cyclic = strata({ program, role, clauses: role.clauses.map(now) });
  expect(cyclic).toEqual({ kind: 'cyclic', relations: ['a', 'b'], clause: 'node.1' });
});
