/** The commands, their flags and their help. Each command's own module is loaded when it is called. */

import { Command, type CommanderError, Option } from 'commander';
import { VERSION } from '../plan/document.ts';
import { benchDefinition } from './bench-definition.ts';
import type { Context } from './context.ts';
import type { ExitStatus } from './exit-status.ts';
import { filled, helpLayout } from './help-layout.ts';
import { runDefinition } from './run-definition.ts';
import { functionsOption, machinesOption, repeatable, setOption } from './shared-options.ts';
import type { Stream } from './terminal.ts';

export interface Outcome {
  status: ExitStatus;
}

const exitText = `Exit status: 0 yes, 1 the answer is no, 2 the input can't be used, 3 unknown,
4 the environment failed, 70 a bug of ours, 130/143 interrupted`;

/** The program; the status of the command that ran is in `outcome`. */
export function commandProgram(context: Context, outcome: Outcome): Command {
  const { out, err } = context.terminal;
  const program = new Command('compart');
  program
    .description('Makes distributed protocols cheaper to run, and proves every step.')
    .usage('<command> [options]   (a program alone: compart optimize)')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .addOption(new Option('--debug', 'show the stack of an internal error').hideHelp())
    .configureOutput({
      writeOut: out.write,
      writeErr: err.write,
      getOutHelpWidth: () => widthOf(out),
      // Said by whoever catches it, as every other mistake is.
      outputError: () => undefined,
    })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText('after', '\n  compart optimize paxos.ir --cost throughput')
    .configureHelp(helpLayout);
  const ran = async (status: Promise<ExitStatus>): Promise<void> => {
    outcome.status = await status;
  };
  program.commandsGroup('Make a protocol cheaper:');
  optimizeDefinition(program, context, ran);
  traceDefinition(program, context, ran);
  emitDefinition(program, context, ran);
  runDefinition(program, context, ran);
  benchDefinition(program, context, ran);
  program.commandsGroup('Look at a program, doubt a plan:');
  programDefinitions(program, context, ran);
  proveDefinition(program, context, ran);
  judgeDefinitions(program, context, ran);
  const help = new Command('help').argument('[command]').description('print the help of a command');
  program.addHelpCommand(help.helpGroup('Look at a program, doubt a plan:'));
  for (const command of program.commands) {
    command
      .copyInheritedSettings(program)
      .addHelpText('after', `\n${filled(exitText, widthOf(out))}`);
    refuseRepeated(command);
  }
  return program;
}

/** Longer lines are hard to read. */
function widthOf(out: Stream): number {
  return Math.min(out.columns, 100);
}

type Ran = (status: Promise<ExitStatus>) => Promise<void>;

function optimizeDefinition(program: Command, context: Context, ran: Ran): void {
  program
    .command('optimize')
    .summary('find the cheapest proved deployment of a program')
    .description(
      `Finds the cheapest deployment of a protocol that is proved to do the same.

  compart optimize paxos.ir --cost throughput
  compart optimize paxos.ir --machines 20 --set f=2
  compart optimize - --json < paxos.ir`,
    )
    .argument('<program>', 'a .ir file, or - for stdin')
    .optionsGroup('What to optimize:')
    .option('-c, --cost <objective>', 'throughput, latency, machines or dollars', 'throughput')
    .addOption(machinesOption())
    .option('--target <rate>', 'commands per second to reach with the fewest machines')
    .addOption(setOption('the'))
    .option('--rules <list>', 'published, all, or names of rules with commas', 'all')
    .option('--model <name>', 'cost model: a shipped name, or a JSON file', 'throughput')
    .addOption(functionsOption())
    .optionsGroup('Limits of the search:')
    .option('--limit-iterations <n>', 'rounds of saturation')
    .option('--limit-nodes <n>', 'e-nodes')
    .option('--limit-matches <n>', 'matches of equations')
    .option('--limit-components <n>', 'parts that are offered to the rules')
    .option('--limit-ms <n>', 'milliseconds; the plan then says that time ran out')
    .option('--seed <n>', 'seed of the simulated run that loads are counted in', '0')
    .optionsGroup('Output:')
    .option('-o, --out <file>', 'write the plan as JSON')
    .option('--json', 'print the plan as JSON', false)
    .option('--no-save', 'keep no folder of the run under .compart/runs')
    .action(async (file, flags) => {
      const { optimizeCommand } = await import('./commands/optimize.ts');
      await ran(optimizeCommand(context, file, flags));
    });
}

function traceDefinition(program: Command, context: Context, ran: Ran): void {
  program
    .command('trace')
    .summary('show how a plan came about, and what was declined')
    .description(
      `Shows how a plan came about: each step with its diff, its proofs and what it bought.

  compart trace plan.json
  compart trace plan.json --step 2
  compart trace paxos.ir --machines 20 --why-not partition/co-hashing@proposer`,
    )
    .argument('<plan>', 'a plan, a program, or latest')
    .optionsGroup('What to show:')
    .option('--declined', 'the rewrites that were refused, and why', false)
    .option('--step <n>', 'one step with all its obligations')
    .option('--why <role>', 'the steps that made a role')
    .option('--why-not <rule[@role]>', 'why a rewrite is not in the plan')
    .option('--json', 'print JSON', false)
    .optionsGroup('The plan, when it is made of a program:')
    .addOption(machinesOption())
    .addOption(setOption('the'))
    .addOption(functionsOption())
    .action(async (file, flags) => {
      const { traceCommand } = await import('./commands/trace.ts');
      await ran(traceCommand(context, file, flags));
    });
}

function emitDefinition(program: Command, context: Context, ran: Ran): void {
  program
    .command('emit')
    .summary('write a plan as program, JSON or diagram')
    .description(
      `Writes what a plan is good for: the plan as a program, as JSON, or as a diagram.

  compart emit plan.json --target ir > paxos.plan.ir
  compart emit plan.json --target svg --out diagrams
  compart emit latest --target mermaid`,
    )
    .argument('<plan>', 'a plan, or latest')
    .requiredOption('-t, --target <target>', 'ir, json, dot, mermaid or svg')
    .option('-o, --out <folder>', 'write a file there instead of stdout')
    .action(async (file, flags) => {
      const { emitCommand } = await import('./commands/emit.ts');
      await ran(emitCommand(context, file, flags));
    });
}

function programDefinitions(program: Command, context: Context, ran: Ran): void {
  program
    .command('check')
    .summary('find everything that is wrong with programs')
    .description(
      `Parses programs and checks names, types, strata and channels. All errors come at once.

  compart check paxos.ir
  compart check protocols/*.ir --json
  compart check paxos.ir --set f=2`,
    )
    .argument('<program...>', '.ir files, or - for stdin')
    .addOption(setOption('the'))
    .option('--json', 'print JSON', false)
    .action(async (files, flags) => {
      const { checkCommand } = await import('./commands/check.ts');
      await ran(checkCommand(context, files, flags));
    });
  program
    .command('fmt')
    .summary('write programs in the canonical layout')
    .description(
      `Lays programs out in the one canonical way, in place. Comments stay.

  compart fmt paxos.ir
  compart fmt protocols/*.ir --check
  compart fmt - < paxos.ir`,
    )
    .argument('<program...>', '.ir files, or - for stdin to stdout')
    .option('--check', 'write nothing; exit 1 if a file differs', false)
    .option('--json', 'print JSON', false)
    .action(async (files, flags) => {
      const { fmtCommand } = await import('./commands/fmt.ts');
      await ran(fmtCommand(context, files, flags));
    });
  program
    .command('analyze')
    .summary('say what holds of each relation, channel and role')
    .description(
      `Says what holds of each relation, channel and role, where coordination is needed, and
which compartmentalizations are legal; of those that aren't, which condition fails.

  compart analyze paxos.ir
  compart analyze paxos.ir --role acceptor
  compart analyze paxos.ir --set f=2 --json`,
    )
    .argument('<program>', 'a .ir file, or - for stdin')
    .addOption(setOption('the'))
    .option('--role <name>', 'only this role, with every reason')
    .option('--json', 'print JSON', false)
    .action(async (file, flags) => {
      const { analyzeCommand } = await import('./commands/analyze.ts');
      await ran(analyzeCommand(context, file, flags));
    });
}

function proveDefinition(program: Command, context: Context, ran: Ran): void {
  program
    .command('prove')
    .summary('prove the rules, or a plan, again from scratch')
    .description(
      `Proves again, with a solver that remembers nothing: the rules, or every obligation of a plan.

  compart prove --rules
  compart prove plan.json
  compart prove plan.json --smt2 proofs && z3 proofs/*.smt2`,
    )
    .argument('[plan]', 'a plan, a program, or latest; the rules when there is none')
    .optionsGroup('What to prove:')
    .option('--rules', 'the rules themselves', false)
    .option('--smt2 <folder>', 'write the obligations for another solver')
    .option('--json', 'print JSON', false)
    .optionsGroup('The plan, when it is made of a program:')
    .addOption(machinesOption())
    .addOption(setOption('the'))
    .addOption(functionsOption())
    .action(async (file, flags) => {
      const { proveCommand } = await import('./commands/prove.ts');
      await ran(proveCommand(context, file, flags));
    });
}

function judgeDefinitions(program: Command, context: Context, ran: Ran): void {
  program
    .command('verify')
    .summary('judge a plan against its original, by simulation')
    .description(
      `Judges a plan against its original without trusting what made it: every run of a small
scope, then random runs with faults.

  compart verify plan.json
  compart verify plan.json --exhaustive
  compart verify plan.json --exhaustive --commands 1 --faults none
  compart verify latest --seeds 500 --json`,
    )
    .argument('<plan>', 'a plan, or latest')
    .option('--exhaustive', 'search the small scope to its end; exit 3 if that is too much', false)
    .option(
      '--states <n>',
      'stop the search after so many states (40000; 5000000 with --exhaustive)',
    )
    .option('--commands <n>', 'commands of the largest searches', '2')
    .option('--retries <n>', 'how often one of them is sent again', '1')
    .option(
      '--faults <list>',
      'what one may befall a run of a search: loss,duplicate,crash, or all, or none',
      'all',
    )
    .option('--seeds <n>', 'random runs', '60')
    .option('--seed <n>', 'the first seed', '0')
    .option('--workers <n>', 'processes that judge (as many as there are cores)')
    .addOption(functionsOption())
    .option('--json', 'print JSON', false)
    .action(async (file, flags) => {
      const { verifyCommand } = await import('./commands/verify.ts');
      await ran(verifyCommand(context, file, flags));
    });
  program
    .command('sim')
    .summary('run a plan or a program once in a simulated world')
    .description(
      `Runs a plan or a program once in a simulated world: the same seed gives the same run.

  compart sim paxos.ir
  compart sim plan.json --faults loss,crash --seed 7
  compart sim paxos.ir --commands 20 --clients 2 --history`,
    )
    .argument('<plan>', 'a plan, a program, or latest')
    .option('--seed <n>', 'seed of the run', '0')
    .option(
      '--faults <list>',
      'loss, duplicate, reorder, crash, restart, part-restart, partition, all',
      'none',
    )
    .option('--clients <n>', 'clients at a time')
    .option('--commands <n>', 'commands in all', '100')
    .option('--keys <n>', 'keys that commands name, at most')
    .option('--rates <name>', 'how often faults come: usual, harsh', 'usual')
    .option('--only <numbers>', 'of the faults that come up, those that happen; or none')
    .addOption(setOption('a'))
    .addOption(functionsOption())
    .option('--history', 'print what the clients saw', false)
    .option('--json', 'print JSON', false)
    .action(async (file, flags) => {
      const { simCommand } = await import('./commands/sim.ts');
      await ran(simCommand(context, file, flags));
    });
  program
    .command('check-history')
    .summary('say whether a recorded client history is linearizable')
    .description(
      `Says whether a recorded client history is linearizable, each key a register. One JSON object a
line: process, type (invoke, ok, fail, info), operation (read, write, cas), key, value, time.

  compart check-history history.jsonl
  compart check-history history.jsonl --work 100000000 --json`,
    )
    .argument('<file>', 'the history, or - for stdin')
    .option('--work <n>', 'steps before the verdict is unknown', '10000000')
    .option('--json', 'print JSON', false)
    .action(async (file, flags) => {
      const { checkHistoryCommand } = await import('./commands/check-history.ts');
      await ran(checkHistoryCommand(context, file, flags));
    });
}

/** The last of several values would win in silence. */
function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if (option.parseArg === repeatable || option.isBoolean()) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) command.error(`error: option '${option.flags}' is given twice`);
      isGiven = true;
    });
  }
}

/** Defaults are shown where they are words or numbers; an empty list and `false` say nothing. */
/** Help and version leave commander by an error as well: those are the good ones. */
export function isGoodExit(thrown: CommanderError): boolean {
  return thrown.exitCode === 0;
}
