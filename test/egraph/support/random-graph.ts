/** Random sequences of additions and unions, and a congruence closure that is plainly right. */
import fc from 'fast-check';
import type { EGraph } from '../../../src/egraph/egraph.ts';
import type { NodeId } from '../../../src/egraph/ids.ts';

/** Operands are positions among what was added before, modulo their number. */
export type Command =
  | {
      readonly kind: 'add';
      readonly op: string;
      readonly payload: number;
      readonly children: readonly number[];
    }
  | { readonly kind: 'union'; readonly left: number; readonly right: number }
  | { readonly kind: 'rebuild' };

const operand = fc.nat({ max: 40 });

const add: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('add' as const),
  op: fc.constantFrom('f', 'g', 'h'),
  payload: fc.constantFrom(0, 0, 0, 1, 2),
  children: fc.oneof(
    fc.array(operand, { maxLength: 3 }),
    fc.array(operand, { minLength: 1, maxLength: 2 }),
  ),
});

const union: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('union' as const),
  left: operand,
  right: operand,
});

const rebuild: fc.Arbitrary<Command> = fc.constant({ kind: 'rebuild' as const });

/** Mostly additions: too many unions leave one class, where everything is right by accident. */
export const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { arbitrary: add, weight: 6 },
    { arbitrary: union, weight: 2 },
    { arbitrary: rebuild, weight: 1 },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);

/** Payload 0 stands for none, so that both kinds of e-nodes occur. */
export function payloadOf(payload: number): number | undefined {
  return payload === 0 ? undefined : payload;
}

/** Runs the commands; returns what each addition returned. */
export function build(egraph: EGraph<number>, script: readonly Command[]): readonly NodeId[] {
  const ids: NodeId[] = [];
  const at = (position: number): NodeId => ids[position % ids.length] ?? egraph.add('unused');
  for (const command of script) {
    if (command.kind === 'rebuild') {
      egraph.rebuild();
    } else if (command.kind === 'add') {
      const children = ids.length === 0 ? [] : command.children.map(at);
      ids.push(egraph.add(command.op, children, payloadOf(command.payload)));
    } else if (ids.length > 0) {
      egraph.union(at(command.left), at(command.right), 'axiom');
    }
  }
  egraph.rebuild();
  return ids;
}

/** A representative for each addition, by comparing all pairs until nothing changes. */
export function naiveClosure(script: readonly Command[]): readonly number[] {
  type Node = { readonly head: string; readonly children: readonly number[] };
  const nodes: Node[] = [];
  const leaders: number[] = [];
  const merge = (left: number, right: number): boolean => {
    const [from, to] = [leaders[left] ?? left, leaders[right] ?? right];
    if (from === to) return false;
    for (const [index, leader] of leaders.entries()) if (leader === from) leaders[index] = to;
    return true;
  };
  const unions: (readonly [number, number])[] = [];
  for (const command of script) {
    if (command.kind === 'add') {
      const children =
        nodes.length === 0 ? [] : command.children.map((each) => each % nodes.length);
      leaders.push(nodes.length);
      nodes.push({ head: `${command.op} ${command.payload}`, children });
    } else if (command.kind === 'union' && nodes.length > 0) {
      unions.push([command.left % nodes.length, command.right % nodes.length]);
    }
  }
  for (const [left, right] of unions) merge(left, right);
  const congruent = (left: Node, right: Node): boolean =>
    left.head === right.head &&
    left.children.length === right.children.length &&
    left.children.every((child, at) => leaders[child] === leaders[right.children[at] ?? -1]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [left, node] of nodes.entries()) {
      for (const [right, other] of nodes.entries()) {
        if (congruent(node, other) && merge(left, right)) changed = true;
      }
    }
  }
  return leaders;
}
