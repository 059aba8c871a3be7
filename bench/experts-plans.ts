/**
 * The plans that experts reached by hand, as programs, beside ours under the same cost model.
 *
 * Like is compared with like: the experts' plan is one of the same program, with the same clauses in it. For Paxos that
 * is `test/experts/scalable-paxos.ir`; the program whose throughput was published is a smaller one
 * (`cost-models/calibration/multipaxos.ir`), and what the model says of its plan stands in a column of its own.
 */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { throughputModel } from '../cost-models/index.ts';
import type { PlanDocument } from '../src/plan/document.ts';
import { busiestRole } from './fit.ts';
import { workOfRoles } from './plan-load.ts';
import { type Case, optimizeText, shippedText } from './whole-run.ts';

type Parameters = Readonly<Record<string, number>>;

interface LoadProgram {
  readonly file: string;
  readonly set: Parameters;
}

export interface ExpertsCase extends Case {
  readonly label: string;
  readonly set: Parameters;
  /** Its machines are counted by hand: idle coordinators and proposers that don't lead aren't in the program. */
  readonly experts: LoadProgram & { readonly machines: number };
  /** What was published, where that is another program: before and after. Its replicas aren't modelled. */
  readonly published?: readonly [LoadProgram, LoadProgram];
}

export interface ExpertsRow {
  readonly label: string;
  /** Machines of the experts' plan, which ours may use too. */
  readonly machines: number;
  readonly used: number;
  /** `collector ×3·2`: members, and processes of each. */
  readonly roles: readonly string[];
  readonly rules: readonly string[];
  /** Against the program as written. */
  readonly ratio: number;
  readonly bottleneck: string;
  readonly experts: { readonly ratio: number; readonly bottleneck: string };
  /** Against a base program of its own; null where the experts' plan is of the program that was published. */
  readonly published: number | null;
}

const root: string = fileURLToPath(new URL('..', import.meta.url));

export const expertsCases: readonly ExpertsCase[] = [
  {
    label: 'voting',
    name: 'voting',
    machines: 26,
    set: {},
    experts: calibration('voting-plan', { spread: 5 }, 26),
  },
  {
    label: '2PC',
    name: '2pc',
    machines: 46,
    set: {},
    experts: calibration('2pc-plan', { spread: 5 }, 46),
  },
  // With proposals' proxies one each and two for votes, acceptors on two processes fit into 20 machines: three proxies
  // of each kind, as published, leave acceptors that write to disk on one process each, at 1.40x.
  paxos('Paxos, 20 machines', { f: 1, machines: 20 }, { p2aProxies: 1, p2bProxies: 2, shards: 2 }),
  paxos('Paxos, 29 machines', { f: 1, machines: 29 }, { p2aProxies: 3, p2bProxies: 3, shards: 3 }),
  paxos('Paxos, f = 2', { f: 2, machines: 46 }, { p2aProxies: 3, p2bProxies: 3, shards: 3 }),
  {
    label: 'verified KVS',
    name: 'verified-kvs',
    machines: 20,
    set: {},
    experts: {
      file: 'test/experts/verified-kvs-plan.ir',
      set: { spread: 4, shards: 2 },
      machines: 19,
    },
  },
];

export async function compareWithExperts(each: ExpertsCase): Promise<ExpertsRow> {
  const { document } = await optimizeText(each, shippedText(each.name));
  const { plan, original } = document;
  const before = timeOf({ file: `protocols/${each.name}.ir`, set: each.set }, []);
  const after = timeOf(each.experts, []);
  return {
    label: each.label,
    machines: each.machines,
    used: plan.machines,
    roles: plan.roles.map(({ name, of, instances }) => {
      return `${name} ×${of}${instances === 1 ? '' : `·${instances}`}`;
    }),
    rules: rulesOf(document),
    ratio: plan.predicted.throughput / original.predicted.throughput,
    bottleneck: plan.predicted.bottleneck,
    experts: { ratio: before.microseconds / after.microseconds, bottleneck: after.role },
    published: publishedRatio(each),
  };
}

/** That of the experts' plan of the program that was published. */
export function publishedRatio({ published }: ExpertsCase): number | null {
  if (published === undefined) return null;
  const [before, after] = published.map((program) => timeOf(program, ['replica']).microseconds);
  return (before ?? Number.NaN) / (after ?? Number.NaN);
}

function timeOf(
  { file, set }: LoadProgram,
  outside: readonly string[],
): { role: string; microseconds: number } {
  const roles = workOfRoles(join(root, file), { set, outside });
  return busiestRole({ roles }, throughputModel.work);
}

function rulesOf({ trace }: PlanDocument): readonly string[] {
  return [...new Set(trace.map((step) => step.rule))];
}

function calibration(name: string, set: Parameters, machines: number): ExpertsCase['experts'] {
  return { file: `cost-models/calibration/${name}.ir`, set, machines };
}

function paxos(
  label: string,
  { f, machines }: { f: number; machines: number },
  spread: { p2aProxies: number; p2bProxies: number; shards: number },
): ExpertsCase {
  // As published: three proxies of each kind a proposer; with 20 machines acceptors are whole.
  const shards = machines === 20 ? 1 : 3;
  const base = { file: 'cost-models/calibration/multipaxos.ir', set: { f } };
  const { file, set } = calibration('scalable-paxos', { f, proxies: 3, shards }, machines);
  return {
    label,
    name: 'paxos',
    machines,
    set: { f },
    experts: { file: 'test/experts/scalable-paxos.ir', set: { f, ...spread }, machines },
    published: [base, { file, set }],
  };
}
