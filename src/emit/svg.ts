/** Diagrams as SVG, laid out by Graphviz compiled to WebAssembly: no program has to be installed. */

import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { Diagram } from './diagram.ts';
import { printDot } from './dot.ts';

export async function drawSvg(diagram: Diagram): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.dot(printDot(diagram));
}
