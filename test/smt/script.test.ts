import { expect, test } from 'vitest';
import {
  add,
  and,
  apply,
  atMost,
  construct,
  equal,
  exists,
  field,
  forall,
  hasTag,
  implies,
  integer,
  mod,
  scale,
  variable,
} from '../../src/smt/build.ts';
import { parseValues, printValue } from '../../src/smt/model.ts';
import { type ObligationParts, obligation, without } from '../../src/smt/obligation.ts';
import { parseSExpressions } from '../../src/smt/s-expression.ts';
import { smtScript, valuesQuery } from '../../src/smt/script.ts';
import { boolSort, datatypeSort, functionSymbol, intSort, namedSort } from '../../src/smt/sort.ts';

const slot = namedSort('Slot');
const message = datatypeSort('Message', [
  {
    name: 'ask',
    fields: [
      { name: 'slot', sort: slot },
      { name: 'count', sort: intSort },
    ],
  },
  { name: 'stop', fields: [] },
]);
const s = variable('slot', slot);
const m = variable('m', message);
const parts: ObligationParts = {
  rule: 'test',
  lemma: 'example',
  kind: 'instance',
  title: 'an example',
  hypotheses: [
    {
      name: 'asked',
      formula: and([hasTag(m, 'ask'), equal(field(m, 'ask', 'slot'), s)]),
      text: 'm asks for slot',
    },
    {
      name: 'small',
      formula: atMost(add([scale(-2, field(m, 'ask', 'count')), integer(-1)]), integer(5)),
      text: 'small',
    },
    {
      name: 'clash',
      formula: equal(mod(variable('slot', intSort), 4), integer(3)),
      text: 'another slot',
    },
  ],
  goal: equal(m, construct(message, 'ask', [s, integer(0)])),
  show: [{ label: 'm', term: m }],
};

test('the script of an obligation', () => {
  expect(smtScript(obligation(parts), { withCore: true, rlimit: 1000 })).toBe(`\
(set-option :rlimit 1000)
(set-option :timeout 4294967295)
(set-option :produce-unsat-cores true)
(set-option :produce-models true)
(set-option :smt.random_seed 0)
(set-option :sat.random_seed 0)
(declare-sort s.Slot 0)
(declare-datatypes ((s.Message 0)) (((c.ask (c.ask.slot s.Slot) (c.ask.count Int)) (c.stop))))
(declare-fun v.m () s.Message)
(declare-fun v.slot () s.Slot)
(declare-fun v.slot~1 () Int)
(assert (! (and ((_ is c.ask) v.m) (= (c.ask.slot v.m) v.slot)) :named h.0))
(assert (! (<= (+ (* (- 2) (c.ask.count v.m)) (- 1)) 5) :named h.1))
(assert (! (= (mod v.slot~1 4) 3) :named h.2))
(push 1)
(echo "#vacuity")
(check-sat)
(pop 1)
(assert (! (not (= v.m (c.ask v.slot 0))) :named goal))
(echo "#main")
(check-sat)
(get-info :reason-unknown)
(get-info :rlimit)
`);
  expect(valuesQuery(obligation(parts))).toBe('(get-value (v.m))\n');
});

test('quantifiers, and names that need quotes', () => {
  const one = variable('one', slot);
  const odd = functionSymbol('is it|odd?', [slot, slot], boolSort);
  const quantified = obligation({
    ...parts,
    hypotheses: [],
    goal: forall([one], implies(apply(odd, [one, s]), exists([s], apply(odd, [one, s])))),
    show: [],
  });
  expect(smtScript(quantified)).toContain(
    '(forall ((v.one s.Slot)) (=> (|f.is it_odd?| v.one v.slot) (exists ((v.slot s.Slot)) (|f.is it_odd?| v.one v.slot))))',
  );
});

test('the id is that of the question, not of its words', () => {
  const { id } = obligation(parts);
  expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(obligation({ ...parts, title: 'in other words', rule: 'another' }).id).toBe(id);
  expect(obligation({ ...parts, goal: equal(s, s) }).id).not.toBe(id);
  expect(without(obligation(parts), 'small').id).not.toBe(id);
});

test('hypotheses have one name each, and conditions are hypotheses', () => {
  const [first, ...rest] = parts.hypotheses;
  if (first === undefined) throw new Error('the example has hypotheses');
  expect(() => obligation({ ...parts, hypotheses: [first, ...rest, first] })).toThrow(
    'names of their own',
  );
  expect(() => obligation({ ...parts, conditions: ['no such'] })).toThrow(
    'conditions are hypotheses',
  );
});

test('what a solver prints', () => {
  expect(parseSExpressions('((a |b c| "d ""e""") 1)\n(x)')).toEqual([
    [['a', 'b c', 'd "e"'], '1'],
    ['x'],
  ]);
  for (const broken of ['(a', 'a)', '(|a)', '("a)']) expect(parseSExpressions(broken)).toBeNull();
});

test('values of a model get short names', () => {
  const t = variable('t', slot);
  const several = obligation({
    ...parts,
    show: [
      { label: 'm', term: m },
      { label: 's', term: s },
      { label: 't', term: t },
      { label: 'n', term: variable('n', intSort) },
    ],
  });
  const answer =
    '((v.m (c.ask s.Slot!val!7 (- 3)))\n (v.slot s.Slot!val!2) (v.t (as s.Slot!val!7 s.Slot)) (v.n 4))';
  const values = parseValues(several, answer);
  expect(values?.map(({ label, value }) => `${label} = ${printValue(value)}`)).toEqual([
    'm = ask(slot0, -3)',
    's = slot1',
    't = slot0',
    'n = 4',
  ]);
  expect(parseValues(several, '((v.m c.stop))')).toBeNull();
  expect(parseValues(several, answer.replace('(- 3)', '(lambda x)'))).toBeNull();
});
