import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printDot } from '../../src/egraph/dot.ts';
import { EGraph } from '../../src/egraph/egraph.ts';
import { readSerialized } from '../../src/egraph/read-serialized.ts';
import { deserialize, printSerialized, serialize } from '../../src/egraph/serialize.ts';
import { build, commands } from './support/random-graph.ts';
import { integer, termOf, unwrap } from './support/read.ts';

function decode(text: string): { readonly op: string; readonly payload?: number } | undefined {
  const found = /^([a-z+*]+)(?:\[(.*)\])?$/.exec(text);
  if (found === null) return undefined;
  const payload = found[2] === undefined ? undefined : integer(found[2]);
  return { op: found[1] ?? '', ...(payload === undefined ? {} : { payload }) };
}

test('an e-graph is written in the format of egraph-serialize', () => {
  const egraph = new EGraph<number>();
  const root = egraph.addTerm(termOf('(+ x num[2])'));
  egraph.union(root, egraph.add('y'), 'axiom');
  egraph.rebuild();
  const text = printSerialized(
    serialize(egraph, {
      roots: [root],
      typeOf: (id) => (egraph.same(id, root) ? 'Sum' : undefined),
    }),
  );
  expect(JSON.parse(text)).toEqual({
    nodes: {
      '0.0': { op: 'x', children: [], eclass: '0', cost: 1 },
      '1.0': { op: 'num[2]', children: [], eclass: '1', cost: 1 },
      '2.0': { op: '+', children: ['0.0', '1.0'], eclass: '2', cost: 1 },
      '2.1': { op: 'y', children: [], eclass: '2', cost: 1 },
    },
    root_eclasses: ['2'],
    class_data: { '2': { type: 'Sum' } },
  });
});

test('reading back what was written gives the same e-graph', () => {
  let cyclic = 0;
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      const ids = build(egraph, script);
      const text = printSerialized(serialize(egraph, { roots: ids.slice(0, 3) }));
      const copy = new EGraph<number>();
      const read = unwrap(deserialize(copy, unwrap(readSerialized(text)), { decode }));
      expect([copy.nodeCount, copy.classCount]).toEqual([egraph.nodeCount, egraph.classCount]);
      expect(read.classes.size).toBe(egraph.classCount);
      for (const [position, id] of egraph.classes().entries()) {
        for (const member of egraph.nodesOf(id)) {
          const { op, payload, children } = egraph.node(member);
          const moved = children.map((child) =>
            read.classes.get(`${egraph.classes().indexOf(child)}`),
          );
          const found = copy.lookup(
            op,
            moved.filter((child) => child !== undefined),
            payload,
          );
          const there = read.classes.get(`${position}`);
          expect(found !== undefined && there !== undefined && copy.same(found, there)).toBe(true);
        }
      }
      if (ids.some((id) => egraph.childrenOf(id).some((child) => egraph.same(child, id)))) cyclic++;
    }),
    { seed: 20261128, numRuns: 200 },
  );
  expect(cyclic).toBeGreaterThan(5);
});

test('congruent nodes of different classes become one class', () => {
  const text = `{"nodes":{"a":{"op":"a","eclass":"1"},"b":{"op":"a","eclass":"2","children":[]}},"root_eclasses":["2"]}`;
  const egraph = new EGraph<number>();
  const { roots, classes } = unwrap(deserialize(egraph, unwrap(readSerialized(text)), { decode }));
  expect(egraph.nodeCount).toBe(1);
  expect(roots).toEqual([classes.get('1')]);
});

test('costs, types and subsumption are read', () => {
  const text =
    '{"nodes":{"a":{"op":"a","eclass":"1","cost":2.5,"subsumed":true}},"root_eclasses":[],"class_data":{"1":{"type":"T","let":"x"}}}';
  const read = unwrap(readSerialized(text));
  expect(read.nodes.get('a')).toEqual({
    op: 'a',
    children: [],
    eclass: '1',
    cost: 2.5,
    isSubsumed: true,
  });
  expect(read.classTypes.get('1')).toBe('T');
  expect(unwrap(readSerialized(printSerialized(read)))).toEqual(read);
});

test.each<readonly [string, string, readonly string[]]>([
  ['a list', '[]', ['expected an object with `nodes` and `root_eclasses`']],
  ['no nodes', '{"root_eclasses":[]}', ['`nodes` must be an object of nodes by id']],
  [
    'a child that is nowhere',
    '{"nodes":{"a":{"op":"f","eclass":"1","children":["b"]}},"root_eclasses":["1"]}',
    ["node `a` has a child `b` that doesn't exist"],
  ],
  [
    'a root that is nowhere',
    '{"nodes":{"a":{"op":"f","eclass":"1"}},"root_eclasses":["7"]}',
    ['root class `7` has no nodes'],
  ],
  [
    'wrong types',
    '{"nodes":{"a":{"op":1,"eclass":2,"children":"b","cost":"x","subsumed":0},"b":3},"root_eclasses":"1","class_data":[]}',
    [
      'node `a`: `op` must be a text',
      'node `a`: `children` must be a list of node ids',
      'node `a`: `eclass` must be a class name',
      'node `a`: `cost` must be a number',
      'node `a`: `subsumed` must be true or false',
      'node `b` must be an object',
      '`root_eclasses` must be a list of class names',
      '`class_data` must be an object by class',
    ],
  ],
  [
    'keys of objects of the host',
    '{"nodes":{"a":{"op":"f","eclass":"1","children":["toString"]}},"root_eclasses":["constructor"]}',
    ["node `a` has a child `toString` that doesn't exist", 'root class `constructor` has no nodes'],
  ],
])('%s is refused with every problem', (_, text, messages) => {
  const read = readSerialized(text);
  expect(read.kind === 'err' ? read.error.map((problem) => problem.message) : []).toEqual(messages);
});

test('what is not JSON is refused', () => {
  for (const text of ['', '{', 'nodes', '{"nodes":NaN}']) {
    const read = readSerialized(text);
    expect(read.kind === 'err' ? read.error[0]?.message.startsWith('not JSON: ') : false).toBe(
      true,
    );
  }
});

test('a class of nothing but cycles is refused by name, and so is an unknown operator', () => {
  const cyclic =
    '{"nodes":{"a":{"op":"f","eclass":"1","children":["a"]},"b":{"op":"b","eclass":"2"}},"root_eclasses":["1"]}';
  expect(deserialize(new EGraph<number>(), unwrap(readSerialized(cyclic)), { decode })).toEqual({
    kind: 'err',
    error: [{ message: 'class `1` has no finite term' }],
  });
  const unknown = '{"nodes":{"a":{"op":"?","eclass":"1"}},"root_eclasses":["1"]}';
  expect(deserialize(new EGraph<number>(), unwrap(readSerialized(unknown)), { decode })).toEqual({
    kind: 'err',
    error: [{ message: 'no operator is written `?`' }],
  });
});

test('DOT draws a box for each class and edges between boxes', () => {
  const egraph = new EGraph<number>();
  const x = egraph.add('x');
  const f = egraph.add('f', [x], 1);
  egraph.union(f, egraph.add('a "quoted"\\name'), 'axiom');
  egraph.union(x, egraph.add('id', [x]), 'axiom');
  egraph.rebuild();
  expect(printDot(egraph)).toBe(`digraph egraph {
  compound=true;
  clusterrank=local;
  subgraph cluster_0 {
    style=dashed;
    n0 [label="x"];
    n3 [label="id"];
  }
  subgraph cluster_1 {
    style=dashed;
    n1 [label="f[1]"];
    n2 [label="a \\"quoted\\"\\\\name"];
  }
  n3 -> n0 [label="0"];
  n1 -> n0 [label="0", lhead=cluster_0];
}
`);
});
