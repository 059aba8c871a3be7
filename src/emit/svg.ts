/** Diagrams as SVG, laid out by Graphviz compiled to WebAssembly: no program has to be installed. */

import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { Diagram } from './diagram.ts';
import { diagramFont, printDot } from './dot.ts';

/** As wide as the font that the layout was made for, then narrower ones. */
const viewerFonts = `Verdana,${diagramFont},Helvetica,Arial,sans-serif`;

export async function drawSvg(diagram: Diagram): Promise<string> {
  const graphviz = await Graphviz.load();
  const svg = graphviz.dot(printDot(diagram));
  return svg.replaceAll(`font-family="${diagramFont}"`, `font-family="${viewerFonts}"`);
}
