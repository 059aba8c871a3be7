/** Everything that the analyses say of a program, as data: what `analyze` prints. */

import type { Program, Relation } from '../ir/program.ts';
import {
  type Component,
  type ComponentInterface,
  componentOfRole,
  interfaceOf,
} from './component.ts';
import { columnsOf } from './congruence.ts';
import { type CoordinationPoint, coordinationPoints } from './coordination.ts';
import { type Delivery, deliveries } from './delivery.ts';
import { closure, equationsOf, inferDependencies } from './dependencies.ts';
import type { Direction } from './direction.ts';
import { eventClause, existence, noChange } from './events.ts';
import { type Finding, HOLDS } from './finding.ts';
import { type Forgetting, forgettings } from './forgetting.ts';
import { functional } from './functional.ts';
import { distributionPolicies, type KeySearch } from './keys.ts';
import { monotoneRelations } from './monotone-relations.ts';
import { logicallyPersisted, type Monotonicity, monotone } from './monotonicity.ts';
import { recoverable } from './recoverability.ts';
import { messagesFollowKey } from './repeats.ts';
import { keepingOf } from './shape.ts';
import { stateMachine } from './state-machine.ts';
import { type Strata, strata } from './strata.ts';
import { ephemeralRelations, stutterInsensitive } from './stutter.ts';

export interface DependencyReport {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly scope: 'tick' | 'ever';
  /** `declared`: it rests on a declaration on a relation or channel of the program's own. */
  readonly origin: 'inferred' | 'declared';
}

export interface ColumnsReport {
  readonly name: string;
  /** Smallest sets of columns that determine all others in one tick. */
  readonly keys: readonly (readonly string[])[];
  readonly dependencies: readonly DependencyReport[];
}

export interface RelationReport extends ColumnsReport {
  /** Only grows when inputs grow; `moving` says which of its columns then change, if read through a threshold. */
  readonly monotone: Finding;
  readonly moving: readonly { readonly column: string; readonly direction: Direction }[];
  /** Empty in a tick without input; else the same as before. */
  readonly existence: Finding;
  readonly noChange: Finding;
  readonly lasts: 'for ever' | 'until forgotten' | 'for one tick' | 'within a tick';
  readonly durable: boolean;
}

export interface ChannelReport extends ColumnsReport {
  readonly delivery: Delivery;
}

export interface RoleReport {
  readonly name: string;
  readonly interface: ComponentInterface;
  readonly strata: Strata;
  readonly relations: readonly RelationReport[];
  readonly monotone: Monotonicity;
  readonly functional: Finding;
  readonly stateMachine: Finding;
  readonly stutterInsensitive: Finding;
  readonly recoverable: Finding;
  readonly forgettings: readonly Forgetting[];
  readonly keys: KeySearch;
  /** For each policy of `keys`: whether processes that share facts by it never repeat each other's messages. */
  readonly messagesFollowKey: readonly Finding[];
  /** Ids of the clauses that send in every tick in which they hold; the other ones send when they become true. */
  readonly eventClauses: readonly string[];
}

export interface ProgramReport {
  readonly program: string;
  readonly roles: readonly RoleReport[];
  readonly channels: readonly ChannelReport[];
  readonly coordination: readonly CoordinationPoint[];
}

/** External roles have no clauses and are left out. */
export function analyzeProgram(program: Program): ProgramReport {
  const roles = program.roles.filter((role) => !role.external);
  const delivered = new Map(deliveries(program).map((each) => [each.channel, each]));
  return {
    program: program.name,
    roles: roles.map((role) => reportRole(componentOfRole(program, role.name))),
    channels: program.channels.flatMap((channel) => {
      const delivery = delivered.get(channel.name);
      const names = channel.columns.map((each) => each.name);
      const columns = reportColumns(program, channel.to, channel.name, names);
      return delivery === undefined ? [] : [{ ...columns, delivery }];
    }),
    coordination: coordinationPoints(program),
  };
}

function reportRole(component: Component): RoleReport {
  const keys = distributionPolicies(component);
  return {
    name: component.role.name,
    interface: interfaceOf(component),
    strata: strata(component),
    relations: reportRelations(component),
    monotone: monotone(component),
    functional: functional(component),
    stateMachine: stateMachine(component),
    stutterInsensitive: stutterInsensitive(component),
    recoverable: recoverable(component),
    forgettings: forgettings(component),
    keys,
    messagesFollowKey: keys.policies.map((policy) => messagesFollowKey(component, policy)),
    eventClauses: component.clauses
      .filter((clause) => clause.kind === 'send' && eventClause(component, clause))
      .map((clause) => clause.id),
  };
}

function reportRelations(component: Component): readonly RelationReport[] {
  const { program, role } = component;
  const grows = monotoneRelations(component);
  const exists = existence(component);
  const unchanged = noChange(component);
  const lasts = lastingOf(component);
  return role.relations.map((relation) => {
    const { name, columns, durable } = relation;
    const reported = reportColumns(
      program,
      role.name,
      name,
      columns.map((each) => each.name),
    );
    return {
      ...reported,
      monotone: grows.get(name)?.finding ?? HOLDS,
      moving: columns.flatMap((column, index) => {
        const direction = grows.get(name)?.columns[index] ?? 'fixed';
        return direction === 'fixed' ? [] : [{ column: column.name, direction }];
      }),
      existence: exists.get(name) ?? HOLDS,
      noChange: exists.get(name)?.kind === 'holds' ? HOLDS : (unchanged.get(name) ?? HOLDS),
      lasts: lasts(relation),
      durable,
    };
  });
}

function lastingOf(component: Component): (relation: Relation) => RelationReport['lasts'] {
  const short = ephemeralRelations(component);
  const kept = logicallyPersisted(component);
  const partly = new Set(component.clauses.flatMap((clause) => keepingOf(clause)?.relation ?? []));
  const carried = new Set(
    component.clauses.filter((each) => each.kind === 'next').map((each) => each.head.relation),
  );
  return ({ name }) => {
    if (kept.has(name)) return 'for ever';
    if (partly.has(name)) return 'until forgotten';
    if (short.has(name)) return 'for one tick';
    return carried.has(name) ? 'until forgotten' : 'within a tick';
  };
}

/** Dependencies with the fewest columns on the left, and the keys that follow. */
function reportColumns(
  program: Program,
  role: string,
  name: string,
  columns: readonly string[],
): ColumnsReport {
  const declared = inferDependencies(program);
  const sure = inferDependencies(program, 'environment');
  const all = equationsOf(declared, role, name, 'tick');
  const ever = new Set(dependencyKeys(equationsOf(declared, role, name, 'ever')));
  const inferred = new Set(dependencyKeys(equationsOf(sure, role, name, 'tick')));
  const named = (index: number): string => columns[index] ?? String(index);
  const byKey = new Map(all.map((equation) => [dependencyKey(equation), equation]));
  const dependencies = [...byKey].map(
    ([key, { column, term }]): DependencyReport => ({
      from: columnsOf(term).map(named),
      to: [named(column)],
      scope: ever.has(key) ? 'ever' : 'tick',
      origin: inferred.has(key) ? 'inferred' : 'declared',
    }),
  );
  const keys = smallestKeys(columns.length, (from) => closure(all, from).size === columns.length);
  return { name, keys: keys.map((key) => key.map(named)), dependencies };
}

type Equations = ReturnType<typeof equationsOf>;

function dependencyKey({ column, term }: Equations[number]): string {
  return `${columnsOf(term).join(',')}>${column}`;
}

function dependencyKeys(equations: Equations): readonly string[] {
  return equations.map(dependencyKey);
}

/** Sets of columns beyond this many are not tried: relations that wide are their own key. */
const keyColumnsMax = 12;

/** All minimal sets that satisfy `isKey`, smallest first; the set of all columns is always a key. */
function smallestKeys(
  width: number,
  isKey: (columns: readonly number[]) => boolean,
): readonly (readonly number[])[] {
  const everything = Array.from({ length: width }, (_, index) => index);
  if (width > keyColumnsMax) return [everything];
  const found: (readonly number[])[] = [];
  for (let size = 0; size <= width; size++) {
    for (const chosen of choose(everything, size)) {
      const isMinimal = !found.some((key) => key.every((column) => chosen.includes(column)));
      if (isMinimal && (size === width || isKey(chosen))) found.push(chosen);
    }
  }
  return found;
}

function choose(items: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) =>
    choose(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]),
  );
}
