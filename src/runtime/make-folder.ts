/** Folders and those that they lie in. */

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and what is missing above it; throws what the system says. Step by step, since `mkdirSync` with
 * `recursive` never comes back where a parent exists and nothing can be made in it (`/proc`).
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let path = resolve(folder);
  while (!existsSync(path) && dirname(path) !== path) {
    missing.push(path);
    path = dirname(path);
  }
  // Says that it is a file, where a folder was asked for.
  if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
  for (const each of missing.reverse()) makeOne(each);
}

/** Another process may have been faster. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (thrown) {
    if (!existsSync(folder)) throw thrown;
  }
}
