/**
 * The e-graph's language: clause bodies as terms of relational algebra over *names*, clauses, and the
 * constructors of components and their refinements.
 *
 * Columns are the clause's own variables, so `join` is the natural join and needs no renumbering. Every
 * cycle of a program is cut at a name: `scan` is a leaf that is never united with the body of the
 * relation it reads (docs/adr/0002). Aggregation stands in a clause's head, so bodies are free of it.
 *
 * Sorts, by operator:
 *   body       unit | scan | join | anti | filter | bind
 *   clause     clause<id, kind, head>(body)
 *   component  component<role, relayed>(clause...)              runs on one node: one clock
 *   plan       alone(component) | partition<policy>(component)  implementations of a component
 *              | <decoupling rule><forwards>(plan stay, plan move)
 *
 * Refinement constructors are plans, never components, and determine what they implement (soundness.md, 11).
 */

import { canonicalJson } from '../base/order.ts';
import { type Term, term } from '../egraph/term.ts';
import type { Atom, Clause, ClauseKind, Head, Literal } from '../ir/clause.ts';
import { type Expression, variable } from '../ir/expression.ts';
import type { Keys } from '../ir/key.ts';
import type { Program } from '../ir/program.ts';

export interface ScanPayload {
  readonly literal: 'atom' | 'stable' | 'expired';
  readonly relation: string;
  /** Variables, wildcards and constants only. */
  readonly args: readonly Expression[];
  readonly delayMs: Expression | null;
  /** The same facts at all times and on all nodes: members of a role, static tables. */
  readonly rigid: boolean;
}

export interface ClausePayload {
  /** The source clause, or the channel of a forward; the key of its load. */
  readonly id: string;
  readonly kind: ClauseKind;
  readonly head: Head;
  readonly written: Clause['written'];
}

export interface ComponentPayload {
  readonly role: string;
  /** Channels that this component receives through a relay and not from their senders. */
  readonly relayed: readonly string[];
  /** Relations of the role that an invariant speaks of: no equation may do away with them (soundness.md, 11). */
  readonly observed: readonly string[];
}

/** A channel that a decoupling introduces: facts of `name` go from the staying to the moved part. */
export interface Forward {
  readonly name: string;
  readonly columns: readonly string[];
  /** The channel whose facts it carries unchanged, when the staying part is a relay for it. */
  readonly relays: string | null;
  /** The parameter that says how many processes of a member read it; left out when no clause asks. */
  readonly counts?: string;
}

/** The key of every relation and channel of a partitioned component, by name. */
export type Policy = Keys;

export type Payload =
  | ScanPayload
  | ClausePayload
  | ComponentPayload
  | { readonly relation: string; readonly args: readonly Expression[] }
  | { readonly expression: Expression }
  | { readonly variable: string; readonly value: Expression }
  | { readonly rule: string; readonly forwards: readonly Forward[] }
  | { readonly rule: string; readonly policy: Policy };

export type BodyTerm = Term<Payload>;

export const UNIT: BodyTerm = term<Payload>('unit');

/** The clause as a term. Arguments that are expressions become conditions on a fresh variable. */
export function clauseTerm(clause: Clause, rigid: ReadonlySet<string>): Term<Payload> {
  let body: BodyTerm = UNIT;
  const later: Literal[] = [];
  const fresh = freshNames(clause);
  for (const literal of clause.body) {
    if (literal.kind === 'condition' || literal.kind === 'bind' || literal.kind === 'negated') {
      later.push(literal);
      continue;
    }
    const simple = simplified(literal.atom, fresh, later);
    const scan = scanTerm({
      literal: literal.kind,
      relation: simple.relation,
      args: simple.args,
      delayMs: literal.kind === 'expired' ? literal.delayMs : null,
      rigid: rigid.has(simple.relation),
    });
    body = body.op === 'unit' ? scan : term<Payload>('join', [body, scan]);
  }
  const columns = columnsOf(body);
  for (const literal of inDependencyOrder(later, fresh)) {
    body = applied(asConditionIfBound(literal, columns), body);
  }
  const { id, kind, head, written } = clause;
  return term<Payload>('clause', [body], { id, kind, head, written });
}

export function scanTerm(payload: ScanPayload): BodyTerm {
  return term<Payload>('scan', [], payload);
}

/** A scan of all columns of a relation or channel as variables. */
export function scanOf(relation: string, variables: readonly string[]): BodyTerm {
  const args = variables.map(variable);
  return scanTerm({ literal: 'atom', relation, args, delayMs: null, rigid: false });
}

/** Names of the program whose facts are the same at all times and on all nodes. */
export function rigidNames(program: Program): ReadonlySet<string> {
  return new Set(
    program.roles.flatMap((role) => [role.name, ...role.statics.map((table) => table.name)]),
  );
}

/** The variables that a body binds. */
export function columnsOf(body: BodyTerm): ReadonlySet<string> {
  const columns = new Set(body.children.flatMap((child) => [...columnsOf(child)]));
  if (body.op === 'scan') {
    for (const arg of (body.payload as ScanPayload).args) {
      if (arg.kind === 'variable') columns.add(arg.name);
    }
  }
  if (body.op === 'bind') columns.add((body.payload as { variable: string }).variable);
  return columns;
}

/** `slot = s + 1, log(slot)` binds `slot` by the atom: what is left of the bind is a condition. */
function asConditionIfBound(literal: Literal, columns: ReadonlySet<string>): Literal {
  if (literal.kind !== 'bind' || !columns.has(literal.variable)) return literal;
  const left = variable(literal.variable);
  return {
    kind: 'condition',
    expression: { kind: 'binary', operator: '==', left, right: literal.value },
  };
}

/** The inverse of `clauseTerm`: literals in an order in which every variable is bound before use. */
export function termClause(clause: Term<Payload>): Clause {
  const payload = clause.payload as ClausePayload;
  const [body] = clause.children;
  return { ...payload, body: body === undefined ? [] : literalsOf(body) };
}

export function literalsOf(body: BodyTerm): readonly Literal[] {
  const inner = body.children.flatMap(literalsOf);
  switch (body.op) {
    case 'scan': {
      const { literal, relation, args, delayMs } = body.payload as ScanPayload;
      const atom: Atom = { relation, args, at: null };
      if (literal === 'expired') return [{ kind: literal, atom, delayMs: delayMs as Expression }];
      return [{ kind: literal, atom }];
    }
    case 'anti': {
      const { relation, args } = body.payload as { relation: string; args: readonly Expression[] };
      return [...inner, { kind: 'negated', atom: { relation, args, at: null } }];
    }
    case 'filter': {
      const { expression } = body.payload as { expression: Expression };
      return [...inner, { kind: 'condition', expression }];
    }
    case 'bind': {
      const bind = body.payload as { variable: string; value: Expression };
      return [...inner, { kind: 'bind', variable: bind.variable, value: bind.value }];
    }
    default:
      return inner;
  }
}

/** One operator on top of a body: the term that the literal adds. */
export function applied(literal: Literal, body: BodyTerm): BodyTerm {
  switch (literal.kind) {
    case 'negated':
      return term<Payload>('anti', [body], {
        relation: literal.atom.relation,
        args: literal.atom.args,
      });
    case 'condition':
      return term<Payload>('filter', [body], { expression: literal.expression });
    case 'bind':
      return term<Payload>('bind', [body], { variable: literal.variable, value: literal.value });
    default:
      return body;
  }
}

export const payloadKey: (payload: Payload) => string = canonicalJson;

function isSimple(expression: Expression): boolean {
  return ['variable', 'wildcard', 'int', 'bool', 'string', 'parameter', 'me'].includes(
    expression.kind,
  );
}

/** The atom with simple arguments; what an argument computed goes to `later`. */
function simplified(atom: Atom, fresh: () => string, later: Literal[]): Atom {
  const args = atom.args.map((arg): Expression => {
    if (isSimple(arg)) return arg;
    const name = fresh();
    const left = variable(name);
    later.push({
      kind: 'condition',
      expression: { kind: 'binary', operator: '==', left, right: arg },
    });
    return left;
  });
  return { ...atom, args };
}

/** Binds first, in source order, then conditions, then negations (whose arguments may use binds). */
function inDependencyOrder(later: readonly Literal[], fresh: () => string): readonly Literal[] {
  const binds = later.filter((literal) => literal.kind === 'bind');
  const conditions = later.filter((literal) => literal.kind === 'condition');
  const negated: Literal[] = [];
  const computed: Literal[] = [];
  for (const literal of later) {
    if (literal.kind !== 'negated') continue;
    const args = literal.atom.args.map((arg): Expression => {
      if (isSimple(arg)) return arg;
      const name = fresh();
      computed.push({ kind: 'bind', variable: name, value: arg });
      return variable(name);
    });
    negated.push({ kind: 'negated', atom: { ...literal.atom, args } });
  }
  return [...binds, ...computed, ...conditions, ...negated];
}

function freshNames(clause: Clause): () => string {
  const taken = canonicalJson({ head: clause.head, body: clause.body });
  let next = 0;
  return () => {
    for (;;) {
      next += 1;
      const name = `v${next}`;
      if (!taken.includes(`"${name}"`)) return name;
    }
  };
}
