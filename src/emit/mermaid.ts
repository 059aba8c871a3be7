/** Diagrams as Mermaid text, which code hosts draw in Markdown. */

import type { Diagram, DiagramEdge, DiagramNode, DiagramSide } from './diagram.ts';

const classes = [
  'classDef new fill:#d5f0dc,stroke:#1a7f37,stroke-width:2px,color:#1f2328',
  'classDef changed fill:#fff3c4,stroke:#9a6700,stroke-width:2px,color:#1f2328',
  'classDef removed fill:#ffe1de,stroke:#cf222e,color:#1f2328',
  'classDef kept fill:#f6f8fa,stroke:#57606a,color:#1f2328',
  'classDef client fill:#ffffff,stroke:#8c959f,stroke-dasharray:4 3,color:#1f2328',
];

export function printMermaid({ title, sides }: Diagram): string {
  const edges = sides.flatMap((side) => side.edges);
  const fresh = edges.flatMap((edge, at) => (edge.isNew ? [at] : []));
  const lines = [
    '---',
    `title: ${JSON.stringify(title)}`,
    '---',
    'flowchart TB',
    ...sides.flatMap(sideLines),
    ...(fresh.length === 0
      ? []
      : [`  linkStyle ${fresh.join(',')} stroke:#1a7f37,stroke-width:3px`]),
    ...classes.map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines({ id, title, nodes, edges }: DiagramSide): readonly string[] {
  return [
    `  subgraph side_${id}[${quoted(title.replaceAll('\n', ', '))}]`,
    ...nodes.map((node) => `    ${nodeText(node)}`),
    ...edges.map((edge) => `    ${edgeText(edge)}`),
    '  end',
  ];
}

function nodeText({ id, title, details, kind }: DiagramNode): string {
  const label = quoted([`<b>${escaped(title)}</b>`, ...details.map(escaped)].join('<br/>'));
  return kind === 'client'
    ? `${nameOf(id)}([${label}]):::client`
    : `${nameOf(id)}[${label}]:::${kind}`;
}

function edgeText({ from, to, labels, isNew }: DiagramEdge): string {
  const label = quoted(labels.map((each) => escaped(isNew ? `+ ${each}` : each)).join('<br/>'));
  return `${nameOf(from)} ${isNew ? '==>' : '-->'}|${label}| ${nameOf(to)}`;
}

/** Identifiers of Mermaid know no dots, and `end` is a word of its language. */
function nameOf(id: string): string {
  return `n_${id.replace(/\W/g, '_')}`;
}

/** Text between quotes; Mermaid reads entities with `#` in place of `&`. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}

function escaped(text: string): string {
  return text.replaceAll('<', '#lt;').replaceAll('>', '#gt;');
}
