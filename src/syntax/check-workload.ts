/** The workload and the history: what clients send, and which of it a history checker understands. */

import { defaultLimits } from '../base/limits.ts';
import { nearestName } from '../base/suggest.ts';
import type { Atom } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { Channel, HistoryOperation, WorkloadCommand } from '../ir/program.ts';
import { requireAtMost } from './check-amount.ts';
import { checkArguments, nameSpan } from './check-atom.ts';
import { type Context, place, spanOf, termOfType } from './context.ts';
import type { Environment } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { boundBy } from './pattern.ts';
import { describeTerm, resolved, type Term } from './term.ts';

export function checkWorkload(context: Context): void {
  const { workload, history } = context.program;
  for (const command of workload?.commands ?? []) checkCommand(command, context);
  for (const operation of history?.operations ?? []) checkOperation(operation, context);
  if (workload !== null && workload.commands.length === 0) {
    context.diagnostics.push(syntaxMessages.report('IR0610', spanOf(context, workload), {}));
  }
}

function checkCommand(command: WorkloadCommand, context: Context): void {
  const { diagnostics } = context;
  const send = clientChannel(command.send, 'from', context);
  if (send !== null) {
    if (send.to !== command.to && context.scope.roles.has(command.to)) {
      const parameters = { name: send.name, to: send.to, given: command.to };
      diagnostics.push(syntaxMessages.report('IR0607', spanOf(context, command.send), parameters));
    }
    requireArity(command.send, send, context);
    for (const [index, arg] of command.send.args.entries()) {
      const column = send.columns[index];
      if (column !== undefined) {
        checkIssued(arg, column.name, termOfType(context, column.type), send, context);
      }
    }
  }
  const until = clientChannel(command.until, 'to', context);
  if (until !== null) {
    requireArity(command.until, until, context);
    if (send !== null && send.from !== until.to) {
      const parameters = { name: until.name, to: until.to, given: send.from };
      diagnostics.push(syntaxMessages.report('IR0607', spanOf(context, command.until), parameters));
    }
    for (const arg of command.until.args) checkAwaited(arg, context);
  }
  if (command.weight < 1) {
    const parameters = { what: 'the weight of a command', value: command.weight };
    diagnostics.push(syntaxMessages.report('IR0608', spanOf(context, command), parameters));
  }
  const weight = { what: 'the weight of a command', value: command.weight };
  requireAtMost(weight, defaultLimits.workloadMax, spanOf(context, command), context);
}

/** The channel of an atom, whose one end must be an external role. */
function clientChannel(atom: Atom, end: 'from' | 'to', context: Context): Channel | null {
  const { program, diagnostics, scope } = context;
  const span = nameSpan(context, atom, atom.relation);
  const channel = context.channels.get(atom.relation);
  if (channel === undefined) {
    if (scope.broken.has(atom.relation)) return null;
    const nearest =
      nearestName(
        atom.relation,
        program.channels.map((each) => each.name),
      ) ?? null;
    diagnostics.push(syntaxMessages.report('IR0606', span, { name: atom.relation, nearest }));
    return null;
  }
  const role = program.roles.find((each) => each.name === channel[end]);
  if (role !== undefined && !role.external) {
    const declared = place(context, 'channel', channel.name) ?? null;
    const parameters = { name: channel.name, end, role: role.name, declared };
    diagnostics.push(syntaxMessages.report('IR0609', span, parameters));
    return null;
  }
  return channel;
}

function requireArity(atom: Atom, channel: Channel, context: Context): void {
  if (atom.args.length === channel.columns.length) return;
  context.diagnostics.push(
    syntaxMessages.report('IR0302', spanOf(context, atom), {
      name: channel.name,
      columns: channel.columns,
      given: atom.args.length,
      declared: place(context, 'channel', channel.name) ?? null,
    }),
  );
}

/** What each form of argument fits into. */
function checkIssued(
  arg: Expression,
  column: string,
  type: Term,
  channel: Channel,
  context: Context,
): void {
  const at = resolved(type);
  if (arg.kind === 'tuple' && at.kind === 'constructed' && at.name === 'tuple') {
    if (at.args.length === arg.items.length) {
      for (const [index, item] of arg.items.entries()) {
        const part = at.args[index];
        if (part !== undefined) checkIssued(item, column, part, channel, context);
      }
      return;
    }
  }
  const fits = issuedTypes(arg, channel, context);
  const name = at.kind === 'constructed' ? at.name.replace(/^type .*/, 'opaque') : null;
  if (fits !== null && (name === null || fits.includes(name))) return;
  const parameters = { column, expected: describeTerm(type), known: fits !== null };
  context.diagnostics.push(syntaxMessages.report('IR0611', spanOf(context, arg), parameters));
}

/** Names of the types that an argument can have; null for a form that is none. */
function issuedTypes(
  arg: Expression,
  channel: Channel,
  context: Context,
): readonly string[] | null {
  switch (arg.kind) {
    case 'me':
      return [
        `id ${context.program.roles.find((r) => r.name === channel.from)?.of ?? channel.from}`,
      ];
    case 'variable':
      if (arg.name === 'id') return ['int'];
      return arg.name === 'key' ? ['int', 'string', 'opaque'] : null;
    case 'call': {
      const [amount] = arg.args;
      if (arg.args.length !== 1 || amount?.kind !== 'int' || amount.value < 1) return null;
      if (arg.function === 'bytes') {
        const length = { what: 'the length of a payload', value: amount.value };
        requireAtMost(length, defaultLimits.payloadMax, spanOf(context, arg), context);
        return ['string', 'opaque'];
      }
      return arg.function === 'below' ? ['int'] : null;
    }
    case 'int':
    case 'parameter':
      return ['int'];
    case 'bool':
    case 'string':
      return [arg.kind];
    default:
      return null;
  }
}

function checkAwaited(arg: Expression, context: Context): void {
  const isKnown =
    arg.kind === 'me' ||
    arg.kind === 'wildcard' ||
    arg.kind === 'int' ||
    arg.kind === 'bool' ||
    arg.kind === 'string' ||
    (arg.kind === 'variable' && arg.name === 'id');
  if (!isKnown) context.diagnostics.push(syntaxMessages.report('IR0612', spanOf(context, arg), {}));
}

function checkOperation(operation: HistoryOperation, context: Context): void {
  const environment: Environment = { context, variables: new Map(), me: null };
  const call = clientChannel(operation.call, 'from', context);
  const reply = clientChannel(operation.reply, 'to', context);
  for (const [atom, channel] of [
    [operation.call, call],
    [operation.reply, reply],
  ] as const) {
    if (channel === null) continue;
    const declared = place(context, 'channel', channel.name) ?? null;
    checkArguments(atom, { ...channel, kind: 'channel' }, declared, environment);
  }
  const called = new Set(operation.call.args.flatMap(boundBy));
  const replied = new Set(operation.reply.args.flatMap(boundBy));
  requireVariable(
    operation,
    'key',
    operation.kind === 'read' ? [called, replied] : [called],
    context,
  );
  requireVariable(operation, 'value', operation.kind === 'read' ? [replied] : [called], context);
}

function requireVariable(
  operation: HistoryOperation,
  what: 'key' | 'value',
  where: readonly ReadonlySet<string>[],
  context: Context,
): void {
  const name = operation[what];
  if (where.some((variables) => variables.has(name))) return;
  const parameters = { name, what, kind: operation.kind };
  context.diagnostics.push(syntaxMessages.report('IR0613', spanOf(context, operation), parameters));
}
