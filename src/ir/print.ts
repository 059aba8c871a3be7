/**
 * A program as text. Reading it back gives the same program (up to the names that `persist` chooses for
 * variables, and clause ids, which are numbered anew), and the formatter leaves it as it is.
 */

import type { Literal } from './clause.ts';
import { evaluateInteger, parameterValues } from './constant.ts';
import { int } from './expression.ts';
import { fill, type Pieces } from './layout.ts';
import { bodyPieces, clausePieces, printAtom } from './print-clause.ts';
import {
  channelPieces,
  commandPieces,
  factText,
  fdText,
  functionPieces,
  initPieces,
  keyText,
  latticePieces,
  operationPieces,
  parameterPieces,
  relationPieces,
  roleHeader,
  timerPieces,
} from './print-declaration.ts';
import type {
  Channel,
  ChannelFlags,
  Dependency,
  Invariant,
  Parameter,
  Program,
  Role,
  StaticRelation,
  Workload,
} from './program.ts';
import { type Column, printType } from './type.ts';

export function printProgram(program: Program): string {
  const values = parameterValues(program);
  const roles = program.roles.map(roleLines);
  const blocks: readonly (readonly string[])[] = [
    program.parameters.flatMap((parameter) => fill(printedParameter(parameter, values), 0)),
    program.opaqueTypes.map((name) => `type ${name}`),
    program.functions.flatMap((declaration) =>
      fill(
        functionPieces({
          ...declaration,
          parameters: declaration.parameters.map(columnText),
          result: printType(declaration.result),
          dependencies: declaration.dependencies.map((each) => dependencyText(each, null)),
        }),
        0,
      ),
    ),
    program.lattices.flatMap((declaration) => {
      const element = printType(declaration.element);
      const parameters = declaration.parameters.map((name) => `${name}: ${element}`);
      return fill(latticePieces(declaration.name, parameters, declaration.merge), 0);
    }),
    ...roles,
    program.channels.flatMap((channel) => fill(printedChannel(channel), 0)),
    program.invariants.flatMap((invariant) => fill(invariantPieces(invariant), 0)),
    historyLines(program),
    program.workload === null ? [] : workloadLines(program.workload),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** The definition, unless `--set` put another value in its place. */
function printedParameter(parameter: Parameter, values: ReadonlyMap<string, number>): Pieces {
  const defined = evaluateInteger(parameter.definition, values);
  const isOverridden = defined.kind === 'err' || defined.value !== parameter.value;
  return parameterPieces(
    parameter.name,
    isOverridden ? int(parameter.value) : parameter.definition,
  );
}

function roleLines(role: Role): readonly string[] {
  const header = roleHeader(role);
  if (role.external) return [header];
  const declarations = [
    ...role.relations.flatMap((relation) =>
      fill(
        relationPieces({
          kind: relation.durable ? 'durable relation' : 'relation',
          name: relation.name,
          columns: relation.columns.map(columnText),
          dependencies: relation.dependencies.map((each) => dependencyText(each, relation.columns)),
        }),
        2,
      ),
    ),
    ...role.statics.flatMap(staticLines),
    ...role.timers.flatMap((timer) => fill(timerPieces(timer.name, timer.periodMs), 2)),
    ...role.initial.flatMap((fact) => fill(initPieces(fact.relation, fact.args), 2)),
  ];
  const clauses = role.clauses.flatMap((clause) => fill(clausePieces(clause), 2));
  const between = declarations.length > 0 && clauses.length > 0 ? [''] : [];
  return [header, ...declarations, ...between, ...clauses, '}'];
}

function staticLines(table: StaticRelation): readonly string[] {
  const head = relationPieces({
    kind: 'static',
    name: table.name,
    columns: table.columns.map(columnText),
    dependencies: table.dependencies.map((each) => dependencyText(each, table.columns)),
  });
  return staticBlock(head, table.facts.map(factText));
}

/** `static r(..) {`, one fact a line, `}`. */
export function staticBlock(head: Pieces, facts: readonly string[]): readonly string[] {
  const opening = fill([...head, '{'], 2);
  const lines = facts.map((fact, index) => `    ${fact}${index === facts.length - 1 ? '' : ','}`);
  return [...opening, ...lines, '  }'];
}

function printedChannel(channel: Channel): Pieces {
  return channelPieces({
    ...channel,
    columns: channel.columns.map(columnText),
    flags: flagTexts(channel.flags),
    dependencies: channel.dependencies.map((each) => dependencyText(each, channel.columns)),
  });
}

function flagTexts(flags: ChannelFlags): readonly string[] {
  const { lossy, duplicating } = flags;
  const faults =
    lossy === duplicating ? (lossy ? [] : ['reliable']) : [lossy ? 'lossy' : 'duplicating'];
  return [...faults, ...(flags.ordered ? ['ordered'] : []), ...(flags.bag ? ['bag'] : [])];
}

function invariantPieces(invariant: Invariant): Pieces {
  const { name, scope, body, conclusion } = invariant;
  return implicationPieces(name, scope, body, conclusion);
}

/** `invariant n: body => conclusion` */
export function implicationPieces(
  name: string,
  scope: Invariant['scope'],
  body: readonly Literal[],
  conclusion: readonly Literal[],
): Pieces {
  const [first, ...rest] = bodyPieces(conclusion);
  const start = `invariant ${name}${scope === 'now' ? ' now' : ''}:`;
  return [start, ...bodyPieces(body), `=> ${first ?? ''}`, ...rest];
}

function historyLines(program: Program): readonly string[] {
  const { history } = program;
  if (history === null) return [];
  const lines = history.operations.flatMap((operation) =>
    fill(
      operationPieces({
        ...operation,
        call: printAtom(operation.call),
        reply: printAtom(operation.reply),
      }),
      2,
    ),
  );
  return [`history ${history.name} {`, ...lines, '}'];
}

function workloadLines(workload: Workload): readonly string[] {
  const commands = workload.commands.flatMap((command) =>
    fill(
      commandPieces({
        send: printAtom(command.send),
        to: command.to,
        until: printAtom(command.until),
        weight: command.weight === 1 ? null : command.weight,
      }),
      2,
    ),
  );
  const amounts = [
    ...(workload.keys === 1 ? [] : [`  keys ${workload.keys}`]),
    ...(workload.clients === 1 ? [] : [`  clients ${workload.clients}`]),
    ...(workload.retryMs === null ? [] : [`  retry ${workload.retryMs}`]),
  ];
  return ['workload {', ...commands, ...amounts, '}'];
}

function columnText(column: Column): string {
  return `${column.name}: ${printType(column.type)}`;
}

/** `key (id)` where all columns are determined; else `fd (id) -> (x)`. */
export function dependencyText(dependency: Dependency, columns: readonly Column[] | null): string {
  const { from, to } = dependency;
  const isKey = columns !== null && columns.length === to.length;
  return isKey && columns.every((column, index) => column.name === to[index])
    ? keyText(from)
    : fdText(from, to);
}
