import { expect, test } from 'vitest';
import { checkProof } from '../../src/egraph/check-proof.ts';
import { Explainer } from '../../src/egraph/explainer.ts';
import type { Proof, ProofStep } from '../../src/egraph/proof.ts';
import { searchRewrite } from '../../src/egraph/rule.ts';
import { saturate } from '../../src/egraph/saturate.ts';
import { simpleScheduler } from '../../src/egraph/scheduler.ts';
import { term } from '../../src/egraph/term.ts';
import { mathGraph, mathRules } from './support/math-language.ts';
import { arithmetic, proved } from './support/prove.ts';
import { termOf } from './support/read.ts';

const honest = proved('(f (+ num[0] x))', '(f x)', arithmetic);

function tampered(change: (step: ProofStep<number>) => ProofStep<number>): Proof<number> {
  return { ...honest, steps: honest.steps.map(change) };
}

function inside(change: (step: ProofStep<number>) => ProofStep<number>): Proof<number> {
  return tampered((step) =>
    step.kind !== 'congruence'
      ? step
      : {
          ...step,
          children: step.children.map((child) => ({ ...child, steps: child.steps.map(change) })),
        },
  );
}

test.each<readonly [string, Proof<number>, string]>([
  ['no steps', { ...honest, steps: [] }, 'the steps end at (f (+ num[0] x)), not at (f x)'],
  ['another goal', { ...honest, right: term('y') }, 'the steps end at (f x), not at y'],
  ['another start', { ...honest, left: term('y') }, 'a step starts at (f (+ num[0] x)), not at y'],
  [
    'a child without proof',
    tampered((step) => (step.kind === 'congruence' ? { ...step, children: [] } : step)),
    "(f (+ num[0] x)) and (f x) aren't congruent",
  ],
  [
    'another operator',
    tampered((step) => ({ ...step, after: { ...step.after, op: 'g' } })),
    "(f (+ num[0] x)) and (g x) aren't congruent",
  ],
  [
    'a rule that does not exist',
    inside((step) => (step.kind === 'rule' ? { ...step, rule: 'magic' } : step)),
    'there is no rule `magic`',
  ],
  [
    'another rule',
    inside((step) => (step.kind === 'rule' ? { ...step, rule: 'double' } : step)),
    "(+ num[0] x) isn't (+ ?a ?a) of `double` under its substitution",
  ],
  [
    'the wrong direction',
    inside((step) =>
      step.kind === 'rule' && step.rule === 'zero' ? { ...step, direction: 'backward' } : step,
    ),
    "x isn't (+ ?a num[0]) of `zero` under its substitution",
  ],
  [
    'an empty substitution',
    inside((step) => (step.kind === 'rule' ? { ...step, substitution: new Map() } : step)),
    "(+ num[0] x) isn't (+ ?a ?b) of `commute` under its substitution",
  ],
  [
    'a made-up axiom',
    inside((step) => ({
      kind: 'given',
      label: 'trust me',
      direction: 'forward',
      before: step.before,
      after: step.after,
    })),
    '`trust me` is no axiom: (+ num[0] x) = (+ x num[0])',
  ],
])('a proof with %s is rejected', (_, proof, message) => {
  expect(checkProof(proof, arithmetic)).toEqual({ kind: 'err', error: { message } });
});

test('a proof that refers to itself is rejected', () => {
  const [f, g] = [termOf('(f a)'), termOf('(f b)')];
  const circular: { left: typeof f; right: typeof f; steps: ProofStep<number>[] } = {
    left: termOf('a'),
    right: termOf('b'),
    steps: [],
  };
  // a = b because (f a) = (f b), and (f a) = (f b) because a = b.
  circular.steps.push({
    kind: 'congruence',
    before: circular.left,
    after: circular.right,
    children: [],
  });
  const outer: Proof<number> = {
    left: f,
    right: g,
    steps: [{ kind: 'congruence', before: f, after: g, children: [circular] }],
  };
  expect(checkProof(outer, []).kind).toBe('err');
  const looped: { left: typeof f; right: typeof f; steps: ProofStep<number>[] } = {
    left: f,
    right: g,
    steps: [],
  };
  looped.steps.push({ kind: 'congruence', before: f, after: g, children: [looped] });
  expect(checkProof(looped, []).kind).toBe('err');
  const chain = 'the proof refers to itself';
  const nested: { left: typeof f; right: typeof f; steps: ProofStep<number>[] } = {
    left: termOf('(f (f a))'),
    right: termOf('(f (f a))'),
    steps: [],
  };
  nested.steps.push({
    kind: 'rule',
    rule: 'own',
    direction: 'forward',
    before: nested.left,
    after: nested.right,
    substitution: new Map(),
    premises: [nested],
    atom: 0,
  });
  const accept = new Map([['own', () => true]]);
  const own = searchRewrite<number>(
    'own',
    () => [],
    () => null,
  );
  expect(checkProof(nested, [own], { own: accept })).toEqual({
    kind: 'err',
    error: { message: chain },
  });
});

test('no step of a true proof can be left out, repeated, turned or swapped', () => {
  const egraph = mathGraph(true);
  saturate(egraph, mathRules, { scheduler: simpleScheduler(), iterationsMax: 5 });
  const explainer = new Explainer(egraph);
  let rejected = 0;
  for (const id of egraph.classes()) {
    const [first, ...others] = egraph.nodesOf(id);
    const last = others.at(-1);
    if (first === undefined || last === undefined) continue;
    const proof = explainer.explain(first, last);
    if (proof === undefined) throw new Error('e-nodes of one class are equal');
    for (const changed of mutations(proof.steps)) {
      expect(checkProof({ ...proof, steps: changed }, mathRules).kind).toBe('err');
      rejected++;
    }
  }
  expect(rejected).toBeGreaterThan(500);
});

function mutations(steps: readonly ProofStep<number>[]): readonly (readonly ProofStep<number>[])[] {
  return steps.flatMap((step, at) => {
    const turned: ProofStep<number> = { ...step, before: step.after, after: step.before };
    const replaced = [[], [step, step], [turned]].map((part) => steps.toSpliced(at, 1, ...part));
    const next = steps[at + 1];
    const swapped = next === undefined ? [] : [steps.toSpliced(at, 2, next, step)];
    return [...replaced, ...swapped];
  });
}
