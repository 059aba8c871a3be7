/**
 * Monotone: more input, at whatever time, only adds output; so inputs may be late, spread over ticks and out of
 * order, if what has arrived is kept (theory.md, 1.1; the CALM theorem).
 *
 * Every condition is needed. `neg@c(x) :~ q(x), !s(x)` takes back; an event of another part that is joined with
 * state must be in the same tick as that state, and a late one isn't; an input that clauses elsewhere read too can't
 * be late here only (soundness.md, 4); what forgets on a condition derived elsewhere answers queries that it
 * shouldn't (soundness.md, 7).
 */

import type { Clause } from '../ir/clause.ts';
import {
  type Component,
  complement,
  componentOfRole,
  derivations,
  interfaceOf,
  namesOf,
  readersOf,
  referencesOf,
} from './component.ts';
import { joinDirections, latticeDirection } from './direction.ts';
import { conjunction, type Finding, finding, type Reason, reason } from './finding.ts';
import { forgettings } from './forgetting.ts';
import { functionalClause } from './functional.ts';
import { monotoneRelations } from './monotone-relations.ts';
import { columnTypes, keepingOf } from './shape.ts';

/**
 * How a part must be fed with an input: `kept`: the input only grows over time already; `keep`: the part keeps each
 * fact that arrives; `forward`: fact by fact, nothing is kept.
 */
export interface InputFeed {
  readonly relation: string;
  readonly feed: 'kept' | 'keep' | 'forward';
}

export interface Monotonicity {
  readonly finding: Finding;
  readonly inputs: readonly InputFeed[];
}

export function monotone(component: Component): Monotonicity {
  const relations = monotoneRelations(component);
  const judged = inputFeeds(component);
  const clauses = [...relations.values()].flatMap(({ finding: each }) =>
    each.kind === 'fails' ? each.reasons : [],
  );
  const reasons = [...new Set([...clauses, ...movingOutputs(component), ...judged.reasons])];
  const forgets = forgettings(component).map((each) => each.finding);
  return { finding: conjunction([finding(reasons), ...forgets]), inputs: judged.inputs };
}

/** A relation that other clauses of the role read must not have columns that move. */
function movingOutputs(component: Component): readonly Reason[] {
  const relations = monotoneRelations(component);
  const { outputs } = interfaceOf(component);
  return outputs.flatMap((name) => {
    if (!derivations(component).has(name)) return [];
    const types = columnTypes(component, name);
    const moving = (relations.get(name)?.columns ?? []).findIndex((direction, column) => {
      const allowed = latticeDirection(types[column] ?? { kind: 'int' });
      return joinDirections([direction, allowed]) !== allowed;
    });
    if (moving < 0) return [];
    const column = namesOf(component).get(name)?.columns[moving]?.name ?? String(moving);
    const text = `column \`${column}\` of \`${name}\` changes when more facts arrive`;
    return [reason('aggregate', null, [name], text)];
  });
}

function inputFeeds(component: Component): {
  readonly inputs: readonly InputFeed[];
  readonly reasons: readonly Reason[];
} {
  const names = namesOf(component);
  const lasting = logicallyPersisted(componentOfRole(component.program, component.role.name));
  const rest = complement(component);
  const elsewhere = new Set(rest.clauses.flatMap((clause) => referencesOf(rest, clause)));
  const inputs: InputFeed[] = [];
  const reasons: Reason[] = [];
  for (const relation of interfaceOf(component).inputs) {
    const kind = names.get(relation)?.kind;
    const meeting = firstMeeting(component, relation);
    if (lasting.has(relation)) inputs.push({ relation, feed: 'kept' });
    else if (meeting === null) inputs.push({ relation, feed: 'forward' });
    else if (kind === 'timer') {
      const text = `it reads the timer \`${relation}\` together with other facts`;
      reasons.push(reason('timer', meeting.id, [relation], text));
    } else if (kind !== 'channel') {
      const text = `\`${relation}\` isn't kept where it is derived, and is read together with other facts`;
      reasons.push(reason('input-not-persisted', meeting.id, [relation], text));
    } else if (elsewhere.has(relation)) {
      const text = `\`${relation}\` is read by other clauses too, which would see it at another time`;
      reasons.push(reason('input-read-elsewhere', meeting.id, [relation], text));
    } else inputs.push({ relation, feed: 'keep' });
  }
  return { inputs, reasons };
}

/** The first clause that reads facts which last no longer than the input together with other facts. */
function firstMeeting(component: Component, input: string): Clause | null {
  const derived = derivations(component);
  const short = new Set([input]);
  for (const name of short) {
    for (const clause of readersOf(component).get(name) ?? []) {
      if (functionalClause(component, clause).kind !== 'holds') return clause;
      const head = clause.head.relation;
      const isKept = (derived.get(head) ?? []).some((each) => keepingOf(each)?.kind === 'exact');
      if (clause.kind !== 'send' && !isKept) short.add(head);
    }
  }
  return null;
}

/**
 * Relations that only grow from tick to tick: kept without forgetting, or derived from nothing but such relations
 * by clauses that only add.
 */
export function logicallyPersisted(component: Component): ReadonlySet<string> {
  const derived = derivations(component);
  const relations = monotoneRelations(component);
  const found = new Set<string>();
  for (const [name, clauses] of derived) {
    if (clauses.some((clause) => keepingOf(clause)?.kind === 'exact')) found.add(name);
  }
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [name, clauses] of derived) {
      const judged = relations.get(name);
      const grows =
        judged?.finding.kind === 'holds' && judged.columns.every((column) => column === 'fixed');
      const lasts = clauses.every(
        (clause) =>
          clause.kind === 'now' && referencesOf(component, clause).every((each) => found.has(each)),
      );
      if (grows && lasts) found.add(name);
    }
  }
  return found;
}
