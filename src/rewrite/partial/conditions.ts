/** The side conditions of a coordinated spread, on the clauses as they were before it. */

import { readsOf } from '../../analysis/component.ts';
import { eventRelations } from '../../analysis/events.ts';
import { hasLattice, requiredReads } from '../../analysis/shape.ts';
import { defined } from '../../base/assert.ts';
import { atomOf, type Clause } from '../../ir/clause.ts';
import type { Channel } from '../../ir/program.ts';
import {
  asComponent,
  keepsOrder as keepsOrderOf,
  messagesCarryKey as messagesCarryKeyOf,
  no,
  yes,
} from '../conditions.ts';
import type { Policy } from '../language.ts';
import { coHashLemma, keyedInputs as keyedInputsOf } from '../lemmas.ts';
import type { PartView } from '../part.ts';
import type { Condition, Match, Proposal } from '../rule.ts';
import { isKeeping, type Sides } from './sides.ts';
import { spreadView } from './spread-view.ts';

/** What a proposal of this rule was made of. */
export interface Found {
  readonly sides: Sides;
  readonly policy: Policy;
}

const proposals = new WeakMap<Proposal, Found>();

export function remember(proposal: Proposal, found: Found): Proposal {
  proposals.set(proposal, found);
  return proposal;
}

function foundFor({ proposal }: Match): Found {
  return defined(proposals.get(proposal), 'the rule remembers what it proposes');
}

const views = new WeakMap<Sides, PartView>();

/** The match of a plain partitioning of what is spread, in which what is replicated is a table. */
export function spreadMatch(match: Match): Match {
  const { sides, policy } = foundFor(match);
  const view = views.get(sides) ?? spreadView(match.site, sides);
  views.set(sides, view);
  const proposal = { kind: 'partition', policy, summary: '' } as const;
  return { ...match, site: view, stay: view, move: view, proposal };
}

/** As for co-hashing, of all that isn't replicated. */
export const keyedInputs: Condition = {
  name: 'keyed-inputs',
  holds: (match) => keyedInputsOf.holds(spreadMatch(match)),
};

export const messagesCarryKey: Condition = {
  name: 'messages-carry-key',
  holds: (match) => messagesCarryKeyOf.holds(spreadMatch(match)),
};

export const coHashed: Condition = {
  name: 'co-hashing',
  holds: (match) => coHashLemma.holds(spreadMatch(match)),
};

/** Of the whole part: orders that came one after the other may have one turn, and inputs that waited one tick. */
export const keepsOrder: Condition = {
  name: 'keeps-order',
  holds: (match) => {
    const { policy } = foundFor(match);
    return keepsOrderOf.holds({
      ...match,
      proposal: { kind: 'partition', policy, summary: '' },
    });
  },
};

/**
 * Every process makes the same of the same orders. A timer or a delay goes off at each by itself, `choose` may choose
 * otherwise, and what is derived from nothing at all would be there before a process knows what was on disk.
 */
export const replicatedAlike: Condition = {
  name: 'replicated-alike',
  holds: (match) => {
    const { replicated, told, orders, inputs, sums } = foundFor(match).sides;
    const component = asComponent(match.site);
    const counted = [
      ...[...orders, ...inputs, ...sums.map((sum) => sum.relation)].map(({ name }) => name),
      ...replicated.map((clause) => clause.head.relation),
    ];
    // Two facts that were sent would be one that has arrived, and the turn would wait for the other.
    const merged = counted.find((name) => hasLattice(component, name));
    if (merged !== undefined) return no(`\`${merged}\` merges its facts in a lattice column`);
    for (const clause of [...replicated, ...told]) {
      const reads = readsOf(component, clause);
      const timer = reads.find((read) => read.source === 'timer' || read.mode === 'expired');
      if (timer !== undefined) {
        return no(`\`${timer.relation}\` goes off at each process by itself`);
      }
      const chooses = clause.head.args.some(
        (arg) => arg.kind === 'aggregate' && arg.aggregate === 'choose',
      );
      if (chooses) return no(`each process would choose its own \`${clause.head.relation}\``);
      if (!reads.some((read) => read.mode !== 'negated')) {
        return no(`\`${clause.head.relation}\` is derived from nothing that has been told`);
      }
    }
    return yes('what is replicated follows from orders, initial facts and the disk alone');
  },
};

/** Distinct values of different processes are distinct, and a share is there in the turn that asks for it. */
export const sumsAddUp: Condition = {
  name: 'sums-add-up',
  holds: (match) => {
    const { sides, policy } = foundFor(match);
    const component = asComponent(match.site);
    const fading = fadingRelations(match.site, sides);
    for (const { relation, clause, fold, column, over } of sides.sums) {
      const folded = clause.head.args[column];
      const named = new Set(
        folded?.kind === 'aggregate'
          ? folded.of.flatMap((each) => (each.kind === 'variable' ? [each.name] : []))
          : [],
      );
      const key = policy[over.relation] ?? [];
      const isShown = key.every((part) => {
        const arg = typeof part === 'number' ? over.args[part] : undefined;
        return arg?.kind === 'variable' && named.has(arg.name);
      });
      if ((fold === 'count' || fold === 'sum') && !(isShown && key.length > 0)) {
        return no(`two processes may each count one value of \`${relation.name}\``);
      }
      if (!requiredReads(component, clause).some((read) => fading.has(read.relation))) {
        return no(`\`${relation.name}\` may come to hold without an order`);
      }
    }
    return yes('shares of different processes are of different facts, and orders ask for them');
  },
};

/** Relations of which a tick without orders has no fact that the tick before lacked. */
function fadingRelations(site: PartView, { orders, replicated }: Sides): ReadonlySet<string> {
  const component = asComponent(site);
  const events = eventRelations(component);
  const own = new Set(replicated.map((clause) => clause.head.relation));
  const fading = new Set([...own, ...orders.map(({ name }) => name)]);
  const fades = (clause: Clause): boolean => {
    if (requiredReads(component, clause).some((read) => events.has(read.relation))) return true;
    if (clause.kind === 'next') return isKeeping(clause);
    // What is on disk is news in a turn only.
    return (
      clause.head.args.every((arg) => arg.kind === 'plain') &&
      readsOf(component, clause).every(
        ({ mode, relation }) => mode === 'stable' || (mode === 'positive' && fading.has(relation)),
      )
    );
  };
  for (let before = Number.POSITIVE_INFINITY; before > fading.size; ) {
    before = fading.size;
    for (const clause of replicated) if (!fades(clause)) fading.delete(clause.head.relation);
  }
  return fading;
}

/**
 * A crash in the midst of a turn leaves unsaid what some processes had to say of it, and what needs all shares. Beside
 * `level@c(m) :~ raise(c), top(m)` of the coordinator, `item@c(k) :~ raise(c), cell(k)` of a process may be lost. And what
 * two of them say in one tick is one message of the whole.
 */
export const mayBeLost: Condition = {
  name: 'may-be-lost',
  holds: (match) => {
    const { told, spread, summed, inputs } = foundFor(match).sides;
    const { program } = match.site;
    const channelOf = ({ head }: Clause): Channel =>
      defined(
        program.channels.find(({ name }) => name === head.relation),
        'what is sent is a channel',
      );
    const sends = spread.filter(({ kind }) => kind === 'send');
    const inTurns = [...sends.filter((clause) => !readsOne(clause, inputs)), ...summed];
    const kept = inTurns.map(channelOf).find(({ flags }) => !flags.lossy);
    if (kept !== undefined) return no(`\`${kept.name}\` may not be lost in a crash`);
    const counted = summed.map(channelOf).find(({ flags }) => flags.bag);
    if (counted !== undefined) return no(`every arrival of \`${counted.name}\` counts`);
    const groups = [told, sends, summed].map((clauses) => clauses.map(channelOf));
    const twice = groups.flatMap((channels, at) =>
      channels.filter((each) => groups.some((other, index) => index > at && other.includes(each))),
    );
    const external = new Set(program.roles.filter((role) => role.external).map(({ name }) => name));
    const repeated = twice.find(({ flags, to }) => !flags.duplicating || external.has(to));
    if (repeated !== undefined) return no(`\`${repeated.name}\` would be sent from two places`);
    return yes('what a turn sends may be lost, and comes from one place');
  },
};

function readsOne(clause: Clause, channels: readonly Channel[]): boolean {
  return clause.body.some(
    (literal) =>
      literal.kind === 'atom' && channels.some(({ name }) => name === literal.atom.relation),
  );
}

/**
 * The disks of a member are written apart. After a crash in a turn that of the coordinator may know of it and that of a
 * process not: what the turn changes on the disk of a process must follow again from what the coordinator's has.
 */
export const restoredAlike: Condition = {
  name: 'restored-alike',
  holds: (match) => {
    const { spread, inputs, replicated, orders } = foundFor(match).sides;
    const { relations } = match.site.role;
    const durable = new Set(relations.flatMap((each) => (each.durable ? [each.name] : [])));
    const own = new Set(replicated.map((clause) => clause.head.relation));
    const ordered = new Set(orders.map(({ name }) => name));
    const restored = new Set(
      [...own].filter((name) => isRestored(name, foundFor(match).sides, durable)),
    );
    const written = spread.filter(
      ({ kind, head }) => kind !== 'send' && durable.has(head.relation),
    );
    for (const clause of written) {
      const { relation } = clause.head;
      if (!isKeeping(clause)) {
        if (readsOne(clause, inputs)) continue;
        return no(`a turn may write \`${relation}\` to the disk of a process`);
      }
      const guards = clause.body.filter((literal) => atomOf(literal)?.relation !== relation);
      if (guards.some(({ kind }) => kind !== 'negated' && kind !== 'condition')) {
        return no(`\`${relation}\` is kept only as long as something else holds`);
      }
      const start = guards.flatMap((each) => atomOf(each)?.relation ?? []);
      const reached = reachedBack(match.site, start, restored);
      const forgotten = reached.find(
        (name) => !restored.has(name) && (own.has(name) || ordered.has(name)),
      );
      if (forgotten !== undefined && [...own].some((name) => durable.has(name))) {
        return no(
          `what \`${relation}\` forgets depends on \`${forgotten}\`, which a crash forgets`,
        );
      }
    }
    return yes('what a turn changes on disk follows again from what the coordinator has on disk');
  },
};

/** On disk, or derived in the same tick from what is and from what never changes. */
function isRestored(
  name: string,
  sides: Sides,
  durable: ReadonlySet<string>,
  above: readonly string[] = [],
): boolean {
  const { replicated, orders } = sides;
  if (durable.has(name)) return true;
  if (above.includes(name)) return false;
  const makers = replicated.filter((clause) => clause.head.relation === name);
  if (makers.length === 0) return !orders.some((order) => order.name === name);
  const names = makers.flatMap(({ body }) => body.flatMap((each) => atomOf(each)?.relation ?? []));
  return (
    makers.every(({ kind }) => kind === 'now') &&
    names.every((each) => isRestored(each, sides, durable, [...above, name]))
  );
}

/** Names that these depend on within the part, as far as the first that are restored. */
function reachedBack(
  site: PartView,
  names: readonly string[],
  restored: ReadonlySet<string>,
): readonly string[] {
  const component = asComponent(site);
  const reached = new Set(names);
  for (const name of reached) {
    if (restored.has(name)) continue;
    for (const clause of component.clauses) {
      if (clause.kind === 'send' || clause.head.relation !== name) continue;
      for (const read of readsOf(component, clause)) reached.add(read.relation);
    }
  }
  return [...reached];
}
