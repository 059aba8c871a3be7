/** Texts of IR04xx: strata and time. */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { declaredHere } from './type.ts';

/** A cycle within a tick. `other` is where `from` is derived in its turn. */
export interface CycleParameters {
  readonly from: string;
  readonly to: string;
  readonly cycle: readonly string[];
  readonly reason: string;
  /** The head of the clause at fault, for the help. */
  readonly head: string;
  readonly other: Span | null;
}

export type TimeTable = {
  IR0401: CycleParameters;
  IR0402: CycleParameters;
  IR0403: CycleParameters;
  IR0404: { name: string; declared: Span | null };
  IR0405: { name: string; kind: string; declared: Span | null };
  IR0406: { relation: string };
  IR0407: { name: string; kind: string };
};

const kinds: Readonly<Record<string, string>> = {
  timer: 'a timer',
  static: 'a static relation, whose facts never change',
  members: 'a role, and its members are fixed',
  channel: 'a channel',
};

export const timeMessages: MessageTable<TimeTable> = {
  IR0401: {
    title: 'a negation inside of a cycle',
    render: (parameters) => ({
      message: 'a negation inside of a cycle, so no order of evaluation exists',
      ...cycleText(parameters),
    }),
  },
  IR0402: {
    title: 'an aggregate inside of a cycle',
    render: (parameters) => ({
      message: 'an aggregate inside of a cycle, so no order of evaluation exists',
      ...cycleText(parameters),
    }),
  },
  IR0403: {
    title: 'a lattice that is used too early',
    render: (parameters) => ({
      message: `\`${parameters.from}\` may still grow when this uses it: ${parameters.reason}`,
      ...cycleText(parameters),
    }),
  },
  IR0404: {
    title: '`stable` of a relation that is not on disk',
    render: ({ name, declared }) => ({
      message: `\`stable\` reads what is on disk, and \`${name}\` is not a durable relation`,
      labels: declaredHere(declared),
      help: [`declare \`durable relation ${name}(..)\`, or leave out \`stable\``],
    }),
  },
  IR0405: {
    title: 'a head that nothing can derive',
    render: ({ name, kind, declared }) => ({
      message: `\`${name}\` is ${kinds[kind] ?? kind}, so no clause derives it`,
      labels: declaredHere(declared),
      help: ['derive a relation of this role'],
    }),
  },
  IR0406: {
    title: 'an argument of `persist` that is no variable',
    render: ({ relation }) => ({
      message: `\`persist ${relation}(..)\` keeps all facts of \`${relation}\`, so its arguments are different variables or \`_\``,
      help: [`to keep some facts only, write a clause: \`${relation}(..) :+ ${relation}(..), ..\``],
    }),
  },
  IR0407: {
    title: 'a delay since something that is no relation',
    render: ({ name, kind }) => ({
      message: `\`after .. since\` waits for a fact of a relation, and \`${name}\` is ${kinds[kind] ?? kind}`,
      help: [`keep it in a relation first: \`seen(..) :- ${name}(..)\``],
    }),
  },
};

function cycleText(parameters: CycleParameters): {
  readonly label: string;
  readonly labels: readonly { readonly span: Span; readonly message: string }[];
  readonly notes: readonly { readonly message: string }[];
  readonly help: readonly string[];
} {
  const { from, to, cycle, head, other } = parameters;
  return {
    label: `\`${to}\` needs the complete \`${from}\` here ..`,
    labels:
      other === null
        ? []
        : [{ span: other, message: `.. and \`${from}\` is derived from \`${to}\`` }],
    notes: [{ message: `cycle: ${cycle.join(' -> ')}` }],
    help: [`break the cycle in time: \`${head} :+ ..\` derives it for the next tick`],
  };
}
