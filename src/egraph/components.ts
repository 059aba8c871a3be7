/** Strongly connected components (Tarjan 1972), without recursion. */
import { defined } from '../base/assert.ts';

type Frame<T> = { readonly node: T; readonly targets: readonly T[]; next: number };
type Entry = { readonly index: number; low: number; open: boolean };

/** By node, the members of its component; nodes that are only targets are left out. */
export function components<T>(
  nodes: Iterable<T>,
  targetsOf: (node: T) => readonly T[],
): ReadonlyMap<T, readonly T[]> {
  const all = new Set(nodes);
  const entries = new Map<T, Entry>();
  const result = new Map<T, readonly T[]>();
  const pending: T[] = [];
  const stack: Frame<T>[] = [];
  const open = (node: T): void => {
    entries.set(node, { index: entries.size, low: entries.size, open: true });
    pending.push(node);
    stack.push({ node, targets: targetsOf(node).filter((target) => all.has(target)), next: 0 });
  };
  const close = (node: T, entry: Entry): void => {
    const parent = stack.at(-1);
    if (parent !== undefined) {
      const above = defined(entries.get(parent.node), 'nodes on the stack are open');
      above.low = Math.min(above.low, entry.low);
    }
    if (entry.low !== entry.index) return;
    const members = pending.splice(pending.lastIndexOf(node));
    for (const member of members) {
      defined(entries.get(member), 'pending nodes are open').open = false;
      result.set(member, members);
    }
  };
  for (const root of all) {
    if (entries.has(root)) continue;
    open(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const entry = defined(entries.get(frame.node), 'nodes on the stack are open');
      const target = frame.targets[frame.next++];
      if (target === undefined) {
        stack.pop();
        close(frame.node, entry);
        continue;
      }
      const seen = entries.get(target);
      if (seen === undefined) open(target);
      else if (seen.open) entry.low = Math.min(entry.low, seen.index);
    }
  }
  return result;
}
