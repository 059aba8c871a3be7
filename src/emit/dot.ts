/** Diagrams as Graphviz text. New is green with `+`, changed is yellow with `~`; marks carry the meaning. */

import type { Diagram, DiagramEdge, DiagramNode, DiagramSide, NodeKind } from './diagram.ts';

const fills: Readonly<Record<NodeKind, { readonly fill: string; readonly line: string }>> = {
  new: { fill: '#d5f0dc', line: '#1a7f37' },
  changed: { fill: '#fff3c4', line: '#9a6700' },
  removed: { fill: '#ffe1de', line: '#cf222e' },
  kept: { fill: '#f6f8fa', line: '#57606a' },
  client: { fill: '#ffffff', line: '#8c959f' },
};

export function printDot({ title, sides }: Diagram): string {
  const lines = [
    `digraph ${quoted(title)} {`,
    '  graph [fontname="Helvetica", fontsize=14, rankdir=TB, nodesep=0.5, ranksep=0.7, pad=0.3]',
    '  node [fontname="Helvetica", fontsize=12, shape=box, style="rounded,filled", margin="0.18,0.10"]',
    '  edge [fontname="Helvetica", fontsize=10, color="#57606a", fontcolor="#24292f"]',
    ...sides.flatMap(sideLines),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines({ id, title, nodes, edges }: DiagramSide): readonly string[] {
  return [
    `  subgraph ${quoted(`cluster_${id}`)} {`,
    `    graph [label=${quoted(title)}, labeljust=l, style=rounded, color="#d0d7de", margin=16]`,
    ...nodes.map((node) => `    ${nodeLine(node)}`),
    ...edges.map((edge) => `    ${edgeLine(edge)}`),
    '  }',
  ];
}

function nodeLine({ id, title, details, kind }: DiagramNode): string {
  const { fill, line } = fills[kind];
  const small = details
    .map((text) => `<BR/><FONT POINT-SIZE="10">${escaped(text)}</FONT>`)
    .join('');
  const shape = kind === 'client' ? ', shape=ellipse, style="filled,dashed"' : '';
  const width = kind === 'new' || kind === 'changed' ? 2 : 1;
  return `${quoted(id)} [label=<<B>${escaped(title)}</B>${small}>, fillcolor="${fill}", color="${line}", penwidth=${width}${shape}]`;
}

function edgeLine({ from, to, labels, isNew }: DiagramEdge): string {
  const style = isNew ? ', color="#1a7f37", penwidth=2.2, fontcolor="#1a7f37"' : '';
  // Left-aligned lines, with space between the text and the arrow.
  const text = labels.map((label) => ` ${isNew ? '+ ' : ''}${label} \\l`).join('');
  return `${quoted(from)} -> ${quoted(to)} [label="${text.replaceAll('"', '\\"')}"${style}]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
