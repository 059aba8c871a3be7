/** The parsed text to a program of the IR: names resolved, short forms written out, places kept aside. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { defaultLimits } from '../base/limits.ts';
import { canonicalJson } from '../base/order.ts';
import type { Source, Span } from '../base/source.ts';
import type {
  Channel,
  FunctionDeclaration,
  HistorySpecification,
  LatticeDeclaration,
  Program,
  Workload,
} from '../ir/program.ts';
import type {
  Ast,
  ChannelItem,
  FunctionItem,
  HistoryItem,
  InvariantItem,
  Item,
  LatticeItem,
  WorkloadItem,
} from './ast.ts';
import { requireAtMost } from './check-amount.ts';
import { lowerParameters } from './lower-parameters.ts';
import { lowerRole } from './lower-role.ts';
import { type Lowering, lowerDependencies, requireRole } from './lowering.ts';
import { syntaxMessages } from './messages.ts';
import { type NameResolution, resolveAll, resolveExpression } from './resolve-expression.ts';
import { resolveLiterals } from './resolve-literal.ts';
import { resolveColumns, resolveType } from './resolve-type.ts';
import type { Scope } from './scope.ts';

/** Never fails: what is wrong is reported, and the rest of the program is complete. */
export function lower(
  source: Source,
  ast: Ast,
  scope: Scope,
  set: Readonly<Record<string, number>>,
): { readonly program: Program; readonly lowering: Lowering } {
  const lowering = newLowering(ast, scope);
  const parameters = lowerParameters(ast, set, lowering);
  const items = <Kind extends Item['kind']>(kind: Kind): Extract<Item, { kind: Kind }>[] =>
    ast.items.filter((item): item is Extract<Item, { kind: Kind }> => item.kind === kind);
  const program: Program = {
    name: programName(source.name),
    parameters,
    opaqueTypes: items('type').map((item) => item.name.text),
    functions: items('function')
      .filter((item) => scope.functions.get(item.name.text) === item)
      .map((item) => lowerFunction(item, lowering)),
    lattices: items('lattice').map((item) => lowerLattice(item, lowering)),
    // A second declaration of a name was reported, and the first one stands.
    roles: items('role')
      .filter((item) => scope.roles.get(item.name.text) === item)
      .map((item) => lowerRole(item, lowering)),
    channels: items('channel')
      .filter((item) => scope.channels.get(item.name.text) === item)
      .map((item) => lowerChannel(item, lowering)),
    invariants: items('invariant').map((item) => lowerInvariant(item, lowering)),
    history: single(
      items('history').map((item) => lowerHistory(item, lowering)),
      lowering,
    ),
    workload: single(
      items('workload').map((item) => lowerWorkload(item, lowering)),
      lowering,
    ),
  };
  return { program, lowering };
}

/** `protocols/voting.ir` is the program `voting`. */
function programName(path: string): string {
  const file = path.split(/[/\\]/).at(-1) ?? path;
  return file.replace(/\.ir$/, '').replace(/^<(.*)>$/, '$1');
}

function newLowering(ast: Ast, scope: Scope): Lowering {
  const diagnostics: Diagnostic[] = [];
  const spans = new Map<object, Span>();
  const names: NameResolution = {
    isParameter: (name) => scope.parameters.has(name),
    spans: chained(ast.spans, spans),
  };
  return {
    scope,
    diagnostics,
    names,
    types: { scope, diagnostics, unknown: new Set() },
    places: new Map(),
  };
}

/** The parser's table, with room for more: the table itself, since it is ours from here on. */
function chained(parsed: Ast['spans'], added: Map<object, Span>): Map<object, Span> {
  if (parsed instanceof Map) return parsed;
  for (const [node, span] of parsed) added.set(node, span);
  return added;
}

function single<T extends object>(found: readonly T[], lowering: Lowering): T | null {
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    const span = lowering.names.spans.get(second);
    const place = lowering.names.spans.get(first);
    if (span !== undefined && place !== undefined) {
      lowering.diagnostics.push(syntaxMessages.report('IR0207', span, { first: place }));
    }
  }
  return first ?? null;
}

function lowerFunction(item: FunctionItem, lowering: Lowering): FunctionDeclaration {
  const parameters = resolveColumns(item.parameters, lowering.types);
  const own = new Set(parameters.map((parameter) => parameter.name));
  const names = shadowing(own, lowering.names);
  const result = resolveType(item.result, lowering.types);
  const all = [...own, 'result'];
  const declaration: FunctionDeclaration = {
    name: item.name.text,
    parameters,
    result,
    body: item.body === null ? null : resolveExpression(item.body, names),
    dependencies: lowerDependencies(item.dependencies, all, lowering),
  };
  lowering.names.spans.set(declaration, item.span);
  lowering.places.set(`function ${item.name.text}`, item.name.span);
  return declaration;
}

function lowerLattice(item: LatticeItem, lowering: Lowering): LatticeDeclaration {
  const [first, second] = item.parameters;
  const columns = resolveColumns(item.parameters, lowering.types);
  const names = shadowing(new Set(columns.map((column) => column.name)), lowering.names);
  if (canonicalJson(columns[0]?.type) !== canonicalJson(columns[1]?.type)) {
    const parameters = { name: item.name.text, first: first.type.span };
    lowering.diagnostics.push(syntaxMessages.report('IR0319', second.type.span, parameters));
  }
  const declaration: LatticeDeclaration = {
    name: item.name.text,
    element: columns[0]?.type ?? { kind: 'int' },
    parameters: [first.name.text, second.name.text],
    merge: resolveExpression(item.merge, names),
  };
  lowering.names.spans.set(declaration, item.span);
  lowering.places.set(`lattice ${item.name.text}`, item.name.span);
  return declaration;
}

/** Inside of a function its own parameters hide those of the program. */
function shadowing(own: ReadonlySet<string>, names: NameResolution): NameResolution {
  return { ...names, isParameter: (name) => !own.has(name) && names.isParameter(name) };
}

function lowerChannel(item: ChannelItem, lowering: Lowering): Channel {
  const columns = resolveColumns(item.columns, lowering.types);
  const all = columns.map((column) => column.name);
  const own = new Set(all);
  for (const role of [item.from, item.to]) requireRole(role, lowering);
  const has = (name: string): boolean => item.flags.some((flag) => flag.name === name);
  const isDefault = !has('reliable') && !has('lossy') && !has('duplicating');
  const channel: Channel = {
    name: item.name.text,
    columns,
    dependencies: lowerDependencies(item.dependencies, all, lowering),
    from: item.from.text,
    to: item.to.text,
    flags: {
      lossy: isDefault || has('lossy'),
      duplicating: isDefault || has('duplicating'),
      ordered: has('ordered'),
      bag: has('bag'),
    },
    route: resolveAll(item.route, shadowing(own, lowering.names)),
  };
  lowering.names.spans.set(channel, item.span);
  lowering.places.set(`channel ${item.name.text}`, item.name.span);
  return channel;
}

function lowerInvariant(item: InvariantItem, lowering: Lowering): Program['invariants'][number] {
  const { scope } = lowering;
  const isFact = (name: string): boolean =>
    scope.channels.has(name) ||
    scope.roles.has(name) ||
    [...scope.locals.values()].some((locals) => locals.has(name));
  const invariant = {
    name: item.name.text,
    scope: item.scope,
    body: resolveLiterals(item.body, isFact, lowering),
    conclusion: resolveLiterals(item.conclusion, isFact, lowering),
  };
  lowering.names.spans.set(invariant, item.span);
  lowering.places.set(`invariant ${item.name.text}`, item.name.span);
  return invariant;
}

function lowerHistory(item: HistoryItem, lowering: Lowering): HistorySpecification {
  const history: HistorySpecification = {
    name: item.name.text,
    operations: item.operations.map((operation) => {
      const { kind, call, reply, key, value, span } = operation;
      const lowered = { kind, call, reply, key: key.text, value: value.text };
      lowering.names.spans.set(lowered, span);
      return lowered;
    }),
  };
  lowering.names.spans.set(history, item.name.span);
  return history;
}

function lowerWorkload(item: WorkloadItem, lowering: Lowering): Workload {
  const amounts = { keys: 1, clients: 1, retry: 0 };
  const seen = new Map<string, Span>();
  const commands: Workload['commands'][number][] = [];
  for (const entry of item.entries) {
    if (entry.kind === 'issue') {
      const { send, to, until, weight, span } = entry;
      requireRole(to, lowering);
      const command = { send, to: to.text, until, weight: weight ?? 1 };
      lowering.names.spans.set(command, span);
      commands.push(command);
      continue;
    }
    const first = seen.get(entry.kind);
    if (first !== undefined) {
      lowering.diagnostics.push(
        syntaxMessages.report('IR0205', entry.span, { name: entry.kind, first }),
      );
    }
    if (entry.value < 1) {
      const parameters = { what: `\`${entry.kind}\``, value: entry.value };
      lowering.diagnostics.push(syntaxMessages.report('IR0608', entry.span, parameters));
    }
    const most = entry.kind === 'retry' ? defaultLimits.periodMsMax : defaultLimits.workloadMax;
    requireAtMost({ what: `\`${entry.kind}\``, value: entry.value }, most, entry.span, lowering);
    seen.set(entry.kind, entry.span);
    amounts[entry.kind] = entry.value;
  }
  const { keys, clients, retry } = amounts;
  const workload: Workload = { commands, keys, clients, retryMs: retry === 0 ? null : retry };
  lowering.names.spans.set(workload, item.header);
  return workload;
}
