import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkProof } from '../../src/egraph/check-proof.ts';
import { EGraph } from '../../src/egraph/egraph.ts';
import { explain, explainTerms, originOf } from '../../src/egraph/explain.ts';
import { Explainer } from '../../src/egraph/explainer.ts';
import { type NodeId, nodeId } from '../../src/egraph/ids.ts';
import { node, rest, variable } from '../../src/egraph/pattern.ts';
import { multiRewrite, type Rule, rewrite, searchRewrite } from '../../src/egraph/rule.ts';
import { saturate } from '../../src/egraph/saturate.ts';
import { simpleScheduler } from '../../src/egraph/scheduler.ts';
import { substitution } from '../../src/egraph/substitution.ts';
import { printTerm } from '../../src/egraph/term.ts';
import { mathGraph, mathRules } from './support/math-language.ts';
import { arithmetic, outline, proved } from './support/prove.ts';
import { build, commands } from './support/random-graph.ts';
import { rule, termOf, unwrap } from './support/read.ts';
import { rulePool, someRules } from './support/rule-pool.ts';

test('a proof is the chain of terms that a reader would write', () => {
  const proof = proved('(f (+ num[0] x))', '(f x)', arithmetic);
  expect(outline(proof)).toEqual(['congruence: (f x)']);
  const [step] = proof.steps;
  expect(step?.kind === 'congruence' ? step.children.map(outline) : []).toEqual([
    ['commute forward: (+ x num[0])', 'zero forward: x'],
  ]);
  expect(checkProof(proof, arithmetic)).toEqual({ kind: 'ok', value: { steps: 3, assumed: [] } });
});

test('equal terms need no step, unequal or unknown ones have no proof', () => {
  const egraph = new EGraph<number>();
  const x = egraph.add('x');
  const y = egraph.add('y');
  expect(explain(egraph, x, x)?.steps).toEqual([]);
  expect(explain(egraph, x, y)).toBeUndefined();
  expect(explainTerms(egraph, termOf('x'), termOf('z'))).toBeUndefined();
});

test('a rule used against its direction says so', () => {
  const proof = proved('(* num[2] x)', '(+ x x)', arithmetic);
  expect(outline(proof)).toEqual(['double backward: (+ x x)']);
  expect(checkProof(proof, arithmetic).kind).toBe('ok');
});

test('every equality that the math rules find has a proof that replays', () => {
  const egraph = mathGraph(true);
  saturate(egraph, mathRules, { scheduler: simpleScheduler(), iterationsMax: 6 });
  const explainer = new Explainer(egraph);
  let checked = 0;
  for (const id of egraph.classes()) {
    const [first, ...others] = egraph.nodesOf(id);
    for (const other of others.slice(-3)) {
      if (first === undefined) continue;
      const proof = explainer.explain(first, other);
      expect(proof === undefined ? 'no proof' : checkProof(proof, mathRules).kind).toBe('ok');
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(300);
});

test('proofs of random unions rest on exactly the axioms that were given', () => {
  let steps = 0;
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      const axioms = new Set<string>();
      const ids = build(egraph, script);
      const terms = new Explainer(egraph);
      const added: string[] = [];
      for (const command of script) {
        if (command.kind === 'add')
          added.push(printTerm(terms.termOf(ids[added.length] ?? nodeId(0))));
        if (command.kind !== 'union' || added.length === 0) continue;
        const [left, right] = [command.left, command.right].map((at) => added[at % added.length]);
        axioms.add(`${left} = ${right}`);
      }
      const given = (label: string, left: unknown, right: unknown): boolean =>
        label === 'axiom' &&
        axioms.has(`${printTerm(left as never)} = ${printTerm(right as never)}`);
      for (const left of ids.slice(0, 8)) {
        for (const right of ids) {
          const proof = explain(egraph, left, right);
          expect(proof !== undefined).toBe(egraph.same(left, right));
          if (proof === undefined) continue;
          const checked = unwrap(checkProof(proof, [], { given }));
          steps += checked.steps;
        }
      }
    }),
    { seed: 20261124, numRuns: 60 },
  );
  expect(steps).toBeGreaterThan(100);
});

/** Pairs of different e-nodes of a class, a few for each. */
function equalPairs(
  egraph: EGraph<number>,
  ids: readonly NodeId[],
): readonly (readonly [NodeId, NodeId])[] {
  const members = [...ids, ...egraph.classes().flatMap((id) => egraph.nodesOf(id).slice(0, 3))];
  return members.flatMap((left, position) =>
    members
      .slice(position + 1)
      .filter((right) => right !== left && egraph.same(left, right))
      .slice(0, 5)
      .map((right) => [left, right] as const),
  );
}

test('whatever the rules, every equality has a proof that replays', () => {
  const used = new Set<string>();
  fc.assert(
    fc.property(commands, someRules, fc.boolean(), (script, rules, isNew) => {
      const egraph = new EGraph<number>();
      const ids = build(egraph, script);
      saturate(egraph, rules, { iterationsMax: 3, nodesMax: 200, matching: isNew ? 'new' : 'all' });
      const explainer = new Explainer(egraph);
      const given = (label: string): boolean => label === 'axiom';
      for (const [left, right] of equalPairs(egraph, ids)) {
        const proof = explainer.explain(left, right);
        if (proof === undefined) throw new Error('equal e-nodes have a proof');
        expect(unwrap(checkProof(proof, rules, { given })).assumed).toEqual([]);
        for (const step of proof.steps) if (step.kind === 'rule') used.add(step.rule);
      }
    }),
    { seed: 20261201, numRuns: 150 },
  );
  expect([...used].sort()).toEqual(rulePool.map(({ name }) => name).sort());
});

const lists: readonly Rule<number>[] = [
  rule('flatten', '(and (and ?xs...) ?ys...) => (and ?xs... ?ys...)'),
  rewrite('drop-first-true', node('and', [node('true'), rest('xs')]), node('and', [rest('xs')])),
];

test('lists of children and payload variables are replayed', () => {
  const rules = [...lists, rule('tag', '(num[?n] ?x) => (tagged[?n] ?x)')];
  const proof = proved(
    '(f (and (and true a) b) (num[7] a))',
    '(f (and a b) (tagged[7] a))',
    lists.concat(rules[2] ?? []),
  );
  expect(unwrap(checkProof(proof, rules)).steps).toBeGreaterThan(3);
});

test('any payload on the left side is replayed', () => {
  const rules = [rule('forget', '(f[_] ?x) => ?x')];
  const proof = proved('(f[3] a)', 'a', rules);
  expect(outline(proof)).toEqual(['forget forward: a']);
  expect(checkProof(proof, rules).kind).toBe('ok');
});

test('several patterns become premises', () => {
  const rules: readonly Rule<number>[] = [
    rule('trust', '?s = (says ?x), ?t = (trusts ?x) => ?s = true, ?t = true'),
    rule('swap', '(says ?x) => (told ?x)'),
  ];
  const egraph = new EGraph<number>();
  for (const text of ['(says a)', '(trusts a)', 'true']) egraph.addTerm(termOf(text));
  saturate(egraph, rules);
  const proof = explainTerms(egraph, termOf('(told a)'), termOf('(trusts a)'));
  expect(proof === undefined ? [] : outline(proof)).toEqual([
    'swap backward: (says a)',
    'trust forward: true',
    'trust backward: (trusts a)',
  ]);
  expect(proof && checkProof(proof, rules).kind).toBe('ok');
});

test('steps of a host are accepted only with a check of the host', () => {
  const own: Rule<number> = searchRewrite(
    'own',
    (egraph) =>
      egraph
        .nodesWith('x')
        .map((root) => ({ root, substitution: substitution({ classes: { it: root } }) })),
    (egraph, found) => egraph.add('seen', [found.class('it')]),
  );
  const proof = proved('x', '(seen x)', [own]);
  const [step] = proof.steps;
  expect(step?.kind === 'rule' ? [...step.substitution.keys()] : []).toEqual(['it']);
  expect(checkProof(proof, [own])).toEqual({
    kind: 'err',
    error: { message: 'nothing checks the steps of `own`' },
  });
  const accept = new Map([['own', () => true]]);
  expect(checkProof(proof, [own], { own: accept }).kind).toBe('ok');
  expect(checkProof(proof, [own], { own: new Map([['own', () => false]]) }).kind).toBe('err');
});

test('conditions are replayed where the checker is given them, and reported where not', () => {
  const positive: Rule<number> = rewrite('positive', node('abs', [variable('x')]), variable('x'), {
    when: () => true,
  });
  const proof = proved('(abs x)', 'x', [positive]);
  expect(unwrap(checkProof(proof, [positive])).assumed).toEqual(['positive']);
  const conditions = new Map([['positive', () => false]]);
  expect(checkProof(proof, [positive], { conditions }).kind).toBe('err');
});

test('a function applier after a pattern starts from the term that was matched', () => {
  const fold: Rule<number> = rewrite('fold', node('neg', [variable('x')]), (egraph, found) =>
    egraph.add('folded', [found.class('x')]),
  );
  const proof = proved('(neg x)', '(folded x)', [fold]);
  const own = new Map([
    [
      'fold',
      (step: { before: { op: string }; after: { op: string } }) =>
        step.before.op === 'neg' && step.after.op === 'folded',
    ],
  ]);
  expect(checkProof(proof, [fold], { own }).kind).toBe('ok');
});

test('the origin of an e-node is the application that made it', () => {
  const egraph = new EGraph<number>();
  const sum = egraph.addTerm(termOf('(+ num[0] x)'));
  saturate(egraph, arithmetic);
  const made = egraph.lookupTerm(termOf('(+ x num[0])'));
  if (made === undefined) throw new Error('commute applies');
  expect(originOf(egraph, sum)).toBeUndefined();
  const origin = originOf(egraph, made);
  expect(origin?.rule).toBe('commute');
  expect(
    [...(origin?.substitution ?? [])].map(([name, bound]) => [
      name,
      bound.kind === 'term' && printTerm(bound.term),
    ]),
  ).toEqual([
    ['a', 'num[0]'],
    ['b', 'x'],
  ]);
});

test('explanations of long chains and deep terms do not overflow the stack', () => {
  const egraph = new EGraph<number>();
  const [a, b] = [egraph.add('a'), egraph.add('b')];
  let [left, right] = [a, b];
  for (let level = 0; level < 20_000; level++) {
    left = egraph.add('f', [left]);
    right = egraph.add('f', [right]);
  }
  egraph.union(a, b, 'axiom');
  egraph.rebuild();
  const proof = explain(egraph, left, right);
  const given = (label: string): boolean => label === 'axiom';
  expect(proof && unwrap(checkProof(proof, [], { given })).steps).toBe(20_001);
});

test('without explanations the e-graph works and explaining is a bug of the caller', () => {
  const egraph = new EGraph<number>({ explanations: false });
  const sum = egraph.addTerm(termOf('(+ x num[0])'));
  saturate(egraph, arithmetic);
  expect(egraph.same(sum, egraph.add('x'))).toBe(true);
  expect(() => explain(egraph, sum, egraph.add('x'))).toThrow('switched off');
});

test('multi-patterns with an applier of the host keep their premises', () => {
  const meet: Rule<number> = multiRewrite(
    'meet',
    [
      { variable: 's', pattern: node('p', [variable('x')]) },
      { variable: 't', pattern: node('q', [variable('x')]) },
    ],
    (egraph, found) => egraph.add('met', [found.class('x')]),
  );
  const egraph = new EGraph<number>();
  for (const text of ['(p a)', '(q a)']) egraph.addTerm(termOf(text));
  saturate(egraph, [meet]);
  const proof = explainTerms(egraph, termOf('(p a)'), termOf('(met a)'));
  const [step] = proof?.steps ?? [];
  expect(step?.kind === 'rule' ? step.premises.map((each) => printTerm(each.right)) : []).toEqual([
    '(p a)',
    '(q a)',
  ]);
});
