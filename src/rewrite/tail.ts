/**
 * Functional tails: where a clause's body can be cut so that what lies above the cut is computed from
 * one forwarded fact and rigid data alone. They are read from the e-graph, so every equation that
 * moves a join with rigid data, a condition or a bind outwards opens cuts that the text doesn't show.
 */

import {
  by,
  canonicalJson,
  compareNumbers,
  compareStrings,
  inOrder,
  sorted,
} from '../base/order.ts';
import type { ClassId } from '../egraph/ids.ts';
import { type Term, term } from '../egraph/term.ts';
import { type Expression, variablesOf } from '../ir/expression.ts';
import {
  type ClausePayload,
  columnsOf,
  type Forward,
  type Payload,
  type ScanPayload,
  scanOf,
  UNIT,
} from './language.ts';
import type { Tail } from './rule.ts';
import type { Space } from './space.ts';

/** Cuts of one clause that are considered; the rest is counted as cut off. */
export const TAILS_MAX = 6;

type Operator =
  | { readonly kind: 'join'; readonly scan: Term<Payload> }
  | { readonly kind: 'filter' | 'bind'; readonly payload: Payload };

/** The cuts of a clause class, those that move most first. */
export function functionalTails(space: Space, clause: ClassId): readonly Tail[] {
  const root = space.egraph.node(space.oldest(clause));
  const payload = root.payload as ClausePayload;
  const body = root.children[0];
  if (payload.kind !== 'send' || body === undefined) return [];
  if (payload.head.args.some((arg) => arg.kind !== 'plain')) return [];
  const tails = new Map<string, Tail>();
  const seen = new Set<string>();
  const visit = (id: ClassId, above: readonly Operator[]): void => {
    const key = `${space.egraph.find(id)}:${canonicalJson(above)}`;
    if (seen.has(key) || seen.size > 64) return;
    seen.add(key);
    const tail = makeTail(payload, space.termOf(id), above);
    if (tail !== null && !rigidOnly(tail.below) && movesWork(space, tail.below, above)) {
      tails.set(canonicalJson([tail.columns, tail.below, tail.moved]), tail);
    }
    for (const node of space.egraph.nodesOf(id)) {
      const { op, payload: own, children } = space.egraph.node(node);
      const [first, second] = children;
      if (first === undefined || own === undefined) {
        if (op !== 'join' || first === undefined || second === undefined) continue;
        const scan = space.termOf(second);
        if (isRigid(scan)) visit(first, [...above, { kind: 'join', scan }]);
        continue;
      }
      if (op === 'filter' || op === 'bind') visit(first, [...above, { kind: op, payload: own }]);
    }
  };
  visit(body, []);
  return sorted(
    tails.values(),
    inOrder(
      // Facts that a condition removes needn't be sent: conditions stay below the cut.
      by((tail: Tail) => tail.moved.filter((each) => each === 'filter').length),
      (a, b) => compareNumbers(b.moved.length, a.moved.length),
      by((tail: Tail) => tail.columns.length),
      (a, b) => compareStrings(canonicalJson(a.below), canonicalJson(b.below)),
    ),
  ).slice(0, TAILS_MAX);
}

/**
 * A cut pays when what moves multiplies messages or computes: a join with several rigid facts, or a
 * call. A forward of a forward, or of as many messages as before, would add a hop for nothing; such
 * cuts are legal and never part of a cheapest plan, so they aren't proposed.
 */
function movesWork(space: Space, below: Term<Payload>, above: readonly Operator[]): boolean {
  if (below.op === 'scan') {
    const { relation } = below.payload as ScanPayload;
    if (space.introduced.channels.has(relation)) return false;
  }
  return above.some((operator) => {
    if (operator.kind !== 'join') return JSON.stringify(operator.payload).includes('"call"');
    const { relation } = operator.scan.payload as ScanPayload;
    const members = space.base.roles.find((role) => role.name === relation);
    return members === undefined || members.size !== null || members.external;
  });
}

function isRigid(body: Term<Payload>): boolean {
  return body.op === 'scan' && (body.payload as ScanPayload).rigid;
}

function rigidOnly(body: Term<Payload>): boolean {
  if (body.op === 'scan') return isRigid(body);
  return body.children.every(rigidOnly);
}

function makeTail(
  payload: ClausePayload,
  below: Term<Payload>,
  above: readonly Operator[],
): Tail | null {
  const needed = new Set([
    ...payload.head.args.flatMap((arg) => (arg.kind === 'plain' ? variablesOf(arg.value) : [])),
    ...(payload.head.destination === null ? [] : variablesOf(payload.head.destination)),
    ...above.flatMap(variablesUsed),
  ]);
  const columns = [...columnsOf(below)].filter((name) => needed.has(name));
  return {
    below,
    columns,
    rest: (forward: Forward) => {
      let body = scanOf(forward.name, forward.columns);
      for (const operator of [...above].reverse()) body = apply(operator, body);
      return term<Payload>('clause', [body.op === 'unit' ? UNIT : body], payload);
    },
    moved: above.map((operator) => operator.kind),
  };
}

function apply(operator: Operator, body: Term<Payload>): Term<Payload> {
  if (operator.kind === 'join') return term<Payload>('join', [body, operator.scan]);
  return term<Payload>(operator.kind, [body], operator.payload);
}

function variablesUsed(operator: Operator): readonly string[] {
  if (operator.kind === 'join') return [...columnsOf(operator.scan)];
  const payload = operator.payload as { expression?: Expression; value?: Expression };
  const expression = payload.expression ?? payload.value;
  return expression === undefined ? [] : variablesOf(expression);
}
