/** Groups of clauses that name a relation in common: the pieces that mutual independence can tell apart. */

import { compareNumbers, groupBy, sorted } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import { isRigid, visibleIn } from '../ir/schema.ts';
import { type PartView, readsOf } from './part.ts';
import type { Site } from './rule.ts';

type KnownClause = Site['clauses'][number];

/**
 * The finest partition of a site's clauses in which two clauses are together when they reference one
 * relation, or one derives what the other references. Heads that nobody reads tie nothing together.
 */
export function independentGroups(site: Site): readonly (readonly KnownClause[])[] {
  const links = new Map<string, number>();
  const leader = site.clauses.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (leader[at] !== undefined && leader[at] !== at) at = leader[at] ?? at;
    return at;
  };
  const referenced = referencedNames(site.view);
  for (const [index, { clause }] of site.clauses.entries()) {
    const names = namesOf(site.view, clause).filter((name) => referenced.has(name));
    const head = clause.kind === 'send' ? [] : [clause.head.relation];
    for (const name of [...names, ...head.filter((each) => referenced.has(each))]) {
      const other = links.get(name);
      if (other === undefined) links.set(name, index);
      else leader[find(index)] = find(other);
    }
  }
  const groups = groupBy(site.clauses.keys(), find);
  return sorted([...groups.values()], (a, b) => compareNumbers(a[0] ?? 0, b[0] ?? 0)).map((group) =>
    group.flatMap((index) => site.clauses[index] ?? []),
  );
}

function referencedNames(view: PartView): ReadonlySet<string> {
  return new Set(view.part.clauses.flatMap((clause) => namesOf(view, clause)));
}

/** Relations, channels and timers that a clause references. */
function namesOf(view: PartView, clause: Clause): readonly string[] {
  const visible = visibleIn(view.program, view.role);
  return readsOf(clause).filter((name) => {
    const kind = visible.get(name)?.kind;
    return kind === undefined || !isRigid(kind);
  });
}
