/** Reads and checks the JSON of `serialize.ts`, reporting every problem at once. */
import { err, ok, type Result } from '../base/result.ts';
import type { SerializationProblem, SerializedEGraph, SerializedNode } from './serialize.ts';

/** Problems reported for one text; more would only repeat. */
const problemsMax = 100;

type Fields = Readonly<Record<string, unknown>>;

/**
 * A text of the format: a problem for what isn't JSON or has fields of the wrong type, for a child or
 * a root that doesn't exist, for a cost that isn't a number. Unknown fields are left out.
 */
export function readSerialized(
  text: string,
): Result<SerializedEGraph, readonly SerializationProblem[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return err([{ message: `not JSON: ${error instanceof Error ? error.message : 'unreadable'}` }]);
  }
  const problems: string[] = [];
  const serialized = readGraph(parsed, problems);
  if (problems.length === 0) return ok(serialized);
  return err(problems.slice(0, problemsMax).map((message) => ({ message })));
}

function readGraph(parsed: unknown, problems: string[]): SerializedEGraph {
  const empty = { nodes: new Map(), rootClasses: [], classTypes: new Map() };
  if (!isFields(parsed)) {
    problems.push('expected an object with `nodes` and `root_eclasses`');
    return empty;
  }
  const { nodes: found, root_eclasses: roots = [], class_data: data = {} } = parsed;
  if (!isFields(found)) {
    problems.push('`nodes` must be an object of nodes by id');
    return empty;
  }
  const nodes = new Map<string, SerializedNode>();
  for (const [id, value] of Object.entries(found)) {
    const node = readNode(id, value, problems);
    if (node !== undefined) nodes.set(id, node);
  }
  const rootClasses = isStrings(roots) ? roots : [];
  if (!isStrings(roots)) problems.push('`root_eclasses` must be a list of class names');
  checkReferences(found, nodes, rootClasses, problems);
  return { nodes, rootClasses, classTypes: readTypes(data, problems) };
}

function readNode(id: string, value: unknown, problems: string[]): SerializedNode | undefined {
  if (!isFields(value)) {
    problems.push(`node \`${id}\` must be an object`);
    return undefined;
  }
  const { op, children = [], eclass, cost = 1, subsumed = false } = value;
  const before = problems.length;
  if (typeof op !== 'string') problems.push(`node \`${id}\`: \`op\` must be a text`);
  if (!isStrings(children))
    problems.push(`node \`${id}\`: \`children\` must be a list of node ids`);
  if (typeof eclass !== 'string') problems.push(`node \`${id}\`: \`eclass\` must be a class name`);
  if (typeof cost !== 'number') problems.push(`node \`${id}\`: \`cost\` must be a number`);
  if (typeof subsumed !== 'boolean')
    problems.push(`node \`${id}\`: \`subsumed\` must be true or false`);
  if (problems.length > before) return undefined;
  if (typeof op !== 'string' || !isStrings(children) || typeof eclass !== 'string')
    return undefined;
  if (typeof cost !== 'number' || typeof subsumed !== 'boolean') return undefined;
  return { op, children, eclass, cost, isSubsumed: subsumed };
}

function checkReferences(
  found: Fields,
  nodes: ReadonlyMap<string, SerializedNode>,
  roots: readonly string[],
  problems: string[],
): void {
  const classes = new Set<string>();
  for (const [id, node] of nodes) {
    classes.add(node.eclass);
    for (const child of node.children) {
      if (!Object.hasOwn(found, child)) {
        problems.push(`node \`${id}\` has a child \`${child}\` that doesn't exist`);
      }
    }
  }
  for (const root of roots) {
    if (!classes.has(root)) problems.push(`root class \`${root}\` has no nodes`);
  }
}

function readTypes(data: unknown, problems: string[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  if (!isFields(data)) {
    problems.push('`class_data` must be an object by class');
    return types;
  }
  for (const [eclass, value] of Object.entries(data)) {
    const { type }: Fields = isFields(value) ? value : {};
    if (typeof type === 'string') types.set(eclass, type);
    else if (type !== undefined && type !== null) {
      problems.push(`class \`${eclass}\`: \`type\` must be a text`);
    }
  }
  return types;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
