/**
 * Where coordination is needed: clauses that must know that nothing more will come of what other nodes send. By the
 * CALM theorem these, and only these, are the places where a program waits for somebody (theory.md, 1.1).
 */

import { groupBy, sortedStrings } from '../base/order.ts';
import type { Program } from '../ir/program.ts';
import { type Component, componentOfRole, namesOf, referencesOf } from './component.ts';
import type { Reason } from './finding.ts';
import { clauseMonotonicity } from './monotone-relations.ts';

export interface CoordinationPoint {
  readonly role: string;
  readonly clause: string;
  /** What is read as if it were complete. */
  readonly relations: readonly string[];
  /** The channels that it comes from, over however many relations and ticks. */
  readonly channels: readonly string[];
  readonly reason: Reason;
}

export function coordinationPoints(program: Program): readonly CoordinationPoint[] {
  return program.roles.flatMap((role) => pointsOf(componentOfRole(program, role.name)));
}

function pointsOf(component: Component): readonly CoordinationPoint[] {
  const names = namesOf(component);
  const byHead = groupBy(component.clauses, (clause) => clause.head.relation);
  const sources = (relations: readonly string[]): readonly string[] => {
    const seen = new Set(relations);
    for (const name of seen) {
      if (names.get(name)?.kind !== 'relation') continue;
      for (const clause of byHead.get(name) ?? []) {
        for (const read of referencesOf(component, clause)) seen.add(read);
      }
    }
    return sortedStrings([...seen].filter((name) => names.get(name)?.kind === 'channel'));
  };
  const judged = clauseMonotonicity(component);
  return component.clauses.flatMap((clause) =>
    (judged.get(clause.id) ?? []).flatMap((reason) => {
      const read = reason.relations.filter((name) => names.get(name) !== undefined);
      const relations = read.length > 0 ? read : referencesOf(component, clause);
      const channels = sources(relations);
      if (channels.length === 0) return [];
      return [{ role: component.role.name, clause: clause.id, relations, channels, reason }];
    }),
  );
}
