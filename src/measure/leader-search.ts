/**
 * Which member clients ask: where a protocol has a leader, others pass commands on to it, and clients of a busy system
 * have found it. The one is taken at whose asking the other members of its role send least.
 */
import { baseRole } from '../ir/schema.ts';
import type { NodeView } from '../runtime/slots.ts';
import { type Contender, readNodes } from './contender.ts';

const trialCommands = 12;

export async function aimAtLeader(contender: Contender): Promise<void> {
  const { program, supervisor, load } = contender;
  const to = program.workload?.commands[0]?.to;
  if (to === undefined) return;
  const members = supervisor.topology.members(to);
  if (members < 2) return;
  const base = baseRole(program, to);
  const isOther = ({ place }: NodeView, member: number): boolean =>
    baseRole(program, place.role) === base && place.member !== member;
  let best = { member: 0, sent: Number.POSITIVE_INFINITY };
  for (let member = 0; member < members; member++) {
    load.aim(member);
    const before = sentBy((await readNodes(contender)).filter((node) => isOther(node, member)));
    load.start({ kind: 'closed', clients: 1, commands: trialCommands });
    if (!(await load.quiet())) return;
    const after = sentBy((await readNodes(contender)).filter((node) => isOther(node, member)));
    if (after - before < best.sent) best = { member, sent: after - before };
  }
  load.aim(best.member);
}

function sentBy(nodes: readonly NodeView[]): number {
  return nodes.reduce((sum, { status }) => sum + (status?.counters.sent ?? 0), 0);
}
