/** Every plan of a small table with every number of processes, by plain enumeration. */

import type { ClassId } from '../../../src/egraph/ids.ts';
import type { Tree } from '../../../src/extract/choose.ts';
import { periodOf, type RoleTable } from '../../../src/extract/plan-table.ts';

/** No class is used below itself; a spread part has 2 to `processesMax` processes. */
export function allTrees(role: RoleTable, processesMax: number): readonly Tree[] {
  const expand = (id: ClassId, above: readonly ClassId[]): readonly Tree[] => {
    if (above.includes(id)) return [];
    const nodes = role.classes.find((each) => each.id === id)?.nodes ?? [];
    return nodes.flatMap((node): readonly Tree[] => {
      if (node.kind === 'leaf') {
        const counts =
          node.spread === null ? [1] : Array.from({ length: processesMax - 1 }, (_, at) => at + 2);
        return counts.map((processes) => ({
          kind: 'leaf',
          leaf: node,
          processes,
          period: periodOf(node, processes),
        }));
      }
      const moves = expand(node.move, [...above, id]);
      return expand(node.stay, [...above, id]).flatMap((stay) =>
        moves.map((move): Tree => ({ kind: 'cut', cut: node, plan: id, stay, move })),
      );
    });
  };
  return expand(role.root, []);
}

/** Machines, work, extra hops, parts, key columns, names: the order in which plans are compared. */
export function rankOf(tree: Tree): readonly [number, number, number, number, number, string] {
  if (tree.kind === 'leaf') {
    const { leaf, processes } = tree;
    return [leaf.machines * processes, leaf.picoseconds, 0, 1, leaf.keyColumns, leaf.key];
  }
  const a = rankOf(tree.stay);
  const b = rankOf(tree.move);
  const hop = tree.cut.forwards.length > 0 ? 1 : 0;
  return [
    a[0] + b[0],
    a[1] + b[1],
    a[2] + b[2] + hop,
    a[3] + b[3],
    a[4] + b[4],
    `${a[5]}\u0000${b[5]}`,
  ];
}
