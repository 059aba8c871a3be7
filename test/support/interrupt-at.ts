/** `interrupt-at TEXT ARGUMENTS...`: the command line, with Ctrl-C when progress first says TEXT. */

import { runCli } from '../../src/cli/run-cli.ts';
import { processTerminal } from '../../src/cli/terminal.ts';

const [text = '', ...argv] = process.argv.slice(2);
const terminal = processTerminal();
let isSent = false;
// On a terminal a phase is announced when it begins, not when it is over.
const err = {
  ...terminal.err,
  isTerminal: true,
  write: (written: string): void => {
    terminal.err.write(written);
    if (isSent || !written.includes(text)) return;
    isSent = true;
    process.kill(process.pid, 'SIGINT');
  },
};
let now = 0;
// A clock with a tick a second: every progress event is painted.
process.exitCode = await runCli(argv, { ...terminal, err, clock: () => (now += 1000) });
