import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import { EGraph, type ENode } from '../../src/egraph/egraph.ts';
import { extractRandom, RandomExtractor } from '../../src/egraph/extract-random.ts';
import { extractTree, termSize } from '../../src/egraph/extract-tree.ts';
import type { ClassId } from '../../src/egraph/ids.ts';
import { saturate } from '../../src/egraph/saturate.ts';
import { printTerm, type Term } from '../../src/egraph/term.ts';
import { sumGraph, sumRules } from './support/math-language.ts';
import { build, commands } from './support/random-graph.ts';
import { rule, termOf } from './support/read.ts';

test('the cheapest term is found through rules', () => {
  const egraph = new EGraph<number>();
  const root = egraph.addTerm(termOf('(/ (* a num[2]) num[2])'));
  saturate(egraph, [
    rule('associate', '(/ (* ?a ?b) ?c) => (* ?a (/ ?b ?c))'),
    rule('cancel', '(/ ?a ?a) => num[1]'),
    rule('one', '(* ?a num[1]) => ?a'),
  ]);
  const best = extractTree(egraph);
  expect(printTerm(best.termOf(root))).toBe('a');
  expect(best.costOf(root)).toBe(1);
});

test('the cost function decides', () => {
  const egraph = new EGraph<number>();
  const root = egraph.addTerm(termOf('(* x num[2])'));
  saturate(egraph, [rule('shift', '(* ?x num[2]) => (<< ?x num[1])')]);
  const dear =
    (op: string) =>
    (node: ENode<number>, costs: readonly number[]): number =>
      termSize(node, costs) + (node.op === op ? 10 : 0);
  expect(printTerm(extractTree(egraph, dear('*')).termOf(root))).toBe('(<< x num[1])');
  expect(printTerm(extractTree(egraph, dear('<<')).termOf(root))).toBe('(* x num[2])');
});

test('infinity forbids an e-node, and a class without allowed e-nodes has no term', () => {
  const egraph = new EGraph<number>();
  const [x, f] = [egraph.add('x'), egraph.addTerm(termOf('(f x)'))];
  const best = extractTree(egraph, (node, costs) =>
    node.op === 'f' ? Number.POSITIVE_INFINITY : termSize(node, costs),
  );
  expect(best.costOf(f)).toBe(Number.POSITIVE_INFINITY);
  expect(best.nodeOf(f)).toBeUndefined();
  expect(best.nodeOf(x)).toBe(x);
});

test('a cost that is no number, or below a child, is a bug of the caller', () => {
  const egraph = new EGraph<number>();
  egraph.addTerm(termOf('(f x)'));
  expect(() => extractTree(egraph, () => Number.NaN)).toThrow('is a number');
  expect(() => extractTree(egraph, (node) => (node.op === 'f' ? -1 : 1))).toThrow('at least');
});

test('cycles are never chosen, also when e-nodes are free', () => {
  const egraph = new EGraph<number>();
  const x = egraph.add('x');
  egraph.union(x, egraph.add('id', [x]), 'axiom');
  egraph.rebuild();
  expect(printTerm(extractTree(egraph, () => 0).termOf(x))).toBe('x');
  expect(printTerm(extractTree(egraph, (_, costs) => Math.max(0, ...costs)).termOf(x))).toBe('x');
});

test('equal costs are broken by the terms, not by the order of insertion', () => {
  const texts = ['(g b)', '(f b)', '(f a)', '(h a)'];
  const orders = [texts, texts.toReversed(), [2, 0, 3, 1].map((at) => texts[at] ?? '')];
  const found = orders.map((order) => {
    const egraph = new EGraph<number>();
    const [first, ...others] = order.map((text) => egraph.addTerm(termOf(text)));
    for (const other of others) if (first !== undefined) egraph.union(first, other, 'axiom');
    egraph.rebuild();
    return first === undefined ? '' : printTerm(extractTree(egraph).termOf(first));
  });
  expect(found).toEqual(['(f a)', '(f a)', '(f a)']);
});

test('extraction agrees with a naive fixpoint on random graphs', () => {
  const cost = (node: ENode<number>, costs: readonly number[]): number =>
    costs.reduce((sum, each) => sum + each, node.op === 'f' ? 3 : node.op === 'g' ? 2 : 1);
  const sizeOf = (term: Term<number>): number =>
    cost({ op: term.op, payload: term.payload, children: [] }, term.children.map(sizeOf));
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      build(egraph, script);
      const best = new Map<ClassId, number>();
      for (let changed = true; changed; ) {
        changed = false;
        for (const id of egraph.classes()) {
          for (const member of egraph.nodesOf(id)) {
            const node = egraph.node(member);
            const found = cost(
              node,
              node.children.map((child) => best.get(child) ?? Number.POSITIVE_INFINITY),
            );
            if (found >= (best.get(id) ?? Number.POSITIVE_INFINITY)) continue;
            best.set(id, found);
            changed = true;
          }
        }
      }
      const extraction = extractTree(egraph, cost);
      for (const id of egraph.classes()) {
        expect(extraction.costOf(id)).toBe(best.get(id));
        if ((best.get(id) ?? 0) < 200) expect(sizeOf(extraction.termOf(id))).toBe(best.get(id));
      }
    }),
    { seed: 20261126, numRuns: 150 },
  );
});

test('random terms stand for the class they were drawn from', () => {
  const egraph = sumGraph(5);
  const root = egraph.nodesWith('+').at(-1) ?? egraph.add('x0');
  saturate(egraph, sumRules);
  const prng = Prng.fromSeed(7);
  const extractor = new RandomExtractor(egraph);
  const seen = new Set<string>();
  for (let draw = 0; draw < 400; draw++) {
    const term = extractor.draw([root], prng)?.termOf(root);
    if (term === undefined) throw new Error('the sum has finite terms');
    const found = egraph.lookupTerm(term);
    expect(found !== undefined && egraph.same(found, root)).toBe(true);
    seen.add(printTerm(term));
  }
  expect(seen.size).toBeGreaterThan(250);
});

test('random terms avoid cycles and reach every choice without one', () => {
  const egraph = new EGraph<number>();
  const [a, b] = [egraph.add('a'), egraph.add('b')];
  egraph.union(a, egraph.add('f', [b]), 'axiom');
  egraph.union(b, egraph.add('g', [a]), 'axiom');
  egraph.rebuild();
  const extractor = new RandomExtractor(egraph);
  const counts = new Map<string, number>();
  const prng = Prng.fromSeed(11);
  for (let draw = 0; draw < 600; draw++) {
    const text = printTerm(extractor.draw([a], prng)?.termOf(a) ?? termOf('none'));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(['(f b)', 'a']);
  expect(Math.min(...counts.values())).toBeGreaterThan(200);
});

test('several roots share one choice, and one seed gives one draw', () => {
  const egraph = sumGraph(6);
  saturate(egraph, sumRules);
  const roots = egraph.nodesWith('+').slice(0, 3);
  const extractor = new RandomExtractor(egraph);
  const draw = (seed: number): readonly string[] => {
    const extraction = extractor.draw(roots, Prng.fromSeed(seed));
    return roots.map((root) =>
      extraction === undefined ? '' : printTerm(extraction.termOf(root)),
    );
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw(5)[0]).toBe(
    extractRandom(egraph, roots[0] ?? egraph.add('x0'), Prng.fromSeed(5)) === undefined
      ? ''
      : draw(5)[0],
  );
});

test('random draws of random graphs are well-founded', () => {
  fc.assert(
    fc.property(commands, fc.nat(), (script, seed) => {
      const egraph = new EGraph<number>();
      build(egraph, script);
      const extractor = new RandomExtractor(egraph);
      const extraction = extractor.draw(egraph.classes(), Prng.fromSeed(seed));
      for (const id of egraph.classes()) {
        const chosen = extraction?.nodeOf(id);
        expect(chosen !== undefined && egraph.same(chosen, id)).toBe(true);
        expect(extraction?.termOf(id)).toBeDefined();
      }
    }),
    { seed: 20261127, numRuns: 100 },
  );
});
