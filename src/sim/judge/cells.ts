/**
 * Programs that treat their commands in cells that never meet, and pools of commands cut along them.
 *
 * A program is *cellular* when every relation and channel has a column, its cell, such that all facts which one clause
 * brings together, and the fact that it derives, have the same value there: the client in a transaction that is keyed
 * by client and id. Then a process with the facts of two cells is two processes, one a cell, that tick together: a
 * batch does to each cell what its own part of the batch does, sends each cell's messages, and settles when both
 * have. So runs of the program with commands of two cells are the interleavings of runs with the commands of each, and
 * histories are, too. If every history of the plan with the commands of one cell is one of the original, for each cell,
 * then so are the interleavings: that is how a pool of several cells is judged by its parts (composition.ts).
 *
 * What brings cells together, so that a program isn't cellular: a join on other columns, an aggregate over cells,
 * `index` (a rank among all values of a tick), periodic timers and initial facts (they are of no cell), a `bag` of
 * clients that drops the cell (equal facts of two cells in one tick are one). The check reads the clauses and nothing else.
 */

import { keyOfFact } from '../../exec/value.ts';
import type { Atom, Clause, HeadArgument } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import { visibleIn } from '../../ir/schema.ts';
import type { ClientPool } from './client-pool.ts';

/** The cell column of each channel on which clients send. */
export type CellColumns = ReadonlyMap<string, number>;

/** Every choice of cell columns, for channels from clients, under which all of the programs are cellular. */
export function cellColumnsOf(programs: readonly Program[]): readonly CellColumns[] {
  const [first] = programs;
  if (first === undefined) return [];
  const channels = first.channels.filter((channel) => isExternal(first, channel.from));
  const choices = channels.reduce<readonly CellColumns[]>(
    (made, channel) =>
      made.flatMap((each) =>
        channel.columns.map((_, column) => new Map([...each, [channel.name, column]])),
      ),
    [new Map()],
  );
  if (channels.length === 0 || choices.length > choicesMax) return [];
  return choices.filter((columns) => programs.every((program) => isCellular(program, columns)));
}

/** Choices of columns that are looked at. */
const choicesMax = 200;

/** The pool cut into its cells, as many as any choice of columns gives; the pool alone when it is of one. */
export function cellsOf(pool: ClientPool, columns: readonly CellColumns[]): readonly ClientPool[] {
  let best: readonly ClientPool[] = [pool];
  for (const each of columns) {
    const cells = new Map<string, ClientPool['commands'][number][]>();
    for (const command of pool.commands) {
      const value = command.fact[each.get(command.channel) ?? -1];
      if (value === undefined) return [pool];
      const cell = keyOfFact([value]);
      cells.set(cell, [...(cells.get(cell) ?? []), command]);
    }
    if (cells.size > best.length)
      best = [...cells.values()].map((commands) => ({ ...pool, commands }));
  }
  return best;
}

/** With these cells of what clients send, no clause brings two cells together. */
export function isCellular(program: Program, columns: CellColumns): boolean {
  const roles = program.roles.filter((role) => !role.external);
  if (roles.some((role) => role.timers.length > 0 || role.initial.length > 0)) return false;
  const clauses = roles.flatMap((role) =>
    role.clauses.map((clause) => sitesOf(program, role, clause)),
  );
  return isConsistent(clauses, columns);
}

/** Where a clause may have its cell: the arguments of what it reads and of what it derives. */
interface ClauseSites {
  /** A clause that is of no cell, whatever the columns. */
  readonly isMixed: boolean;
  readonly sites: readonly Site[];
  /** Arguments of what clients get that must tell the cells apart: of a `bag`, and of an aggregate over a group. */
  readonly apart: readonly Expression[] | null;
}

interface Site {
  /** A relation of a role, or a channel. */
  readonly table: string;
  /** By column: the variable there, each `_` one of its own; null for anything else, which is of no cell. */
  readonly variables: readonly (string | null)[];
}

function sitesOf(program: Program, role: Role, clause: Clause): ClauseSites {
  const names = visibleIn(program, role);
  const { args, relation } = clause.head;
  let isMixed = args.some((arg) => arg.kind === 'index');
  const sites: Site[] = [];
  const read = ({ relation: name, args: columns }: Atom): void => {
    const visible = names.get(name);
    if (visible?.kind === 'static' || visible?.kind === 'members') return;
    if (visible === undefined || visible.kind === 'timer') isMixed = true;
    const table = visible?.kind === 'channel' ? name : `${role.name} ${name}`;
    const own = (arg: Expression, at: number): string | null =>
      arg.kind === 'wildcard' ? `_ ${sites.length} ${at}` : variableOf(arg);
    sites.push({ table, variables: columns.map(own) });
  };
  for (const literal of clause.body) if ('atom' in literal) read(literal.atom);
  for (const arg of args) {
    if (arg.kind === 'aggregate' && arg.fallback !== null) read(arg.fallback.over);
  }
  if (sites.length === 0) isMixed = true;
  const plain = args.flatMap(headColumns);
  const channel = clause.kind === 'send' ? channelOf(program, relation) : null;
  const columns =
    channel?.columns ?? role.relations.find((each) => each.name === relation)?.columns;
  const variables = plain.map((arg, at) =>
    columns?.[at]?.type.kind === 'lattice' ? null : variableOf(arg),
  );
  const toClients = channel !== null && isExternal(program, channel.to);
  if (!toClients) {
    sites.push({ table: channel === null ? `${role.name} ${relation}` : relation, variables });
  }
  const isMerged = channel?.flags.bag === true || args.some((arg) => arg.kind === 'aggregate');
  const apart = toClients && isMerged ? plain.filter((arg) => arg !== null) : null;
  return { isMixed, sites, apart };
}

/** By column; null for what an aggregate fills: `min` and `max` of several expressions fill as many columns. */
function headColumns(arg: HeadArgument): readonly (Expression | null)[] {
  if (arg.kind === 'plain') return [arg.value];
  const fillsAll = arg.kind === 'aggregate' && (arg.aggregate === 'min' || arg.aggregate === 'max');
  return fillsAll ? arg.of.map(() => null) : [null];
}

function variableOf(expression: Expression | null): string | null {
  return expression?.kind === 'variable' ? expression.name : null;
}

/** Follows the cells from table to table; where a variable stands in two columns of one, either may be its cell. */
function isConsistent(clauses: readonly ClauseSites[], columns: CellColumns): boolean {
  const known = new Map(columns);
  for (let grown = true; grown; ) {
    grown = false;
    for (const clause of clauses) {
      const cell = cellOf(clause, known);
      if (cell === 'mixed') return false;
      if (cell === null) continue;
      for (const { table, variables } of clause.sites) {
        if (known.has(table)) continue;
        const places = [...variables.keys()].filter((at) => variables[at] === cell);
        const [first, ...others] = places;
        if (first === undefined) return false;
        if (others.length > 0) {
          return places.some((at) => isConsistent(clauses, new Map([...known, [table, at]])));
        }
        known.set(table, first);
        grown = true;
      }
    }
  }
  return clauses.every((clause) => {
    const cell = cellOf(clause, known);
    return cell !== null && cell !== 'mixed';
  });
}

/** The variable that holds the cell of the clause; null when none of its tables has one yet. */
function cellOf(clause: ClauseSites, known: CellColumns): string | 'mixed' | null {
  if (clause.isMixed) return 'mixed';
  let cell: string | null = null;
  for (const { table, variables } of clause.sites) {
    const column = known.get(table);
    if (column === undefined) continue;
    const variable = variables[column] ?? null;
    if (variable === null || (cell !== null && cell !== variable)) return 'mixed';
    cell = variable;
  }
  const { apart } = clause;
  const isApart = apart === null || apart.some((arg) => variableOf(arg) === cell);
  return cell === null || isApart ? cell : 'mixed';
}

function channelOf(program: Program, name: string): Channel | null {
  return program.channels.find((each) => each.name === name) ?? null;
}

function isExternal(program: Program, role: string): boolean {
  return program.roles.find((each) => each.name === role)?.external === true;
}
