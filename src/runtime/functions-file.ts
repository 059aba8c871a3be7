/** The functions that a program leaves to a module of its user, in a process that was told where the module is. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExternalFunctions } from '../exec/functions.ts';

export async function functionsOf(file: string | null): Promise<ExternalFunctions> {
  if (file === null) return {};
  const loaded: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(file)).href);
  const named = Object.entries(loaded).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(named) as ExternalFunctions;
}
