/** What `verify` and `sim` print. */

import stringWidth from 'string-width';
import {
  type BrokenDependencyText,
  describeBrokenDependency,
} from '../../sim/dependency-monitor.ts';
import type { Counterexample } from '../../sim/judge/counterexample.ts';
import type { VerificationResult } from '../../sim/judge/verify.ts';
import type { SimulationResult } from '../../sim/simulate.ts';
import { counted, grouped } from '../figures.ts';
import { labelled, wrapped } from '../layout.ts';
import { describeScope } from '../search-scope.ts';
import type { Stream } from '../terminal.ts';

const meanings: Readonly<Record<VerificationResult['verdict'], string>> = {
  refines: 'every run of the scope is one of the original, and random runs found nothing',
  stalls: 'the plan comes to rest where the original goes on',
  violated: 'the plan does what the original never does, or a declaration is untrue',
  'no-violation-found': 'nothing was found; the scope was not searched to its end',
  unknown: 'something was found, and it is not sure that the original never does the same',
};

export function verdictReport(file: string, result: VerificationResult, stream: Stream): string {
  const { exhaustive, random, invariants, counterexample, verdict } = result;
  const { columns, style } = stream;
  const good = verdict === 'refines' || verdict === 'no-violation-found';
  const paint = good ? style.added : verdict === 'unknown' ? style.changed : style.removed;
  const isOpen = exhaustive?.complete === true && exhaustive.openCompletions > 0;
  const meaning =
    verdict === 'no-violation-found' && isOpen
      ? 'nothing was found; of some endings it is open whether the original has them'
      : meanings[verdict];
  const lines = [
    ...wrapped(`${file}: ${paint(style.strong(verdict))}: ${meaning}`, columns, 2),
    ...(exhaustive === null
      ? []
      : [
          ...labelled('  exhaustive', exhaustiveText(exhaustive), columns, 14),
          ...argumentLines(exhaustive, columns),
        ]),
    ...(random === null ? [] : labelled('  random', randomText(random), columns, 14)),
    ...invariantLines(invariants, columns),
    ...dependencyLines(random?.brokenDependencies ?? [], columns),
    ...(counterexample === null ? [] : ['', ...counterexampleLines(file, counterexample, stream)]),
  ];
  return `${lines.join('\n')}\n`;
}

function invariantLines(
  invariants: VerificationResult['invariants'],
  columns: number,
): readonly string[] {
  if (invariants.length === 0) return [];
  const verdicts = invariants.map(({ name, verdict }) => `${name} ${verdict}`).join(', ');
  return labelled('  invariants', verdicts, columns, 14);
}

/** What is declared and untrue, with the two facts that show it. */
function dependencyLines(
  broken: readonly BrokenDependencyText[],
  columns: number,
): readonly string[] {
  return broken.flatMap(({ relation, dependency, node, facts }, at) => {
    const text = `\`${dependency}\` of ${relation} is declared and does not hold: in one tick ${node} has ${facts.join(' and ')}`;
    return labelled(at === 0 ? '  declared' : '', text, columns, 14);
  });
}

type Searched = NonNullable<VerificationResult['exhaustive']>;

function exhaustiveText(report: Searched): string {
  const { nodes, commands, scope, states, histories, complete, searches, searchesPlanned } = report;
  const end = complete
    ? 'searched to its end'
    : `not searched to its end (${searches} of ${searchesPlanned} searches)`;
  return `${nodes} processes, ${describeScope(scope, commands)}: ${counted(states, 'state')}, ${counted(histories, 'history', 'histories')}, ${end}`;
}

/** What was judged by argument rather than by running it. */
function argumentLines(report: Searched, columns: number): readonly string[] {
  const { searches, composed, quietCompletions, openCompletions, scope } = report;
  const are = (count: number): string => (count === 1 ? 'is' : 'are');
  const remarks = [
    composed === 0
      ? null
      : `${grouped(composed)} of the ${counted(searches, 'search', 'searches')} ${are(composed)} composed: commands that never meet there were searched apart, and their runs interleave freely`,
    quietCompletions === 0
      ? null
      : `${counted(quietCompletions, 'ending')} ${are(quietCompletions)} only judged quiet: timers fire for ever, and ${scope.quietRounds} rounds of them gave no output`,
    openCompletions === 0
      ? null
      : `${counted(openCompletions, 'ending')} ${are(openCompletions)} open: whether the original may end there is not known`,
  ];
  return remarks.flatMap((remark) => (remark === null ? [] : labelled('', remark, columns, 14)));
}

function randomText(report: NonNullable<VerificationResult['random']>): string {
  const { seeds, commands, answered, linearizable, compared, comparedUnknown } = report;
  return [
    `${counted(seeds, 'run')} with faults`,
    `${counted(commands, 'command')}, ${grouped(answered)} answered`,
    ...(linearizable === 0
      ? []
      : [`${counted(linearizable, 'history', 'histories')} linearizable`]),
    `${counted(compared, 'short history', 'short histories')} found in the original${comparedUnknown === 0 ? '' : `, ${comparedUnknown} too large to tell`}`,
  ].join('; ');
}

/** Columns of a diagram that a file may have. */
const diagramColumns = 200;

function counterexampleLines(
  file: string,
  found: Counterexample,
  { columns, isTerminal }: Stream,
): readonly string[] {
  const { claim, history, events, diagram, replay } = found;
  // A diagram of many processes that is broken at the edge of the terminal can't be read.
  const room = isTerminal ? columns - 4 : diagramColumns;
  const isDrawn = diagram.length > 0 && diagram.every((line) => stringWidth(line) <= room);
  const shown = isDrawn ? diagram : events;
  return [
    ...wrapped(claim, columns - 2).map((line) => `  ${line}`),
    '',
    '  what clients saw',
    ...history.map((line) => `    ${line}`),
    '',
    '  what happened',
    ...shown.map((line) => `    ${line}`),
    '',
    `  found with ${replay.commands.join(', ')}; faults: ${replay.faults}${replay.seed === undefined ? '' : `; seed ${replay.seed}`}`,
    ...replayLines(file, replay),
  ];
}

/** The command that makes the run again; of the original, the program has to be named. */
function replayLines(file: string, { flags, of }: Counterexample['replay']): readonly string[] {
  if (flags === undefined) return [];
  const program = of === 'original' ? 'PROGRAM.ir' : file;
  return [`  again: compart sim ${program} ${flags.join(' ')}`];
}

export interface SimulationView {
  readonly file: string;
  readonly result: SimulationResult;
  readonly faults: readonly string[];
  /** Lines of the trace that led to a violation. */
  readonly trace: readonly string[];
  readonly verdict: string;
  /** Lines of the history to print. */
  readonly history: readonly string[];
}

export function simulationReport(view: SimulationView, { columns, style }: Stream): string {
  const { file, result, faults, trace, verdict, history } = view;
  const { figures, invariants } = result;
  const paint = verdict === 'ok' ? style.added : style.removed;
  const faultText = faults.length === 0 ? 'no faults' : `faults ${faults.join(', ')}`;
  const lines = [
    ...wrapped(
      `${file}: ${paint(style.strong(verdict))} · seed ${result.seed} · ${faultText} · ended: ${result.stop}`,
      columns,
      2,
    ),
    ...labelled(
      '  commands',
      `${figures.issued} issued, ${figures.answered} answered, in ${(figures.simulatedUs / 1000).toFixed(1)} ms of simulated time`,
      columns,
      14,
    ),
    ...labelled(
      '  messages',
      `${grouped(figures.sent)} sent, ${grouped(figures.delivered)} delivered, ${figures.lost} lost, ${figures.duplicated} duplicated`,
      columns,
      14,
    ),
    ...labelled(
      '  processes',
      `${grouped(figures.ticks)} ticks, ${grouped(figures.timers)} timers, ${figures.crashes} crashes, ${figures.restarts} restarts, ${figures.partitions} partitions`,
      columns,
      14,
    ),
    ...invariantLines(invariants, columns),
    ...dependencyLines(result.brokenDependencies.map(describeBrokenDependency), columns),
    ...(result.fault === null ? [] : labelled('  fault', result.fault.message, columns, 14)),
    ...(history.length === 0 ? [] : ['', '  history', ...history.map((line) => `    ${line}`)]),
    ...(trace.length === 0 ? [] : ['', '  what led to it', ...trace.map((line) => `    ${line}`)]),
  ];
  return `${lines.join('\n')}\n`;
}
