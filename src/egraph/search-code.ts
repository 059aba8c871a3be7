/**
 * Compiles the left-hand side of a rule to JavaScript functions: one that finds all matches, and for
 * each node of the pattern one that finds the matches in which that node is new (seminaive evaluation,
 * as in Zhang et al., "Better Together: Unifying Datalog and Equality Saturation", PLDI 2023).
 */
import { invariant } from '../base/assert.ts';
import type { CompiledLeft, CompiledNode, CompiledPattern } from './compiled-pattern.ts';
import type { MatchTable } from './match-table.ts';
import type { NodeStore } from './node-store.ts';
import type { OpIndex } from './op-index.ts';
import { type Delta, isGround, SearchWriter } from './search-writer.ts';

/** What a search reads; `ground` holds the e-nodes of ground parts at their slots. */
export type SearchInput = {
  readonly store: NodeStore;
  readonly index: OpIndex;
  readonly ops: Int32Array;
  readonly payloadNumbers: Int32Array;
  readonly ground: Int32Array;
  /** Nodes with this stamp or a later one are new; for searches of new matches. */
  readonly since: number;
  readonly sameRest: (
    left: number,
    leftBefore: number,
    leftAfter: number,
    right: number,
    rightBefore: number,
    rightAfter: number,
  ) => boolean;
};

/** Adds matches to the table until it has `matchesMax`. */
export type SearchFunction = (input: SearchInput, table: MatchTable, matchesMax: number) => void;

export type CompiledSearch = {
  readonly search: SearchFunction;
  /** The largest ground parts: without an e-node for each there is no match. */
  readonly grounds: readonly CompiledNode[];
};

/** Finds all matches. */
export function compileSearch(left: CompiledLeft): CompiledSearch {
  const writer = new SearchWriter();
  for (const atom of left.atoms) writer.atom(atom);
  return { search: compile(writer, left), grounds: writer.grounds };
}

/**
 * Together these find each match with a new e-node once, provided that no ground part is new: function
 * i those in which node i is new and the nodes before it aren't. `undefined` for a pattern that is a mere
 * variable, which e-nodes' stamps say nothing about.
 */
export function compileNewSearches(left: CompiledLeft): readonly SearchFunction[] | undefined {
  if (left.atoms.some((atom) => atom.pattern.kind === 'variable')) return undefined;
  const nodes = left.atoms.flatMap(({ pattern }) => openNodes(pattern));
  return nodes.map((fresh, index) => {
    const older = new Set(nodes.slice(0, index).map((node) => node.slot));
    const delta: Delta = { fresh, older };
    const writer = new SearchWriter(delta);
    const first = left.atoms.filter(({ pattern }) => openNodes(pattern).includes(fresh));
    for (const atom of first) writer.atomFrom(atom, fresh);
    for (const atom of left.atoms) if (!first.includes(atom)) writer.atom(atom);
    return compile(writer, left);
  });
}

/** The nodes of a pattern that aren't ground, parents first. */
function openNodes(pattern: CompiledPattern): readonly CompiledNode[] {
  if (pattern.kind === 'variable' || isGround(pattern)) return [];
  const below = pattern.children.flatMap((child) =>
    child.kind === 'rest' ? [] : openNodes(child),
  );
  return [pattern, ...below];
}

function compile(writer: SearchWriter, { layout }: CompiledLeft): SearchFunction {
  const made: unknown = new Function('input', 'table', 'matchesMax', writer.finish(layout.width));
  invariant(isSearchFunction(made), 'the constructor Function makes functions');
  return made;
}

function isSearchFunction(made: unknown): made is SearchFunction {
  return typeof made === 'function';
}
