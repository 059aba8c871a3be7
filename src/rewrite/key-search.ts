/**
 * The search for distribution keys: one column for each relation that a part reads or keeps, such that
 * facts that meet in a clause agree on it. It looks at variables only; whether facts really meet there is
 * the solver's question. When no assignment is consistent, the one that fails latest is proposed all the
 * same: its refutation shows two facts that would have met and no longer do.
 */

import { interfaceOf } from '../analysis/component.ts';
import { compareNumbers, sorted } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { visibleIn } from '../ir/schema.ts';
import type { Type } from '../ir/type.ts';
import { asComponent } from './conditions.ts';
import type { Policy } from './language.ts';
import { atomsOf, type PartView } from './part.ts';

interface Occurrence {
  readonly relation: string;
  /** What stands in each column; null where an aggregate's value does. */
  readonly terms: readonly (Expression | null)[];
}

/** The occurrences of one clause whose keys have to agree. */
type Meeting = readonly Occurrence[];

/** Partial assignments that the search may look at. */
const STEPS_MAX = 20_000;

export function consistentKeys(view: PartView, policiesMax: number): readonly Policy[] {
  const keyed = keyedRelations(view);
  if (keyed.length === 0) return [];
  const names = new Set(keyed.map((each) => each.name));
  const meetings = view.part.clauses.map((clause) => meetingOf(clause, names));
  const order = connectedOrder(keyed, meetings);
  const found: Policy[] = [];
  let best: ReadonlyMap<string, number> = new Map();
  let steps = 0;
  const extend = (assigned: ReadonlyMap<string, number>): void => {
    steps += 1;
    if (steps > STEPS_MAX || found.length >= policiesMax) return;
    if (assigned.size > best.size) best = assigned;
    const next = order[assigned.size];
    if (next === undefined) {
      found.push(policyOf(keyed, assigned));
      return;
    }
    for (const column of next.columns) {
      const extended = new Map(assigned).set(next.name, column);
      if (meetings.every((meeting) => agrees(meeting, extended))) extend(extended);
    }
  };
  extend(new Map());
  return found.length > 0 ? found : [policyOf(keyed, best)];
}

interface Keyed {
  readonly name: string;
  /** Candidate columns, the likeliest key first. */
  readonly columns: readonly number[];
}

/** What the part reads, and what it derives and reads again; rigid data needs no key. */
function keyedRelations(view: PartView): readonly Keyed[] {
  const visible = visibleIn(view.program, view.role);
  return interfaceOf(asComponent(view)).references.flatMap((name) => {
    const columns = visible.get(name)?.columns;
    if (columns === undefined) return [];
    const indexes = sorted(columns.keys(), (a, b) =>
      compareNumbers(preference(columns[a]?.type), preference(columns[b]?.type)),
    );
    return [{ name, columns: indexes }];
  });
}

/** Integers are ids, slots and the like; strings are payloads or keys; ids of members are few. */
function preference(type: Type | undefined): number {
  const order = ['int', 'string', 'opaque', 'tuple', 'id', 'bool', 'list', 'lattice'];
  return type === undefined ? order.length : order.indexOf(type.kind);
}

function meetingOf(clause: Clause, keyed: ReadonlySet<string>): Meeting {
  const body: Occurrence[] = atomsOf(clause).map((atom) => ({
    relation: atom.relation,
    terms: atom.args,
  }));
  const head: Occurrence = {
    relation: clause.head.relation,
    terms: clause.head.args.flatMap((arg): readonly (Expression | null)[] => {
      if (arg.kind === 'plain') return [arg.value];
      const ordered = arg.kind === 'aggregate' && ['min', 'max'].includes(arg.aggregate);
      return ordered ? arg.of.map(() => null) : [null];
    }),
  };
  const stays = clause.kind === 'send' ? [] : [head];
  return [...body, ...stays].filter((each) => keyed.has(each.relation));
}

/** All assigned occurrences of a clause have one variable at their key, if there are several. */
function agrees(meeting: Meeting, assigned: ReadonlyMap<string, number>): boolean {
  const keys = meeting.flatMap(({ relation, terms }) => {
    const column = assigned.get(relation);
    return column === undefined ? [] : [terms[column] ?? null];
  });
  if (keys.length < 2) return true;
  const [first] = keys;
  return (
    first?.kind === 'variable' &&
    keys.every((key) => key?.kind === 'variable' && key.name === first.name)
  );
}

/** Relations that meet one another come one after the other, so that a wrong key fails early. */
function connectedOrder(keyed: readonly Keyed[], meetings: readonly Meeting[]): readonly Keyed[] {
  const order: Keyed[] = [];
  const left = new Map(keyed.map((each) => [each.name, each]));
  while (left.size > 0) {
    const placed = new Set(order.map((each) => each.name));
    const next =
      [...left.values()].find(({ name }) =>
        meetings.some(
          (meeting) =>
            meeting.some((each) => each.relation === name) &&
            meeting.some((each) => placed.has(each.relation)),
        ),
      ) ?? [...left.values()][0];
    if (next === undefined) break;
    order.push(next);
    left.delete(next.name);
  }
  return order;
}

function policyOf(keyed: readonly Keyed[], assigned: ReadonlyMap<string, number>): Policy {
  return Object.fromEntries(
    keyed.map(({ name, columns }) => {
      const column = assigned.get(name) ?? columns[0];
      return [name, column === undefined ? [] : [column]];
    }),
  );
}
