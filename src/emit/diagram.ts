/** The original beside the plan as boxes and arrows: what every picture is drawn from. */

import type { Program } from '../ir/program.ts';
import {
  arrowsOf,
  type ChangeKind,
  changedRole,
  changeMarks,
  roleChanges,
} from '../plan/changes.ts';
import type { PlanChannel, PlanDocument, PlanRole } from '../plan/document.ts';

export type NodeKind = ChangeKind | 'client';

export interface DiagramNode {
  readonly id: string;
  /** Name with its mark, then how many processes, and by what they share their facts. */
  readonly title: string;
  readonly details: readonly string[];
  readonly kind: NodeKind;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  /** A rewrite introduced one of its channels. */
  readonly isNew: boolean;
}

export interface DiagramSide {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export interface Diagram {
  readonly title: string;
  readonly sides: readonly DiagramSide[];
}

export function diagramOf(document: PlanDocument, original: Program, plan: Program): Diagram {
  const clients = original.roles.filter((role) => role.external).map((role) => role.name);
  const introduced = document.plan.channels.filter((channel) => channel.introduced);
  const fresh = new Set(introduced.map((channel) => channel.name));
  const changes = new Map(roleChanges(document).map((each) => [changedRole(each).name, each.kind]));
  return {
    title: document.program.name,
    sides: [
      sideOf('original', document.original, channelsOf(original, fresh), {
        clients,
        kindOf: (name) => (changes.get(name) === 'removed' ? 'removed' : 'kept'),
        hasMarks: false,
      }),
      sideOf('plan', document.plan, channelsOf(plan, fresh), {
        clients,
        kindOf: (name) => changes.get(name) ?? 'kept',
        hasMarks: true,
      }),
    ],
  };
}

/** Channels from the roles that send on them: after a cut these are parts of the role that a channel names. */
function channelsOf(program: Program, fresh: ReadonlySet<string>): readonly PlanChannel[] {
  return program.channels.flatMap(({ name, from, to }) => {
    const sends = program.roles.filter((role) =>
      role.clauses.some((clause) => clause.kind === 'send' && clause.head.relation === name),
    );
    const senders = sends.length === 0 ? [from] : sends.map((role) => role.name);
    return senders.map((sender): PlanChannel => {
      return { name, from: sender, to, route: '', introduced: fresh.has(name) };
    });
  });
}

interface SideOptions {
  readonly clients: readonly string[];
  readonly kindOf: (role: string) => ChangeKind;
  readonly hasMarks: boolean;
}

function sideOf(
  id: string,
  deployment: PlanDocument['original'],
  channels: readonly PlanChannel[],
  { clients, kindOf, hasMarks }: SideOptions,
): DiagramSide {
  const { machines, predicted, roles } = deployment;
  const rate = (predicted.throughput / 1000).toFixed(1);
  const nodes = roles.map((role): DiagramNode => {
    const kind = kindOf(role.name);
    const mark = hasMarks || kind === 'removed' ? `${changeMarks[kind]} ` : '';
    const isBusiest = role.name === predicted.bottleneck;
    return {
      id: `${id}.${role.name}`,
      title: `${mark}${role.name}`,
      details: details(role, isBusiest),
      kind,
    };
  });
  const outside = clients.map(
    (name): DiagramNode => ({ id: `${id}.${name}`, title: name, details: [], kind: 'client' }),
  );
  return {
    id,
    title: [id, `${machines} machines`, `predicted ${rate} k/s`].join('\n'),
    nodes: [...outside, ...nodes],
    edges: arrowsOf(channels).map((arrow) => ({
      from: `${id}.${arrow.from}`,
      to: `${id}.${arrow.to}`,
      labels: arrow.channels.map((channel) => channel.name),
      isNew: arrow.channels.some((channel) => channel.introduced),
    })),
  };
}

function details(role: PlanRole, isBusiest: boolean): readonly string[] {
  const { instances, of, partitionKey } = role;
  const members = of === 1 ? '1 member' : `${of} members`;
  const each = of === 1 ? '' : `${members} × `;
  const size = instances === 1 ? members : `${each}${instances} processes`;
  return [
    size,
    ...(partitionKey.length === 0 ? [] : [`by ${partitionKey.join(', ')}`]),
    ...(isBusiest ? ['bottleneck'] : []),
  ];
}
