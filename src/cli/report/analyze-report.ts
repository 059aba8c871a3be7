/** What `analyze` prints: what holds of each relation and channel, where coordination is needed, what is legal. */

import type { Finding } from '../../analysis/finding.ts';
import type {
  DependencyReport,
  ProgramReport,
  RelationReport,
  RoleReport,
} from '../../analysis/report.ts';
import { groupBy } from '../../base/order.ts';
import type { DeclinedRewrite, StopReason } from '../../base/search-record.ts';
import type { Answer } from '../../rewrite/answer.ts';
import type { Established } from '../../rewrite/establish.ts';
import type { StateMachineClaims } from '../../rewrite/state-machine.ts';
import { counted } from '../figures.ts';
import { folded, labelled, wrapped } from '../layout.ts';
import type { Stream } from '../terminal.ts';
import type { PlaceClauses } from './clause-places.ts';

/** A declared key or dependency, and what is known of it. */
export type DeclaredDependency = Omit<Established, 'obligations'>;

/** What the solver had to say. */
export interface Proved {
  readonly dependencies: readonly DeclaredDependency[];
  readonly answers: readonly Answer[];
  readonly betweenInputs: readonly StateMachineClaims[];
  readonly legal: readonly LegalRewrite[];
  readonly declined: readonly DeclinedRewrite[];
  /** Why the search for them ended. */
  readonly stop: StopReason;
}

/** A rule that is proved for a role. */
export interface LegalRewrite {
  readonly rule: string;
  readonly at: string;
  /** Cuts or keys that it is proved for, in all parts of the role. */
  readonly ways: number;
}

/** Names of columns, for keys that are given by index. */
export type Columns = (role: string, relation: string) => readonly string[];

/** What things are called in the program. */
export interface Names {
  readonly columnsOf: Columns;
  readonly placed: PlaceClauses;
}

/** Reasons, questions and policies of one line that are printed where all roles are. */
const shownMax = 3;

export function analyzeReport(
  report: ProgramReport,
  proved: Proved | null,
  { columnsOf, placed }: Names,
  stream: Stream,
): string {
  const described = report.roles.flatMap((role) => [
    ...roleLines(role, columnsOf, stream, { most: shownMax, placed: null }),
    '',
  ]);
  const [first] = report.roles;
  const hint = `every reason, for one role: \`--role ${first?.name ?? ''}\``;
  return textOf([
    ...described,
    ...(first === undefined ? [] : [hint, '']),
    ...restLines(report, proved, placed, stream),
  ]);
}

/** All that is known of one role. */
export function analyzeRoleReport(
  role: RoleReport,
  report: ProgramReport,
  proved: Proved,
  { columnsOf, placed }: Names,
  stream: Stream,
): string {
  const { name } = role;
  const isOwn = (each: { readonly role: string }): boolean => each.role === name;
  const isAt = ({ at }: { readonly at: string }): boolean => at === name;
  const own: ProgramReport = {
    ...report,
    channels: report.channels.filter(({ delivery }) => [delivery.from, delivery.to].includes(name)),
    coordination: report.coordination.filter(isOwn),
  };
  const ownProved: Proved = {
    ...proved,
    dependencies: proved.dependencies.filter(isOwn),
    answers: proved.answers.filter(({ question }) => isOwn(question)),
    betweenInputs: proved.betweenInputs.filter(isOwn),
    legal: proved.legal.filter(isAt),
    declined: proved.declined.filter(isAt),
  };
  return textOf([
    ...roleLines(role, columnsOf, stream, { most: Number.POSITIVE_INFINITY, placed }),
    '',
    ...restLines(own, ownProved, placed, stream),
  ]);
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function restLines(
  report: ProgramReport,
  proved: Proved | null,
  placed: PlaceClauses,
  stream: Stream,
): readonly string[] {
  return [
    ...channelLines(report, stream),
    '',
    ...coordinationLines(report, placed, stream),
    ...(proved === null
      ? []
      : [
          ...declaredLines(proved, placed, stream),
          ...answerLines(proved, placed, stream),
          '',
          ...legalityLines(proved, placed, stream),
        ]),
  ];
}

/** How many reasons of one line are printed, and whether with the clauses that they are about. */
interface Detail {
  readonly most: number;
  readonly placed: PlaceClauses | null;
}

/** `yes`, `no: reason`, `open: question`. */
function findingText(finding: Finding, detail: Detail): string {
  if (finding.kind === 'holds') return 'yes';
  if (finding.kind === 'open') return `open: ${listed(finding.questions, detail)}`;
  return `no: ${listed(finding.reasons, detail)}`;
}

type Said = { readonly text: string; readonly clause?: string | null };

/** What is said of several clauses is said once. */
function listed(all: readonly Said[], { most, placed }: Detail): string {
  const texts = [...groupBy(all, ({ text }) => text)].map(([text, same]) => {
    const clauses = [...new Set(same.flatMap(({ clause }) => clause ?? []))];
    return placed === null || clauses.length === 0
      ? text
      : `${text} (${placed(clauses.join(', '))})`;
  });
  const more = texts.length - most;
  return `${texts.slice(0, most).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function roleLines(
  role: RoleReport,
  columnsOf: Columns,
  { columns, style }: Stream,
  detail: Detail,
): readonly string[] {
  const { most } = detail;
  const { interface: face, keys } = role;
  const policies = keys.policies.map((each) => policyText(each, role.name, columnsOf));
  const more = policies.length - most;
  const key =
    policies.length > 0
      ? policies.slice(0, most).join(' | ') + (more > 0 ? ` | and ${more} more` : '')
      : `none: ${listed(keys.reasons, detail)}`;
  const row = (label: string, text: string): readonly string[] =>
    labelled(`  ${label}`, text, columns, 22);
  return [
    style.strong(`role ${role.name}`),
    ...row('reads', face.inputs.join(', ') || 'nothing'),
    ...row('sends and keeps', face.outputs.join(', ') || 'nothing'),
    ...row('functional', findingText(role.functional, detail)),
    ...row('monotone', findingText(role.monotone.finding, detail)),
    ...row('state machine', findingText(role.stateMachine, detail)),
    ...row('stutter-insensitive', findingText(role.stutterInsensitive, detail)),
    ...row('recoverable', findingText(role.recoverable, detail)),
    ...role.forgettings.flatMap((each) =>
      row('forgets invisibly', `${each.relation}: ${findingText(each.finding, detail)}`),
    ),
    ...row('keys to spread by', key),
    ...relationLines(role.relations, columns),
  ];
}

/** `votes(id) tally(id)` */
function policyText(
  policy: Readonly<Record<string, readonly number[]>>,
  role: string,
  columnsOf: Columns,
): string {
  return Object.entries(policy)
    .map(([name, key]) => {
      const columns = columnsOf(role, name);
      return `${name}(${key.map((index) => columns[index] ?? index + 1).join(', ')})`;
    })
    .join(' ');
}

function relationLines(relations: readonly RelationReport[], columns: number): readonly string[] {
  if (relations.length === 0) return [];
  const rows = relations.map((each) => [
    each.name,
    `${each.lasts}${each.durable ? ', durable' : ''}`,
    each.monotone.kind === 'holds' ? 'grows' : each.monotone.kind,
    each.existence.kind === 'holds' ? 'event' : each.noChange.kind === 'holds' ? 'steady' : '-',
    keysText(each.keys),
  ]);
  const head = ['relation', 'lasts', 'monotone', 'between inputs', 'key'];
  return [
    ...folded(rows, columns - 4, head).map((line) => `    ${line}`),
    ...relations.flatMap((each) => dependencyLines(each.name, each.dependencies, columns)),
  ];
}

function keysText(keys: readonly (readonly string[])[]): string {
  return keys.map((key) => `(${key.join(', ')})`).join(' or ');
}

/** Those that a key doesn't say already are worth a line. */
function dependencyLines(
  name: string,
  dependencies: readonly DependencyReport[],
  columns: number,
): readonly string[] {
  const texts = dependencies.map(
    ({ from, to, scope, origin }) =>
      `(${from.join(', ')}) → ${to.join(', ')}${scope === 'ever' ? ' for ever' : ''}${origin === 'declared' ? ' (declared)' : ''}`,
  );
  return texts.length === 0 ? [] : labelled(`      ${name}:`, texts.join('; '), columns, 26);
}

function channelLines({ channels }: ProgramReport, { style, columns }: Stream): readonly string[] {
  const rows = channels.map(({ name, delivery, keys }) => [
    name,
    `${delivery.from} → ${delivery.to}`,
    delivery.order === 'per-sender' ? 'ordered' : 'unordered',
    delivery.mayBeLost ? 'may be lost' : 'arrives',
    delivery.mayBeRepeated
      ? delivery.duplicateInsensitive.kind === 'holds'
        ? 'repeats unnoticed'
        : 'repeats matter'
      : 'once',
    keys.length === 0 ? '' : `key ${keysText(keys)}`,
  ]);
  return [style.strong('channels'), ...folded(rows, columns - 2).map((line) => `  ${line}`)];
}

function coordinationLines(
  { coordination }: ProgramReport,
  placed: PlaceClauses,
  { style, columns }: Stream,
): readonly string[] {
  if (coordination.length === 0)
    return [style.strong('coordination'), '  none: every clause is monotone'];
  return [
    style.strong('coordination'),
    ...[...groupBy(coordination, ({ clause }) => clause)].flatMap(([clause, points]) => {
      const role = points[0]?.role ?? '';
      const reasons = [...new Set(points.map(({ reason }) => reason.text))].join('; ');
      const awaited = [...new Set(points.flatMap(({ channels }) => channels))].join(', ');
      const text = `${role}, ${placed(clause)}: ${reasons}; waits for ${awaited}`;
      return labelled('', text, columns, 2);
    }),
  ];
}

/** Promises of others need no line; what is only watched comes with the step that may break it. */
function declaredLines(
  { dependencies }: Proved,
  placed: PlaceClauses,
  { style, columns }: Stream,
): readonly string[] {
  const own = dependencies.filter((each) => each.standing !== 'given');
  if (own.length === 0) return [];
  return [
    '',
    style.strong('declared dependencies'),
    ...own.flatMap(({ role, relation, text, standing, reason, counterexample }) => [
      ...labelled(
        '',
        `${role}, ${relation} ${text}: ${standing}${reason === '' ? '' : `: ${placed(reason)}`}`,
        columns,
        2,
      ),
      ...factLines(counterexample.map(placed), columns),
    ]),
  ];
}

function answerLines(
  { answers, betweenInputs }: Proved,
  placed: PlaceClauses,
  { style, columns }: Stream,
): readonly string[] {
  if (answers.length === 0 && betweenInputs.length === 0) return [];
  return [
    '',
    style.strong('questions'),
    ...betweenInputs.flatMap(({ role, claims, verdict, open }) => {
      const rest = open.length === 0 ? '' : `: ${placed(open.join('; '))}`;
      const text = `${role}: ${claims} claims that relations are empty or steady without input: ${verdict}${rest}`;
      return labelled('', text, columns, 2);
    }),
    ...answers.flatMap(({ question, verdict, claims, counterexample }) => [
      ...labelled(
        '',
        `${question.role}: ${question.text}: ${verdict}${verdict === 'refuted' ? `: ${placed(claims.join('; '))}` : ''}`,
        columns,
        2,
      ),
      ...factLines(counterexample.map(placed), columns),
    ]),
  ];
}

/** Facts that show why, under what they show. */
function factLines(facts: readonly string[], columns: number): readonly string[] {
  return [...new Set(facts)].flatMap((fact) =>
    wrapped(fact, columns - 6, 2).map((line) => `      ${line}`),
  );
}

function legalityLines(
  { legal, declined, stop }: Proved,
  placed: PlaceClauses,
  { style, columns }: Stream,
): readonly string[] {
  const rules = groupBy(legal, ({ rule }) => rule);
  const cut = `the search for them was cut short (${stop}): more may be legal`;
  return [
    style.strong('compartmentalizations'),
    ...(stop === 'saturated' ? [] : labelled('', cut, columns, 2)),
    ...(legal.length === 0 ? ['  legal: none'] : []),
    ...[...rules].flatMap(([rule, places]) => {
      const where = places.map(({ at, ways }) => `${at} (${counted(ways, 'way')})`).join(', ');
      return labelled('', `legal: ${rule} on ${where}`, columns, 2);
    }),
    ...declined.flatMap(({ rule, at, condition, reason, verdict, counterexample }) => [
      ...labelled(
        '',
        `not: ${rule} on ${at} (${verdict}): ${condition}: ${placed(reason)}`,
        columns,
        2,
      ),
      ...factLines(counterexample.map(placed), columns),
    ]),
  ];
}
