import { expect, test } from 'vitest';
import { diagramOf } from '../../src/emit/diagram.ts';
import { printDot } from '../../src/emit/dot.ts';
import { printMermaid } from '../../src/emit/mermaid.ts';
import { drawSvg } from '../../src/emit/svg.ts';
import { programOf } from '../support/protocols.ts';
import { samplePlan } from '../support/sample-plan.ts';

const original = programOf({
  name: 'sample.ir',
  text: `role client external
role server {
  out@c(x) :~ in(c, x)
}

channel in(c: client, x: int): client -> server
channel out(x: int): server -> client
`,
});

const plan = programOf({
  name: 'plan.ir',
  text: `role client external
role server {
  f@me(c, x) :~ in(c, x)
}
role worker of server {
  out@c(x) :~ f(c, x)
}

channel in(c: client, x: int): client -> server
channel out(x: int): server -> client
channel f(c: client, x: int): server -> worker
`,
});

const diagram = diagramOf(samplePlan, original, plan);

test('roles are boxes with their size, their key and what happened to them', () => {
  const [before, after] = diagram.sides;
  expect(before?.nodes.map((node) => [node.title, node.kind, ...node.details])).toEqual([
    ['client', 'client'],
    ['server', 'kept', '1 member', 'bottleneck'],
    ['store', 'kept', '3 members'],
    ['log', 'kept', '1 member'],
    ['- old', 'removed', '1 member'],
  ]);
  expect(after?.nodes.map((node) => [node.title, node.kind, ...node.details])).toEqual([
    ['client', 'client'],
    ['~ server', 'changed', '1 member'],
    ['+ worker', 'new', '2 processes', 'by x', 'bottleneck'],
    ['~ store', 'changed', '3 members × 2 processes', 'by x'],
    ['= log', 'kept', '1 member'],
  ]);
});

test('an arrow starts at the part that sends, and is new where a rewrite made its channel', () => {
  expect(diagram.sides[1]?.edges).toEqual([
    { from: 'plan.client', to: 'plan.server', labels: ['in'], isNew: false },
    { from: 'plan.worker', to: 'plan.client', labels: ['out'], isNew: false },
    { from: 'plan.server', to: 'plan.worker', labels: ['f'], isNew: true },
  ]);
});

test('Graphviz text', () => {
  const text = printDot(diagram);
  expect(text).toMatch(/^digraph "sample" \{\n/);
  expect(text).toContain(
    '"plan.worker" [label="+ worker\\n2 processes\\nby x\\nbottleneck", fillcolor="#d5f0dc"',
  );
  expect(text).toContain('"plan.server" -> "plan.worker" [label=" + f \\l", color="#1a7f37"');
});

test('Mermaid text', () => {
  const text = printMermaid(diagram);
  expect(text).toContain(
    'n_plan_worker["<b>+ worker</b><br/>2 processes<br/>by x<br/>bottleneck"]:::new',
  );
  expect(text).toContain('n_plan_server ==>|"+ f"| n_plan_worker');
  expect(text).toContain('linkStyle 4 stroke:#1a7f37');
});

test('a picture that holds every role twice over', async () => {
  const svg = await drawSvg(diagram);
  expect(svg).toMatch(/^<\?xml[\s\S]*<\/svg>\s*$/);
  for (const title of ['server', '~ server', '+ worker', '= log', '&#45; old'])
    expect(svg).toContain(`>${title}</text>`);
});

test('an arrow to the clients is laid out downwards, and still points at them', () => {
  const text = printDot(diagram);
  expect(text).toMatch(/"plan\.client" -> "plan\.worker" \[label=" out \\l", dir=back\]/);
  expect(text).toMatch(/"plan\.client" -> "plan\.server" \[label=" in \\l"\]/);
});

test('no label spills over the frame of its side, in the widest of the usual fonts', async () => {
  const svg = await drawSvg(diagram);
  expect(svg).toMatch(/font-family="Verdana,DejaVu Sans,/);
  const frames = [...svg.matchAll(/<g id="clust[\s\S]*?<path [^>]*d="([^"]*)"/g)].map(([, d]) =>
    [...(d ?? '').matchAll(/(-?[\d.]+),-?[\d.]+/g)].map(([, x]) => Number(x)),
  );
  expect(frames).toHaveLength(2);
  const starts = [...svg.matchAll(/<text[^>]*text-anchor="start" x="([\d.]+)"[^>]*>([^<]*)</g)];
  expect(starts.length).toBeGreaterThan(8);
  for (const [, x, label = ''] of starts) {
    const left = Number(x);
    const right = left + label.replaceAll('&#160;', ' ').trim().length * 6.2;
    const isInside = frames.some((xs) => Math.min(...xs) <= left && right <= Math.max(...xs));
    expect({ label, isInside }).toEqual({ label, isInside: true });
  }
});
