/** One command line, from its words to an exit status. */

import { CommanderError } from 'commander';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { report, unusable } from './failure.ts';
import { locate, shippedNames } from './files.ts';
import { commandMessages } from './messages.ts';
import { commandProgram, isGoodExit, type Outcome } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Named in the contract; not part of this version, and so not in the help. */
const laterCommands = ['explore', 'import'];

export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const outcome: Outcome = { status: EXIT.yes };
  const context: Context = { terminal, argv };
  const program = commandProgram(context, outcome);
  const known = [...program.commands.map((command) => command.name()), 'help'];
  const words = withCommand(argv, known);
  if (words.kind === 'none') {
    terminal.err.write(program.helpInformation());
    return EXIT.input;
  }
  if (words.kind === 'later') {
    const found = commandMessages.report('CF0010', undefined, { command: words.word });
    return report(terminal, unusable(found), argv.includes('--json'));
  }
  if (words.kind === 'unknown') {
    const { word } = words;
    const candidates = [...known, ...shippedNames()];
    const found = commandMessages.report('CF0011', undefined, { word, candidates });
    return report(terminal, unusable(found), argv.includes('--json'));
  }
  try {
    await program.parseAsync([...words.argv], { from: 'user' });
    return outcome.status;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (isGoodExit(thrown)) return EXIT.yes;
    const command = words.argv.find((word) => known.includes(word));
    return report(terminal, unusable(mistake(thrown, command)), argv.includes('--json'));
  }
}

/** What commander says about a command line: `error: unknown option '--machine'\n(Did you mean --machines?)`. */
function mistake({ message }: CommanderError, command: string | undefined): Diagnostic {
  const [first = '', ...rest] = message.split('\n');
  const guesses = rest.flatMap((line) => /^\(Did you mean (.*)\?\)$/.exec(line)?.[1] ?? []);
  const problem = first
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replaceAll("'", '`');
  return commandMessages.report('CF0019', undefined, { problem, guesses, command });
}

type Words =
  | { readonly kind: 'words'; readonly argv: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'later'; readonly word: string }
  | { readonly kind: 'unknown'; readonly word: string };

/** `compart paxos.ir ..` and `optimize --cost latency paxos.ir` mean the command `optimize`. */
function withCommand(argv: readonly string[], known: readonly string[]): Words {
  const words = argv.filter((word) => word !== '--debug');
  const [first] = words;
  if (first === undefined) return { kind: 'none' };
  if (first === 'help') return helpOn(words, known);
  if (known.includes(first) || ['-h', '--help', '--version'].includes(first)) {
    return { kind: 'words', argv: words };
  }
  if (laterCommands.includes(first)) return { kind: 'later', word: first };
  if (first.startsWith('-') || looksLikeFile(first)) {
    return { kind: 'words', argv: ['optimize', ...words] };
  }
  return { kind: 'unknown', word: first };
}

function helpOn(words: readonly string[], known: readonly string[]): Words {
  const [, about] = words;
  if (about === undefined || about.startsWith('-')) return { kind: 'words', argv: words };
  if (about === 'help') return { kind: 'words', argv: ['--help'] };
  if (laterCommands.includes(about)) return { kind: 'later', word: about };
  return known.includes(about) ? { kind: 'words', argv: words } : { kind: 'unknown', word: about };
}

function looksLikeFile(word: string): boolean {
  return word.endsWith('.ir') || word.includes('/') || locate(word) !== null;
}
