/** Facts about e-classes of bodies that equations ask for: e-class analyses, attached once per e-graph. */

import { compareArrays, compareStrings, sortedStrings } from '../base/order.ts';
import type { Analysis, AnalysisFacts } from '../egraph/class-analysis.ts';
import type { EGraph } from '../egraph/egraph.ts';
import type { ClassId } from '../egraph/ids.ts';
import type { Payload, ScanPayload } from './language.ts';

/** The variables that a body binds; equal bodies bind the same. Plans and components have none. */
const columns: Analysis<Payload, readonly string[]> = {
  name: 'columns',
  make: (egraph, node, of) => {
    const { op, payload, children } = egraph.node(node);
    const below = children.flatMap((child) => of(child) ?? []);
    switch (op) {
      case 'unit':
        return [];
      case 'scan':
        return sortedStrings(
          (payload as ScanPayload).args.flatMap((arg) =>
            arg.kind === 'variable' ? [arg.name] : [],
          ),
        );
      case 'bind':
        return sortedStrings([...below, (payload as { variable: string }).variable]);
      case 'join':
      case 'anti':
      case 'filter':
        return sortedStrings(below);
      default:
        return undefined;
    }
  },
  join: (left, right) => (left.length <= right.length ? left : right),
  equals: (left, right) => compareArrays(compareStrings)(left, right) === 0,
};

const attached = new WeakMap<EGraph<Payload>, AnalysisFacts<readonly string[]>>();

export function columnsFact(egraph: EGraph<Payload>): (id: ClassId) => ReadonlySet<string> {
  let facts = attached.get(egraph);
  if (facts === undefined) {
    facts = egraph.attach(columns);
    attached.set(egraph, facts);
    egraph.rebuild();
  }
  const known = facts;
  return (id) => new Set(known.of(id) ?? []);
}
