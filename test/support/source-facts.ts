/** What `tidy.test.ts` judges: every source file, with its imports and the globals it uses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export type SourceFacts = {
  /** Path from the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Imported files of the project by path, packages and `node:` modules by name. */
  readonly imports: readonly string[];
  /** Files that are started by name (`new URL('./worker.mjs', import.meta.url)`). */
  readonly started: readonly string[];
  /** Members of globals and globals called, such as `Math.random`, `console.log`, `setTimeout`. */
  readonly uses: readonly string[];
  /** True for a file that passes on what other files export. */
  readonly reexports: boolean;
};

export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Paths under a folder with one of the extensions, sorted; none when the folder is absent. */
export function filesUnder(folder: string, extensions: readonly string[]): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.split('\\').join('/')))
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .sort();
}

export function readFacts(path: string): SourceFacts {
  return factsOf(path, readFileSync(join(root, path), 'utf8'));
}

export function factsOf(path: string, text: string): SourceFacts {
  const imports = new Set<string>();
  const started = new Set<string>();
  const uses = new Set<string>();
  let reexports = false;
  const visit = (node: ts.Node): void => {
    const specifier = importSpecifier(node);
    if (specifier !== undefined) imports.add(resolve(path, specifier));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) reexports = true;
    const entry = startedFile(node);
    if (entry !== undefined) started.add(resolve(path, entry));
    for (const use of globalUses(node)) uses.add(use);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return {
    path,
    text,
    lines,
    imports: [...imports],
    started: [...started],
    uses: [...uses],
    reexports,
  };
}

/** Calls whose first argument names a module. A call that names the solver loads it, whatever its name. */
const loaders = ['import', 'require', 'require.resolve', 'import.meta.resolve'];

function importSpecifier(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier === undefined ? undefined : literal(node.moduleSpecifier);
  }
  if (ts.isCallExpression(node)) {
    const name = literal(node.arguments[0]);
    const loads = loaders.includes(node.expression.getText()) || name?.startsWith('z3-solver/');
    return loads === true ? name : undefined;
  }
  return ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
    ? literal(node.argument.literal)
    : undefined;
}

function startedFile(node: ts.Node): string | undefined {
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  if (!isUrl || node.arguments?.[1]?.getText() !== 'import.meta.url') return undefined;
  return literal(node.arguments[0]);
}

/** Names are not resolved: a local variable called `process` counts as the global one. */
function globalUses(node: ts.Node): readonly string[] {
  if (ts.isPropertyAccessExpression(node)) {
    const member = node.name.text;
    const owner = ts.isIdentifier(node.expression) ? [`${node.expression.text}.${member}`] : [];
    return [...owner, `.${member}`];
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return [node.expression.text];
  if (ts.isNewExpression(node)) return [`new ${node.expression.getText()}`];
  return [];
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}
