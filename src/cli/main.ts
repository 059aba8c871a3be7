#!/usr/bin/env node
/** The executables `compart` and `optimize`. */

import { EXIT } from './exit-status.ts';
import { runCli } from './run-cli.ts';
import { processTerminal } from './terminal.ts';

const argv = process.argv.slice(2);

/** What should never happen: said in one line, and with its stack on demand. */
function reportBug(thrown: unknown): void {
  const isDebug = argv.includes('--debug');
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const stack = thrown instanceof Error && isDebug ? `${thrown.stack ?? ''}\n` : '';
  const hint = isDebug ? '' : '; `--debug` shows where';
  process.stderr.write(`compart: internal error: ${message}${hint}\n${stack}`);
  process.exitCode = EXIT.bug;
}

process.on('uncaughtException', (thrown) => {
  reportBug(thrown);
  process.exit(EXIT.bug);
});

try {
  process.exitCode = await runCli(argv, processTerminal());
} catch (thrown) {
  reportBug(thrown);
}
