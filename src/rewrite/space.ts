/**
 * The search space: one e-graph that holds the clauses of all roles, their components and the plans of
 * each component, and the names that rewrites introduced. `saturate.ts` fills it, extraction reads it.
 */

import { defined, invariant } from '../base/assert.ts';
import { compareNumbers, sorted } from '../base/order.ts';
import { unusedName } from '../base/unused-name.ts';
import { EGraph } from '../egraph/egraph.ts';
import type { ClassId, NodeId } from '../egraph/ids.ts';
import type { Term } from '../egraph/term.ts';
import { atomOf, type Clause } from '../ir/clause.ts';
import { ME, variable } from '../ir/expression.ts';
import type { Channel, Program, Relation } from '../ir/program.ts';
import { variableTypes } from '../ir/typing.ts';
import { asDeclared, type HowDeclared } from './dependencies-in.ts';
import {
  type ComponentPayload,
  clauseTerm,
  type Forward,
  literalsOf,
  type Payload,
  type Policy,
  payloadKey,
  rigidNames,
  termClause,
} from './language.ts';
import { oldestNode, oldestTerm } from './oldest.ts';
import { type Introduced, type PartView, viewPart } from './part.ts';
import type { Construction, DraftClause, ForwardRequest, Fresh } from './rule.ts';

/** A forward with the body it carries, so that its load can be measured in the base program. */
export interface ForwardInfo {
  readonly forward: Forward;
  readonly role: string;
  readonly clause: Clause;
}

/** Clauses that a cut adds to a role, so that their load can be measured in the base program. */
export interface ConstructionInfo {
  readonly role: string;
  readonly clauses: readonly Clause[];
  /** Its relations and channels. */
  readonly names: readonly string[];
}

/** One way to implement a component, as extraction sees it. */
export type PlanNode =
  | { readonly kind: 'alone'; readonly component: ClassId }
  | {
      readonly kind: 'partition';
      readonly node: NodeId;
      readonly rule: string;
      readonly policy: Policy;
      readonly component: ClassId;
    }
  | {
      readonly kind: 'decouple';
      readonly node: NodeId;
      readonly rule: string;
      readonly forwards: readonly Forward[];
      readonly stay: ClassId;
      readonly move: ClassId;
    };

export class Space {
  readonly base: Program;
  /** How the dependencies that the program declares are known. */
  readonly declared: HowDeclared;
  readonly egraph: EGraph<Payload> = new EGraph<Payload>({ payloadKey });
  readonly #channels = new Map<string, Channel>();
  readonly #relations = new Map<string, Relation>();
  readonly #parameters: string[] = [];
  readonly #forwards = new Map<string, ForwardInfo>();
  readonly #constructions = new Map<string, Construction>();
  readonly #built: ConstructionInfo[] = [];
  /** One object a clause, so that what is known of it can be remembered by it. */
  readonly #clauses = new Map<NodeId, Clause>();
  readonly #taken: Set<string>;
  readonly #rigid: ReadonlySet<string>;

  constructor(base: Program, declared: HowDeclared = asDeclared) {
    this.base = base;
    this.declared = declared;
    this.#rigid = rigidNames(base);
    this.#taken = new Set([
      ...base.parameters.map((parameter) => parameter.name),
      ...base.channels.map((channel) => channel.name),
      ...base.functions.map((each) => each.name),
      ...base.roles.flatMap((role) => [
        role.name,
        ...role.relations.map((relation) => relation.name),
        ...role.statics.map((table) => table.name),
        ...role.timers.map((timer) => timer.name),
      ]),
    ]);
  }

  get introduced(): Introduced {
    return {
      channels: this.#channels,
      relations: this.#relations,
      parameters: this.#parameters,
    };
  }

  get forwards(): readonly ForwardInfo[] {
    return [...this.#forwards.values()];
  }

  /** The plans of a role as written: its clauses on one node. */
  addRole(role: string): ClassId {
    const owner = defined(
      this.base.roles.find((each) => each.name === role),
      'roles are taken from the program',
    );
    const clauses = owner.clauses.map((clause) =>
      this.egraph.addTerm(clauseTerm(clause, this.#rigid)),
    );
    const observed = observedRelations(
      this.base,
      owner.relations.map((each) => each.name),
    );
    return this.planOf(this.addComponent({ role, relayed: [], observed }, clauses));
  }

  /** A component is a set of clauses: their classes in order of age. */
  addComponent(payload: ComponentPayload, clauses: readonly ClassId[]): ClassId {
    const classes = sorted(
      new Set(clauses.map((id) => this.egraph.find(id))),
      (a, b) => compareNumbers(this.oldest(a), this.oldest(b)) || compareNumbers(a, b),
    );
    return this.egraph.add('component', classes, payload);
  }

  /** The plans of a component; `alone` is the first of them. */
  planOf(component: ClassId): ClassId {
    return this.egraph.find(this.egraph.add('alone', [component]));
  }

  addDraft(draft: DraftClause): ClassId {
    return draft.kind === 'known' ? draft.id : this.egraph.addTerm(draft.term);
  }

  planNodes(plan: ClassId): readonly PlanNode[] {
    return this.egraph.nodesOf(plan).map((node) => this.#planNode(node));
  }

  /** The component e-nodes of a component class: equal ways to write it. */
  componentsOf(
    component: ClassId,
  ): readonly { payload: ComponentPayload; clauses: readonly ClassId[] }[] {
    return this.egraph.nodesOf(component).map((node) => {
      const { op, payload, children } = this.egraph.node(node);
      invariant(op === 'component', 'component classes hold components only');
      return { payload: payload as ComponentPayload, clauses: children };
    });
  }

  /** The clause of a class as it was first written: its oldest e-node, and so down to the leaves. */
  clauseOf(id: ClassId): Clause {
    const oldest = this.oldest(id);
    const known = this.#clauses.get(oldest);
    if (known !== undefined) return known;
    const clause = termClause(this.termOf(id));
    this.#clauses.set(oldest, clause);
    return clause;
  }

  termOf(id: ClassId): Term<Payload> {
    return oldestTerm(this.egraph, id);
  }

  oldest(id: ClassId): NodeId {
    return oldestNode(this.egraph, id);
  }

  viewOf(component: ClassId): PartView {
    const [first] = this.componentsOf(component);
    const { payload, clauses } = defined(first, 'a class has an e-node');
    return viewPart(this.base, this.introduced, {
      ...payload,
      clauses: clauses.map((clause) => this.clauseOf(clause)),
    });
  }

  /**
   * The forward that carries these bindings; asked twice, it is the same channel. But a channel has one
   * reader: a part that has a forward of the name already, for an earlier cut, sends the bindings twice.
   */
  forwardOf(request: ForwardRequest, taken: ReadonlySet<string> = new Set()): Forward {
    for (let copy = 0; ; copy += 1) {
      const forward = this.#forwardCopy(request, copy);
      if (!taken.has(forward.name)) return forward;
    }
  }

  #forwardCopy(request: ForwardRequest, copy: number): Forward {
    const { body, columns, relays, role } = request;
    const key = payloadKey({
      rule: JSON.stringify([role, literalsOf(body), columns, relays, copy]),
      forwards: [],
    });
    const known = this.#forwards.get(key);
    if (known !== undefined) return known.forward;
    const name = this.#freshName(request.hint);
    const forward: Forward = { name, columns, relays };
    const clause: Clause = {
      id: name,
      kind: 'send',
      head: {
        relation: name,
        args: columns.map((column) => ({ kind: 'plain', value: variable(column) })),
        destination: ME,
      },
      body: literalsOf(body),
      written: 'clause',
    };
    this.#forwards.set(key, { forward, role, clause });
    this.#channels.set(name, this.#channelOf(forward, role, clause));
    return forward;
  }

  get constructions(): readonly ConstructionInfo[] {
    return this.#built;
  }

  /** What a cut needs besides forwards, under names of its own; asked twice, it is the same. */
  construct<T extends Construction>(role: string, key: string, make: (fresh: Fresh) => T): T {
    const id = JSON.stringify([role, key]);
    // One key is asked for by one rule, with one kind of construction.
    const known = this.#constructions.get(id) as T | undefined;
    if (known !== undefined) return known;
    const made = make((hint) => this.#freshName(hint));
    this.#constructions.set(id, made);
    for (const channel of made.channels) this.#channels.set(channel.name, channel);
    for (const relation of made.relations) this.#relations.set(relation.name, relation);
    this.#parameters.push(...(made.parameters ?? []));
    const names = [...made.relations, ...made.channels].map(({ name }) => name);
    this.#built.push({ role, clauses: made.observed, names });
    return made;
  }

  /** A clause on its way into the e-graph. */
  draft(clause: Clause): DraftClause {
    const term = clauseTerm(clause, this.#rigid);
    return { kind: 'new', term, clause: termClause(term) };
  }

  /** A relation of the moved part that keeps every fact of the forward. */
  keptOf(forward: Forward): string {
    const name = `${forward.name}Kept`;
    const channel = defined(this.#channels.get(forward.name), 'forwards are made by forwardOf');
    if (!this.#relations.has(name)) {
      this.#taken.add(name);
      const { columns, dependencies } = channel;
      this.#relations.set(name, { name, columns, dependencies, durable: false });
    }
    return name;
  }

  #channelOf(forward: Forward, role: string, clause: Clause): Channel {
    const owner = defined(
      this.base.roles.find((each) => each.name === role),
      'roles are taken from the program',
    );
    const program = {
      ...this.base,
      channels: [...this.base.channels, ...this.#channels.values()],
    };
    const holder = { ...owner, relations: [...owner.relations, ...this.#relations.values()] };
    const types = variableTypes(program, holder, clause.body);
    const columns = forward.columns.map((name) => ({
      name,
      type: defined(types.get(name), `the body of \`${forward.name}\` binds \`${name}\``),
    }));
    const flags = { lossy: false, duplicating: false, ordered: false, bag: false };
    const { name } = forward;
    return { name, columns, dependencies: [], from: role, to: role, flags, route: [] };
  }

  #planNode(id: NodeId): PlanNode {
    const { op, payload, children } = this.egraph.node(id);
    const [first, second] = children;
    invariant(first !== undefined, 'plans have children');
    if (op === 'alone') return { kind: 'alone', component: first };
    if (second === undefined) {
      const { rule, policy } = payload as { rule: string; policy: Policy };
      return { kind: 'partition', node: id, rule, policy, component: first };
    }
    const { rule, forwards } = payload as { rule: string; forwards: readonly Forward[] };
    return { kind: 'decouple', node: id, rule, forwards, stay: first, move: second };
  }

  #freshName(hint: string): string {
    const name = unusedName(hint, this.#taken);
    this.#taken.add(name);
    return name;
  }
}

function observedRelations(program: Program, own: readonly string[]): readonly string[] {
  const literals = program.invariants.flatMap((each) => [...each.body, ...each.conclusion]);
  const named = new Set(literals.flatMap((literal) => atomOf(literal)?.relation ?? []));
  return own.filter((name) => named.has(name));
}
