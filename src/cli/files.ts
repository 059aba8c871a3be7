/** Reading and writing files by name, with every expected failure as a value. */

import {
  accessSync,
  constants,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '../base/result.ts';
import type { Source } from '../base/source.ts';
import { EXIT } from './exit-status.ts';
import { type Failure, unusable } from './failure.ts';
import { commandMessages } from './messages.ts';
import { problemOf } from './problem.ts';

const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The programs that come with compart. */
export const shippedFolder: string = join(packageRoot, 'protocols');

export interface ReadText {
  readonly source: Source;
  /** The path that was read in the end; null for stdin. */
  readonly path: string | null;
  /** True when the name was found among the shipped programs only. */
  readonly isShipped: boolean;
}

/** `-` is stdin; a bare name is looked up in the working directory, then among the shipped programs. */
export async function readText(name: string): Promise<Result<ReadText, Failure>> {
  if (name === '-') return readStdin();
  const path = locate(name);
  if (path === null) {
    const near = commandMessages.report('CF0001', undefined, {
      file: name,
      candidates: around(name),
    });
    return err(unusable(near));
  }
  if (isDirectory(path))
    return err(unusable(commandMessages.report('CF0002', undefined, { file: name })));
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    const problem = problemOf(thrown);
    return err(unusable(commandMessages.report('CF0003', undefined, { file: name, problem })));
  }
  const isShipped = path !== name;
  return decoded(bytes, { name, path, isShipped });
}

/** The text of a program, for a command that takes nothing else: plans and other documents are named as such. */
export async function readProgramText(
  name: string,
  command: string,
): Promise<Result<ReadText, Failure>> {
  const text = await readText(name);
  if (text.kind === 'err' || !isDocument(text.value.source.text)) return text;
  return err(unusable(commandMessages.report('CF0020', undefined, { file: name, command })));
}

/** An object of JSON and not a program, none of which begins with a brace. */
function isDocument(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"/.test(text);
}

/** The file that a name stands for, if there is one. */
export function locate(name: string): string | null {
  if (exists(name)) return name;
  const shipped = join(shippedFolder, name);
  return basename(name) === name && exists(shipped) && !isDirectory(shipped) ? shipped : null;
}

/** Names of programs for suggestions: those in the folder that `name` points to, and the shipped ones. */
export function around(name: string): readonly string[] {
  const folder = dirname(name);
  const here = namesIn(folder).map((file) => (folder === '.' ? file : join(folder, file)));
  return [...here, ...shippedNames()];
}

export function shippedNames(): readonly string[] {
  return namesIn(shippedFolder).filter((file) => file.endsWith('.ir'));
}

async function readStdin(): Promise<Result<ReadText, Failure>> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return decoded(Buffer.concat(chunks), { name: '<stdin>', path: null, isShipped: false });
}

interface Origin {
  readonly name: string;
  readonly path: string | null;
  readonly isShipped: boolean;
}

function decoded(bytes: Buffer, { name, path, isShipped }: Origin): Result<ReadText, Failure> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return ok({ source: { name, text }, path, isShipped });
  } catch {
    return err(unusable(commandMessages.report('CF0004', undefined, { file: name })));
  }
}

/**
 * Whole or not at all: a reader never sees a part, and a failure leaves the old file. What is no file (a pipe, a
 * terminal, `/dev/null`) is written to and never replaced; behind a link, its target is replaced.
 */
export function writeWhole(path: string, text: string): Result<void, Failure> {
  const old = statusOf(path);
  let temporary: string | null = null;
  try {
    if (old !== null && !old.isFile()) {
      writeFileSync(path, text);
      return ok(undefined);
    }
    if (old !== null) accessSync(path, constants.W_OK);
    const target = old === null ? path : realpathSync(path);
    temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    writeFileSync(temporary, text, old === null ? {} : { mode: old.mode });
    renameSync(temporary, target);
    return ok(undefined);
  } catch (thrown) {
    if (temporary !== null) rmSync(temporary, { force: true });
    return err(unwritable(path, thrown));
  }
}

/** Whether a file could be written, asked before a long job rather than after it. */
export function writable(path: string): Result<void, Failure> {
  try {
    const old = statusOf(path);
    if (old?.isDirectory() === true) {
      return err(unusable(commandMessages.report('CF0002', undefined, { file: path })));
    }
    if (old !== null) {
      accessSync(path, constants.W_OK);
      if (!old.isFile()) return ok(undefined);
    }
    const folder = dirname(old === null ? path : realpathSync(path));
    if (!isDirectory(folder)) {
      const problem = exists(folder)
        ? `${folder} is not a directory`
        : `there is no folder ${folder}`;
      return err(unusable(commandMessages.report('CF0007', undefined, { file: path, problem })));
    }
    accessSync(folder, constants.W_OK);
    return ok(undefined);
  } catch (thrown) {
    return err(unwritable(path, thrown));
  }
}

/** Whether a folder is there or could be made, and files could be written in it; nothing is made yet. */
export function writableFolder(folder: string): Result<void, Failure> {
  let nearest = resolve(folder);
  while (!exists(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  if (!isDirectory(nearest)) {
    const problem = `${nearest} is not a directory`;
    return err(unusable(commandMessages.report('CF0007', undefined, { file: folder, problem })));
  }
  try {
    accessSync(nearest, constants.W_OK);
    return ok(undefined);
  } catch (thrown) {
    return err(unwritable(folder, thrown));
  }
}

export function unwritable(path: string, thrown: unknown): Failure {
  const report = commandMessages.report('CF0007', undefined, {
    file: path,
    problem: problemOf(thrown),
  });
  const { code = '' } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  const isInput = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG'].includes(code);
  return { ...unusable(report), status: isInput ? EXIT.input : EXIT.environment };
}

export function exists(path: string): boolean {
  return statusOf(path) !== null;
}

export function isDirectory(path: string): boolean {
  return statusOf(path)?.isDirectory() === true;
}

function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
