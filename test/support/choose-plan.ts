/** A plan out of a search space by choices of one's own, not by cost: for tests that judge every plan. */
import { defined, invariant } from '../../src/base/assert.ts';
import type { Prng } from '../../src/base/prng.ts';
import { RandomExtractor } from '../../src/egraph/extract-random.ts';
import type { ClassId, NodeId } from '../../src/egraph/ids.ts';
import type { Clause } from '../../src/ir/clause.ts';
import { printProgram } from '../../src/ir/print.ts';
import type { Program } from '../../src/ir/program.ts';
import { lowerPlacement } from '../../src/plan/lower.ts';
import type { PlacedForward, PlacedPart, Placement } from '../../src/plan/placement.ts';
import {
  type ComponentPayload,
  type Forward,
  type Policy,
  termClause,
} from '../../src/rewrite/language.ts';
import type { Saturated } from '../../src/rewrite/saturate.ts';
import { loadProgram } from '../../src/syntax/load.ts';

/** One e-node of each class that the plan needs, and a term of each of its clauses. */
export interface PlanChoice {
  readonly nodeOf: (id: ClassId) => NodeId;
  readonly clauseOf: (id: ClassId) => Clause;
}

/** Draws plans again and again from one finished search, equations and all. */
export function randomChoices({ space, roots }: Saturated): (prng: Prng) => PlanChoice {
  const extractor = new RandomExtractor(space.egraph);
  return (prng) => {
    const drawn = defined(extractor.draw([...roots.values()], prng), 'every role has a plan');
    return {
      nodeOf: (id) => defined(drawn.nodeOf(id), 'drawn with its parents'),
      clauseOf: (id) => termClause(drawn.termOf(id)),
    };
  };
}

/** The plan with this e-node in it, and with others of its match; everything else as it was written. */
export function choosing({ space, applications }: Saturated, wanted: NodeId): PlanChoice {
  const all = [wanted, ...(applications.get(wanted)?.beside ?? [])];
  const chosen = new Map(all.map((node) => [space.egraph.find(node), node]));
  const nodeOf = (id: ClassId): NodeId => chosen.get(space.egraph.find(id)) ?? space.oldest(id);
  return { nodeOf, clauseOf: (id) => space.clauseOf(id) };
}

/** The chosen plan as a program that was printed and loaded again. */
export function planProgram(saturated: Saturated, choice: PlanChoice): Program {
  const { base } = saturated.space;
  const { program } = lowerPlacement(base, placementOf(saturated, choice));
  const text = printProgram(program);
  const again = loadProgram({ name: 'plan.ir', text });
  const message = again.kind === 'ok' ? '' : again.error.map((each) => each.message).join('\n');
  invariant(again.kind === 'ok', `a plan is a program that loads:\n${message}\n${text}`);
  return again.value.program;
}

function placementOf({ space, roots }: Saturated, choice: PlanChoice): Placement {
  const { egraph, introduced } = space;
  const parts: PlacedPart[] = [];
  const forwards: PlacedForward[] = [];
  const place = (component: ClassId, home: boolean, by: string, policy: Policy | null): void => {
    const { payload, children } = egraph.node(choice.nodeOf(component));
    const clauses = children.map((id) => choice.clauseOf(id));
    const { role, relayed } = payload as ComponentPayload;
    const instances = policy === null ? 1 : 2;
    parts.push({ role, home, by, clauses, relayed, policy, instances });
  };
  const visit = (plan: ClassId, home: boolean, by: string): void => {
    const { op, payload, children } = egraph.node(choice.nodeOf(plan));
    const first = defined(children[0], 'plans have children');
    const second = children[1];
    if (second === undefined) {
      const policy = op === 'alone' ? null : (payload as { policy: Policy }).policy;
      place(first, home, op === 'alone' ? by : op, policy);
      return;
    }
    for (const forward of (payload as { forwards: readonly Forward[] }).forwards) {
      const channel = defined(introduced.channels.get(forward.name), 'forwards are channels');
      if (forwards.every((each) => each.channel.name !== channel.name))
        forwards.push({
          channel,
          relays: forward.relays,
          ...(forward.counts === undefined ? {} : { counts: forward.counts }),
        });
    }
    visit(first, home, by);
    visit(second, false, op);
  };
  for (const plan of roots.values()) visit(plan, true, 'original');
  const kept = [...introduced.relations.values()];
  return { parts, forwards, kept };
}
