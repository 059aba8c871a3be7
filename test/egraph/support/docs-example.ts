/** The worked example of docs/egraph.md; a test holds the two together. */
// example: begin
import { checkProof } from '../../../src/egraph/check-proof.ts';
import { EGraph } from '../../../src/egraph/egraph.ts';
import { explain } from '../../../src/egraph/explain.ts';
import { extractTree } from '../../../src/egraph/extract-tree.ts';
import { node, payloadVariable, variable } from '../../../src/egraph/pattern.ts';
import { type Rule, rewrite } from '../../../src/egraph/rule.ts';
import { saturate } from '../../../src/egraph/saturate.ts';
import { printTerm } from '../../../src/egraph/term.ts';

// A toy query language: payloads are plain data, told apart by their canonical JSON.
type Payload = { readonly columns: readonly string[] };

const rules: readonly Rule<Payload>[] = [
  // A filter may run before a projection that keeps every column it reads.
  rewrite<Payload>(
    'push-filter',
    node(
      'filter',
      [node('project', [variable('x')], payloadVariable('kept'))],
      payloadVariable('read'),
    ),
    node(
      'project',
      [node('filter', [variable('x')], payloadVariable('read'))],
      payloadVariable('kept'),
    ),
    {
      when: (_, found) =>
        found.payload('read').columns.every((name) => found.payload('kept').columns.includes(name)),
    },
  ),
  // A projection of a projection is one projection; which one, a function says.
  rewrite<Payload>(
    'fuse-projections',
    node(
      'project',
      [node('project', [variable('x')], payloadVariable('inner'))],
      payloadVariable('outer'),
    ),
    (egraph, found) => egraph.add('project', [found.class('x')], found.payload('outer')),
  ),
  // A filter that reads the table itself can use its index.
  rewrite<Payload>(
    'use-index',
    node('filter', [node('table')], payloadVariable('read')),
    node('lookup', [node('table')], payloadVariable('read')),
  ),
];

export function example(): readonly string[] {
  const egraph = new EGraph<Payload>();
  const table = egraph.add('table');
  const wide = egraph.add('project', [table], { columns: ['a', 'b'] });
  const narrow = egraph.add('project', [wide], { columns: ['a'] });
  const query = egraph.add('filter', [narrow], { columns: ['a'] });

  const { stop, iterations } = saturate(egraph, rules, { nodesMax: 1000 });

  const best = extractTree(egraph, (each, costs) =>
    costs.reduce((sum, cost) => sum + cost, each.op === 'filter' ? 5 : 1),
  );
  const plan = best.nodeOf(query) ?? query;

  const proof = explain(egraph, query, plan);
  const checked =
    proof && checkProof(proof, rules, { own: new Map([['fuse-projections', () => true]]) });

  return [
    `${stop.kind} after ${iterations.length} iterations`,
    `${egraph.nodeCount} e-nodes in ${egraph.classCount} e-classes`,
    printTerm(best.termOf(query), ({ columns }) => columns.join()),
    ...(proof?.steps ?? []).map((step) => (step.kind === 'rule' ? step.rule : step.kind)),
    checked?.kind ?? 'no proof',
  ];
}
// example: end
