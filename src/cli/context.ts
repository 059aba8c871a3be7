/** What every command gets: the terminal, and what was said before its own flags. */

import type { Terminal } from './terminal.ts';

export interface Context {
  readonly terminal: Terminal;
  /** The words of the command line, as they were given. */
  readonly argv: readonly string[];
}
