/**
 * The sources as plain JavaScript in a folder of their own, so that the processes of a test start as fast as those of a
 * built package: compiling in every one of them takes seconds each.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { filesUnder, root } from '../support/source-facts.ts';

const folders = ['base', 'ir', 'exec', 'plan', 'runtime'];

export interface Compiled {
  readonly folder: string;
  /** The module of a node's process. */
  readonly entry: string;
  readonly remove: () => void;
}

export function compileSources(): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'compart-compiled-'));
  for (const path of folders.flatMap((each) => filesUnder(`src/${each}`, ['.ts']))) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, path), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    const file = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    entry: join(folder, 'src/runtime/node-process.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
