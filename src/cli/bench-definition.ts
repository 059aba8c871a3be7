/** The command `bench`, its flags and its help. */

import type { Command } from 'commander';
import type { BenchFlags } from './commands/bench.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import { functionsOption, machinesOption, setOption } from './shared-options.ts';

export function benchDefinition(
  program: Command,
  context: Context,
  ran: (status: Promise<ExitStatus>) => Promise<void>,
): void {
  program
    .command('bench')
    .summary('measure original against optimized on real processes')
    .description(
      `Runs a program and its plan as real processes on this machine, in turn, and compares them: rates,
latencies, processor time of every process, with what was predicted beside it. What clients
saw is checked.

  compart bench voting.ir
  compart bench plan.json --mode paced --repeats 3
  compart bench paxos.ir --machines 16 --mode capped --plot paxos.svg`,
    )
    .argument('<plan>', 'a program, a plan, or latest')
    .optionsGroup('The plan, when it is made of a program:')
    .addOption(machinesOption())
    .addOption(setOption('the'))
    .addOption(functionsOption())
    .optionsGroup('The processes:')
    .option('--engine <engine>', 'node', 'node')
    .option(
      '--mode <list>',
      'wall: as fast as it goes; capped: the same share of a core for every process; paced: a fixed time a message',
      'wall,paced',
    )
    .option(
      '--batching <kind>',
      'messages of a tick: tick (all that arrived) or none (one) (default: none; paced: tick)',
    )
    .option(
      '--durability <kind>',
      'when what is kept is on disk: none, group or each (default: group; paced: none)',
    )
    .option('--pace <us>', 'of paced: microseconds a message (default: what the machine can hold)')
    .option('--cap <percent>', 'of capped: share of a core (default: 10, or what fits)')
    .optionsGroup('The load:')
    .option('--clients <n>', 'clients that each have one command open (default: as declared)')
    .option('--rate <n>', 'open loop: commands a second, however long they take')
    .option('--duration <seconds>', 'of a measured window', '5')
    .option('--warmup <seconds>', 'before each window', '2')
    .option('--repeats <n>', 'windows of each side, taken in turn', '5')
    .option('--seed <n>', 'seed of the workload', '0')
    .optionsGroup('Output:')
    .option('--csv <file>', 'write every window as a row')
    .option('--plot <file.svg>', 'measure with 1 to 256 clients as well, and draw both curves')
    .option('--folder <folder>', 'keep predictions, histories and logs there')
    .option('--json', 'print one JSON document', false)
    .action(async (file: string, flags: BenchFlags) => {
      const { benchCommand } = await import('./commands/bench.ts');
      await ran(benchCommand(context, file, flags));
    });
}
