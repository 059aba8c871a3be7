/** `optimize check-history FILE`: is a recorded client history linearizable? Of any system, ours or another. */

import {
  type ClientOperation,
  operationsOf,
  type ParsedHistory,
  parseHistoryLines,
} from '../../sim/judge/client-history.ts';
import { checkLinearizable, type LinearizabilityVerdict } from '../../sim/judge/linearizability.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, unusable } from '../failure.ts';
import { counted, grouped } from '../figures.ts';
import { readText } from '../files.ts';
import { readInteger } from '../flags.ts';

export interface CheckHistoryFlags {
  readonly work: string;
  readonly json: boolean;
}

/** Operations before the one that fits nowhere that are printed. */
const orderedShown = 8;

export async function checkHistoryCommand(
  { terminal }: Context,
  file: string,
  flags: CheckHistoryFlags,
): Promise<ExitStatus> {
  const work = readInteger('--work', flags.work, 1, 1_000_000_000_000);
  if (work.kind === 'err') return report(terminal, unusable(...work.error), flags.json);
  const text = await readText(file);
  if (text.kind === 'err') return report(terminal, text.error, flags.json);
  const parsed = parseHistoryLines(text.value.source.text);
  if (parsed.kind === 'err') return report(terminal, unusable(...parsed.error), flags.json);
  const { events, lines } = parsed.value;
  const operations = operationsOf(events, lines);
  if (operations.kind === 'err') return report(terminal, unusable(...operations.error), flags.json);
  const verdict = checkLinearizable(operations.value, { workMax: work.value });
  const view: View = { file, verdict, history: parsed.value, operations: operations.value };
  terminal.out.write(flags.json ? `${JSON.stringify(documentOf(view), null, 2)}\n` : textOf(view));
  return statuses[verdict.kind];
}

const statuses = { linearizable: EXIT.yes, violated: EXIT.no, unknown: EXIT.unknown } as const;

interface View {
  readonly file: string;
  readonly verdict: LinearizabilityVerdict;
  readonly history: ParsedHistory;
  readonly operations: readonly ClientOperation[];
}

function documentOf({ verdict, history, operations }: View): object {
  const keys = new Set(operations.map((each) => each.key)).size;
  const shared = { schema: 'compart/history-verdict@1', verdict: verdict.kind };
  const counts = { operations: operations.length, keys };
  if (verdict.kind === 'linearizable') return { ...shared, ...counts };
  const { key } = verdict;
  if (verdict.kind === 'unknown') return { ...shared, ...counts, key, workMax: verdict.workMax };
  const shown = (each: ClientOperation): object => ({ ...each, ...linesOf(history, each) });
  return {
    ...shared,
    ...counts,
    key,
    ordered: verdict.ordered.slice(-orderedShown).map(shown),
    stuck: shown(verdict.stuck),
  };
}

function textOf(view: View): string {
  const { file, verdict, operations } = view;
  const size = counted(operations.length, 'operation');
  switch (verdict.kind) {
    case 'linearizable':
      return `${file}: linearizable: ${size} on ${counted(verdict.keys, 'key')}\n`;
    case 'unknown':
      return `${file}: unknown: key ${verdict.key} is not decided within ${grouped(verdict.workMax)} steps (--work)\n`;
    case 'violated': {
      const { ordered, stuck, key } = verdict;
      const left = ordered.length - Math.min(ordered.length, orderedShown);
      const lines = [
        `${file}: violated: key ${JSON.stringify(key)} has no order of its operations that explains the answers`,
        '',
        `  the longest order found${left === 0 ? '' : `, without its first ${left}`}`,
        ...ordered.slice(-orderedShown).map((each) => `    ${operationText(view, each)}`),
        '  after it this fits nowhere',
        `    ${operationText(view, stuck)}`,
      ];
      return `${lines.join('\n')}\n`;
    }
  }
}

function operationText({ history }: View, each: ClientOperation): string {
  const { process, f, value, expected } = each;
  const { line, answerLine } = linesOf(history, each);
  const does =
    f === 'read'
      ? `reads ${JSON.stringify(value)}`
      : f === 'write'
        ? `writes ${JSON.stringify(value)}`
        : `sets ${JSON.stringify(expected ?? null)} to ${JSON.stringify(value)}`;
  const where =
    answerLine === null ? `line ${line}, never answered` : `lines ${line}, ${answerLine}`;
  return `process ${process} ${does} (${where})`;
}

function linesOf(
  { lines }: ParsedHistory,
  { invoked, returned }: ClientOperation,
): { readonly line: number; readonly answerLine: number | null } {
  return {
    line: lines[invoked] ?? 0,
    answerLine: returned === null ? null : (lines[returned] ?? 0),
  };
}
