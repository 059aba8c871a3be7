/** The command `run`, its flags and its help. */

import type { Command } from 'commander';
import type { RunFlags } from './commands/run.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import { functionsOption, setOption } from './shared-options.ts';

export function runDefinition(
  program: Command,
  context: Context,
  ran: (status: Promise<ExitStatus>) => Promise<void>,
): void {
  program
    .command('run')
    .summary('run a plan or a program on real processes')
    .description(
      `Runs a plan or a program on this machine: one process for each part of each member, on
loopback, until Ctrl-C.

  compart run paxos.ir
  compart run plan.json --load 64 --for 10
  compart run latest --transport unix --durability each`,
    )
    .argument('<plan>', 'a plan, a program, or latest')
    .option('--engine <engine>', 'node', 'node')
    .option('--transport <kind>', 'tcp or unix', 'tcp')
    .option('--port <n>', 'port of the first process; the others follow (default: free ones)')
    .option('--durability <kind>', 'when what is kept is on disk: none, group or each', 'group')
    .option(
      '--batching <kind>',
      'messages of a tick: tick (all that arrived) or none (one)',
      'tick',
    )
    .option('--for <seconds>', 'stop after so long')
    .option('--load <clients>', 'send the workload of the program, from so many clients')
    .option('--clients <n>', 'clients that may connect', '4096')
    .option('--folder <folder>', 'keep logs and data there (default: a new one in .compart)')
    .option('--seed <n>', 'seed of pauses and of the workload', '0')
    .addOption(setOption('a'))
    .addOption(functionsOption())
    .option('--json', 'print one JSON document when it stops', false)
    .action(async (file: string, flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      await ran(runCommand(context, file, flags));
    });
}
