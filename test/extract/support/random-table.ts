/** Plan tables without programs: random cuts over random parts, for the searches that only look at costs. */

import fc from 'fast-check';
import { throughputModel } from '../../../cost-models/index.ts';
import { classId, nodeId } from '../../../src/egraph/ids.ts';
import { NO_WORK } from '../../../src/extract/cost.ts';
import type { Cut, Leaf, PlanTable, RoleTable } from '../../../src/extract/plan-table.ts';
import { busiestShare } from '../../../src/extract/spread.ts';
import type { Program } from '../../../src/ir/program.ts';
import type { PartView } from '../../../src/rewrite/part.ts';

const program: Program = {
  name: 'random',
  parameters: [],
  opaqueTypes: [],
  functions: [],
  lattices: [],
  roles: [],
  channels: [],
  invariants: [],
  history: null,
  workload: null,
};

const view: PartView = {
  program,
  part: { role: 'r', relayed: [], observed: [], clauses: [] },
  role: {
    name: 'r',
    external: false,
    size: null,
    of: null,
    parts: null,
    relations: [],
    statics: [],
    timers: [],
    initial: [],
    clauses: [],
  },
};

export interface LeafShape {
  /** Microseconds. */
  readonly time: number;
  readonly machines: number;
  /** Values of its key; null when it can't be spread. */
  readonly keys: number | null;
  readonly name: string;
}

export function leafOf({ time, machines, keys, name }: LeafShape): Leaf {
  const column = { distinct: keys ?? 1, late: 0, heaviest: 1 / (keys ?? 1) };
  const load = { work: NO_WORK, arrivals: [{ channel: 'in', messages: 1, keys: [column] }] };
  const policy = { in: [0] };
  return {
    kind: 'leaf',
    view,
    spread: keys === null ? null : { node: nodeId(0), rule: 'partition', policy },
    load,
    shareOf: keys === null ? () => 1 : busiestShare(load, policy),
    picoseconds: time * 1e6,
    machines,
    heaviest: 0,
    keyColumns: keys === null ? 0 : 1,
    key: name,
  };
}

export function cutOf(stay: number, move: number, forwards: number): Cut {
  const names = Array.from({ length: forwards }, (_, at) => `f${at}`);
  return {
    kind: 'cut',
    node: nodeId(100 * stay + 10 * move + forwards),
    rule: 'cut',
    forwards: names.map((name) => ({ name, columns: [], relays: null })),
    stay: classId(stay),
    move: classId(move),
  };
}

export function tableOf(roles: readonly RoleTable[]): PlanTable {
  const space = { planNodes: () => [], viewOf: () => view };
  return { searched: { base: program, space, roots: [] }, model: throughputModel, roles };
}

/** Class 0 is the root; each class has an unspread part, perhaps a spread one, and cuts. */
export function roleTables(options: { readonly cyclic: boolean }): fc.Arbitrary<RoleTable> {
  const count = options.cyclic ? 3 : 4;
  const classes = Array.from({ length: count }, (_, id) => {
    // Children have larger numbers, unless the table may be cyclic.
    const child = fc.integer({
      min: options.cyclic ? 0 : Math.min(id + 1, count - 1),
      max: count - 1,
    });
    const cut = fc.tuple(child, child, fc.integer({ min: 0, max: 1 }));
    return fc
      .record({
        time: fc.integer({ min: 1, max: 12 }),
        machines: fc.integer({ min: 1, max: 2 }),
        keys: fc.option(fc.integer({ min: 1, max: 4 })),
        cuts: fc.array(cut, {
          maxLength: id === count - 1 && !options.cyclic ? 0 : id === 0 ? 2 : 1,
        }),
      })
      .map(({ time, machines, keys, cuts }) => ({
        id: classId(id),
        nodes: [
          leafOf({ time, machines, keys: null, name: `p${id}` }),
          ...(keys === null ? [] : [leafOf({ time, machines, keys, name: `p${id} spread` })]),
          ...cuts.map(([stay, move, forwards]) => cutOf(stay, move, forwards)),
        ],
      }));
  });
  return fc.tuple(...classes).map((made) => ({
    role: 'r',
    root: classId(0),
    classes: options.cyclic ? made : [...made].reverse(),
    cyclic: options.cyclic,
  }));
}
