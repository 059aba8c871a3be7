/** Diagrams as Graphviz text. New is green with `+`, changed is yellow with `~`; marks carry the meaning. */

import type { Diagram, DiagramEdge, DiagramNode, DiagramSide, NodeKind } from './diagram.ts';

const fills: Readonly<Record<NodeKind, { readonly fill: string; readonly line: string }>> = {
  new: { fill: '#d5f0dc', line: '#1a7f37' },
  changed: { fill: '#fff3c4', line: '#9a6700' },
  removed: { fill: '#ffe1de', line: '#cf222e' },
  kept: { fill: '#f6f8fa', line: '#57606a' },
  client: { fill: '#ffffff', line: '#8c959f' },
};

/**
 * One font, for Graphviz measures a list of them as a narrow one and labels then spill; and the widest of the usual
 * ones, so that with another there is room to spare.
 */
export const diagramFont = 'DejaVu Sans';

const font = `fontname="${diagramFont}"`;

export function printDot({ title, sides }: Diagram): string {
  const lines = [
    `digraph ${quoted(title)} {`,
    `  graph [${font}, fontsize=12, rankdir=TB, nodesep=0.5, ranksep=0.7, pad=0.3]`,
    `  node [${font}, fontsize=12, shape=box, style="rounded,filled", margin="0.2,0.1"]`,
    `  edge [${font}, fontsize=10, color="#57606a", fontcolor="#24292f"]`,
    ...sides.flatMap(sideLines),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines({ id, title, nodes, edges }: DiagramSide): readonly string[] {
  return [
    `  subgraph ${quoted(`cluster_${id}`)} {`,
    `    graph [label=${leftLines(title)}, labeljust=l, style=rounded, color="#d0d7de", margin=16]`,
    ...nodes.map((node) => `    ${nodeLine(node)}`),
    ...edges.map((edge) => `    ${edgeLine(edge, isUpward(edge, nodes))}`),
    '  }',
  ];
}

function nodeLine({ id, title, details, kind }: DiagramNode): string {
  const { fill, line } = fills[kind];
  const shape = kind === 'client' ? ', shape=ellipse, style="filled,dashed"' : '';
  const width = kind === 'new' || kind === 'changed' ? 2 : 1;
  const label = quoted([title, ...details].join('\n'));
  return `${quoted(id)} [label=${label}, fillcolor="${fill}", color="${line}", penwidth=${width}${shape}]`;
}

/** Towards the clients, which stand on top. */
function isUpward({ from, to }: DiagramEdge, nodes: readonly DiagramNode[]): boolean {
  const place = (id: string): number => nodes.findIndex((node) => node.id === id);
  return place(to) < place(from);
}

function edgeLine({ from, to, labels, isNew }: DiagramEdge, isUpward: boolean): string {
  const style = isNew ? ', color="#1a7f37", penwidth=2.2, fontcolor="#1a7f37"' : '';
  // Left-aligned lines, with space between the text and the arrow.
  const text = labels.map((label) => ` ${isNew ? '+ ' : ''}${label} \\l`).join('');
  // Said downwards, so that labels of upward arrows stay within the frame.
  const ends = isUpward ? [to, from] : [from, to];
  const direction = isUpward ? ', dir=back' : '';
  return `${ends.map(quoted).join(' -> ')} [label="${text.replaceAll('"', '\\"')}"${style}${direction}]`;
}

/** Lines of a text that begin at the left edge, so that a wide font can only spill to the right. */
function leftLines(text: string): string {
  return quoted(`${text}\n`).replaceAll('\\n', '\\l');
}

function quoted(text: string): string {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${plain.replaceAll('\n', '\\n')}"`;
}
