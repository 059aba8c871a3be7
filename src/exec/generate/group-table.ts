/** Counts whose groups are all that is kept: who reads one finds its group, so that no fact need be made of it. */
import type { ClausePlan } from './clause-plan.ts';
import { readingsIn } from './readings.ts';
import type { RolePlan } from './role-plan.ts';
import { countsSolutions } from './solutions.ts';

/** Groups in place of a table's records. */
export interface GroupsOfTable {
  /** The clause that counts. */
  readonly index: number;
  /** By column: the field of a group. */
  readonly fields: readonly string[];
  /** Columns that make the group. */
  readonly columns: readonly number[];
}

/**
 * The count is all that fills the relation, and nobody follows what becomes of it: clauses of events ask, once they know the
 * group, how many there are now.
 */
export function groupsOf(plan: RolePlan, slot: number): GroupsOfTable | null {
  const writers = plan.clauses.filter((each) => each.slot === slot);
  const [writer] = writers;
  if (writer === undefined || writers.length > 1 || !plan.hidden.has(slot)) return null;
  if (writer.clause.kind !== 'now' || writer.strategy !== 'delta' || !countsSolutions(writer))
    return null;
  const isRecursive = plan.units.some((unit) => unit.recursive && unit.slots.includes(slot));
  const groups = groupsIn(writer);
  if (isRecursive || groups.columns.length === 0) return null;
  const readers = plan.clauses.filter((each) => each.reads.includes(slot));
  const isAsked = readers.every(
    (reader) =>
      reader.strategy === 'event' &&
      reader.overs.every((over) => over.slot !== slot) &&
      readingsIn(reader, (its) => plan.isSmall[its] === true)
        .filter((reading) => reading.slot === slot)
        .every(({ known }) => groups.columns.every((column) => known.includes(column))),
  );
  return isAsked ? groups : null;
}

/** A count has one column, whatever it counts. */
function groupsIn({ index, head }: ClausePlan): GroupsOfTable {
  let group = 0;
  const fields = head.parts.map((part) => (part.kind === 'plain' ? `g${group++}` : 'count'));
  const columns = head.parts.flatMap((part, column) => (part.kind === 'plain' ? [column] : []));
  return { index, fields, columns };
}
