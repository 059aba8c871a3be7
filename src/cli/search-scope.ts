/** The scope of a search as flags ask for it, and as reports say it. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { ok, type Result } from '../base/result.ts';
import { namesIn } from '../sim/faults.ts';
import { defaultScope, type Scope } from '../sim/judge/scope.ts';
import { counted } from './figures.ts';
import { readInteger, unknownName } from './flags.ts';

export interface ScopeFlags {
  readonly commands: string;
  readonly faults: string;
  readonly retries: string;
}

/** Of each, a run has one at most, which the scope counts; a crash is a stop, or a restart with what is on disk. */
const counts = { loss: 'losses', duplicate: 'duplicates', crash: 'crashes' } as const;

type SearchedFault = keyof typeof counts;

const searchedFaults = ['loss', 'duplicate', 'crash'] as const satisfies readonly SearchedFault[];

/** Pools grow with the power of their size, and sends are bits of a number. */
const commandsMax = 6;

export function readScope(flags: ScopeFlags): Result<Scope, readonly Diagnostic[]> {
  const commands = readInteger('--commands', flags.commands, 1, commandsMax);
  const retries = readInteger('--retries', flags.retries, 0, commandsMax);
  const faults = readSearchedFaults(flags.faults);
  if (commands.kind === 'err') return commands;
  if (retries.kind === 'err') return retries;
  if (faults.kind === 'err') return faults;
  const count = (fault: SearchedFault): number => Number(faults.value.includes(fault));
  return ok({
    ...defaultScope,
    commands: commands.value,
    retries: retries.value,
    losses: count('loss'),
    duplicates: count('duplicate'),
    crashes: count('crash'),
  });
}

function readSearchedFaults(text: string): Result<readonly SearchedFault[], readonly Diagnostic[]> {
  const faults = namesIn(text, searchedFaults);
  if (faults.kind === 'ok') return faults;
  return unknownName('fault', faults.error, [...searchedFaults, 'all', 'none']);
}

/** `2 commands, one of them sent again, one loss, duplicate or crash`. */
export function describeScope(scope: Scope, commands: number): string {
  const { retries } = scope;
  const faults: string[] = searchedFaults.filter((fault) => scope[counts[fault]] > 0);
  const last = faults.pop();
  const first = faults.length === 0 ? '' : `${faults.join(', ')} or `;
  const again = commands === 1 ? 'sent again' : 'one of them sent again';
  return [
    counted(commands, 'command'),
    retries === 0 ? 'none sent again' : again,
    last === undefined ? 'no faults' : `one ${first}${last}`,
  ].join(', ');
}
