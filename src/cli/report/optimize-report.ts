/** What `optimize` prints: the plan beside the original, the prediction, the proof, the front. */

import stringWidth from 'string-width';
import { sha256 } from '../../base/order.ts';
import type {
  BrokenDependency,
  FrontierPoint,
  PlanDocument,
  Prediction,
} from '../../plan/document.ts';
import {
  counted,
  dollars,
  grouped,
  milliseconds,
  percent,
  rate,
  ratio,
  signed,
} from '../figures.ts';
import { fitted, labelled, wrapped } from '../layout.ts';
import type { Stream } from '../terminal.ts';
import { planDiff, sizeOf } from './plan-diff.ts';
import { proofSummary } from './proof-summary.ts';

export interface ReportContext {
  readonly file: string;
  /** The cap on machines is the default one. */
  readonly isDefaultCap: boolean;
  readonly reached: boolean;
  /** The folder of the run; null when it wasn't saved. */
  readonly saved: string | null;
  readonly repeat: string;
}

export function optimizeReport(
  document: PlanDocument,
  context: ReportContext,
  stream: Stream,
): string {
  const { columns, style } = stream;
  const body =
    document.trace.length === 0
      ? unchanged(document, context, columns)
      : planDiff(document, stream);
  const lines = [
    headline(document, context, stream),
    '',
    ...body,
    ...(body.length === 0 ? [] : ['']),
    ...predictionTable(document, columns - 2).map((line) => `  ${line}`),
    ...wrapped(
      `predicted by the cost model \`${document.cost.model}\`; nothing here was measured`,
      columns - 2,
    ).map((line) => style.faint(`  ${line}`)),
    '',
    ...proofSummary(document, columns),
    ...brokenLines(document, stream),
    ...labelled('  search', searchText(document), columns),
    ...runnerUpLines(document, columns),
    ...frontLines(document, context, columns),
    '',
    ...closing(context, columns),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the program declares and its own workload breaks: proofs assume it. */
function brokenLines(
  { brokenDependencies = [], trace }: PlanDocument,
  { columns, style }: Stream,
): readonly string[] {
  if (brokenDependencies.length === 0) return [];
  const verdict =
    trace.length === 0
      ? 'what was declined or proved may rest on it'
      : 'the proofs of this plan may rest on it: do not deploy it before the declaration is true';
  return [
    ...brokenDependencies.flatMap((broken, at) =>
      labelled(at === 0 ? '  UNTRUE' : '', brokenText(broken), columns),
    ),
    ...labelled('', verdict, columns),
  ].map((line) => style.error(line));
}

export function brokenText({ relation, dependency, node, facts }: BrokenDependency): string {
  return `\`${dependency}\` of ${relation} is declared and does not hold: in one tick ${node} has ${facts.join(' and ')}`;
}

/** Six digits that name a plan: those of the hash of its program. */
export function planName({ ir }: PlanDocument): string {
  return sha256(ir).slice(0, 6);
}

function headline(
  document: PlanDocument,
  { file, reached }: ReportContext,
  { style, columns }: Stream,
): string {
  const legend = style.faint('(+ new  ~ changed  - removed  = kept)');
  const { target, machinesMax } = document.cost;
  if (!reached) {
    const cap = machinesMax === undefined ? '' : ` with ${counted(machinesMax, 'machine')}`;
    const asked =
      target === undefined ? `no plan gets by${cap}` : `no plan reaches ${rate(target)}${cap}`;
    return `${file}: ${style.error(asked)}; below is the original`;
  }
  if (document.trace.length === 0) {
    const { stop } = document.search;
    const early = isEarly(document) ? `, but the search was cut short (${stop})` : '';
    return `${file}: ${style.strong('no cheaper plan')} was found${early}`;
  }
  const made = `${file} → plan ${style.strong(planName(document))}`;
  const whole = `${made}   ${legend}`;
  return stringWidth(whole) <= columns ? whole : made;
}

/** Whatever ended the search before it was done, the plan may not be the best there is. */
function isEarly({ search }: PlanDocument): boolean {
  return search.stop !== 'saturated';
}

/** Why the original is the answer: what was tried on its bottleneck first, then on the rest. */
function unchanged(
  document: PlanDocument,
  { reached }: ReportContext,
  columns: number,
): readonly string[] {
  const { declined, original } = document;
  const { bottleneck } = original.predicted;
  const first = declined.filter((each) => each.at === bottleneck);
  const ordered = [...first, ...declined.filter((each) => each.at !== bottleneck)];
  const seen = new Set<string>();
  const reasons = ordered.filter(({ rule, at, condition }) => {
    const key = `${rule} ${at} ${condition}`;
    return seen.has(key) ? false : seen.add(key);
  });
  if (!reached) return [];
  if (reasons.length === 0 && isEarly(document)) return [];
  if (reasons.length === 0) {
    return labelled(
      '  why',
      'no rewrite makes a part that is cheaper under this cost model and cap',
      columns,
    );
  }
  return [
    '  why the original stays as it is',
    ...reasons
      .slice(0, 8)
      .flatMap(({ rule, at, condition, reason, verdict }) =>
        labelled('', `${rule} on ${at}: ${condition}: ${reason} (${verdict})`, columns, 4),
      ),
  ];
}

function predictionTable({ original, plan }: PlanDocument, columns: number): readonly string[] {
  const now = original.predicted;
  const then = plan.predicted;
  const perMachine = (throughput: number, machines: number): number =>
    machines === 0 ? 0 : throughput / machines;
  const before = perMachine(now.throughput, original.machines);
  const after = perMachine(then.throughput, plan.machines);
  const rows = [
    ['', 'now', 'plan', 'change', ''],
    [
      'throughput',
      rate(now.throughput),
      rate(then.throughput),
      ratio(now.throughput, then.throughput),
      bottleneckText(now, then),
    ],
    ...(now.latencyMs === undefined || then.latencyMs === undefined
      ? []
      : [
          [
            'latency',
            milliseconds(now.latencyMs),
            milliseconds(then.latencyMs),
            percent(now.latencyMs, then.latencyMs),
            'one command, unloaded',
          ],
        ]),
    [
      'machines',
      `${original.machines}`,
      `${plan.machines}`,
      signed(plan.machines - original.machines),
      '',
    ],
    ...(now.dollarsPerHour === undefined || then.dollarsPerHour === undefined
      ? []
      : [
          [
            'dollars',
            dollars(now.dollarsPerHour),
            dollars(then.dollarsPerHour),
            percent(now.dollarsPerHour, then.dollarsPerHour),
            '',
          ],
        ]),
    ['per machine', rate(before), rate(after), percent(before, after), ''],
  ];
  const { lines, shown } = fitted(rows, columns, {
    align: ['left', 'right', 'right', 'right', 'left'],
    least: 4,
  });
  return shown === 5 ? lines : [...lines, ...wrapped(bottleneckText(now, then), columns)];
}

function bottleneckText(now: Prediction, then: Prediction): string {
  return now.bottleneck === then.bottleneck
    ? `bottleneck: ${now.bottleneck}`
    : `bottleneck: ${now.bottleneck} → ${then.bottleneck}`;
}

export function searchText({ search }: PlanDocument): string {
  const { stop, iterations, enodes, eclasses, optimal, cutOff } = search;
  const cut = Object.entries(cutOff).map(([bound, times]) => `${times} × ${bound}`);
  const end = stop === 'saturated' ? 'saturated' : `stopped: ${stop}`;
  return [
    end,
    counted(iterations, 'iteration'),
    `${grouped(enodes)} e-nodes`,
    `${grouped(eclasses)} e-classes`,
    optimal ? 'the plan is the best of the searched space' : 'the plan is the best that was found',
    ...(cut.length === 0 ? [] : [`left out by bounds: ${cut.join(', ')}`]),
  ].join(' · ');
}

/** The plan that came second, and why it didn't win. */
function runnerUpLines({ runnerUp }: PlanDocument, columns: number): readonly string[] {
  if (runnerUp === undefined) return [];
  const { machines, predicted, roles, lost } = runnerUp;
  const most = 12;
  const more = roles.length > most ? `, and ${roles.length - most} more` : '';
  const sizes = roles.slice(0, most).map((role) => `${role.name} ${sizeOf(role)}`);
  const text = `${rate(predicted.throughput)} @ ${machines}: ${lost} (${sizes.join(', ')}${more})`;
  return labelled('  second', text, columns);
}

function frontLines(
  document: PlanDocument,
  context: ReportContext,
  columns: number,
): readonly string[] {
  const { frontier, plan, original, cost } = document;
  if (frontier.length === 0) return [];
  const chosen = (point: FrontierPoint): string =>
    point.machines === plan.machines && point.throughput === plan.predicted.throughput ? ' *' : '';
  const text = (point: FrontierPoint): string =>
    `${rate(point.throughput)} @ ${point.machines}${chosen(point)}`;
  const isShown = context.isDefaultCap && cost.machinesMax !== undefined;
  const cap = cost.machinesMax ?? Number.POSITIVE_INFINITY;
  const within = frontier.filter((point) => point.machines <= cap);
  const beyond = frontier.filter((point) => point.machines > cap);
  const standard = `the cap is ${cost.machinesMax} machines, three times the original's ${original.machines}; --machines N sets another`;
  return [
    ...frontRow('  front', within.map(text), columns),
    ...frontRow('  beyond', beyond.map(text), columns),
    ...(isShown ? labelled('', standard, columns) : []),
  ];
}

/** As wide as a blank, and no blank. */
const joiner = '\u{e000}';

/** Points in a row; of many, those at the start and the end. */
function frontRow(label: string, points: readonly string[], columns: number): readonly string[] {
  if (points.length === 0) return [];
  const most = 12;
  const shown =
    points.length <= most
      ? points
      : [...points.slice(0, most / 2), '…', ...points.slice(points.length - most / 2)];
  // Points are kept in one piece when the line is broken.
  const text = shown.map((point) => point.replaceAll(' ', joiner)).join(', ');
  return labelled(label, text, columns).map((line) => line.replaceAll(joiner, ' '));
}

function closing({ saved, repeat }: ReportContext, columns: number): readonly string[] {
  return [
    ...(saved === null
      ? []
      : [
          ...labelled(
            'saved',
            `${saved}/ (plan.json, plan.ir, source.ir, trace.jsonl, egraph.json, proofs/, run.json)`,
            columns,
            7,
          ),
        ]),
    `repeat ${repeat}`,
    ...(saved === null
      ? []
      : [
          'next   optimize trace latest',
          '       optimize verify latest',
          '       optimize emit latest --target svg --out diagrams',
        ]),
  ];
}
