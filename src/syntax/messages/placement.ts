/** Texts of IR05xx: what lives where, and who may send what to whom. */

import { match } from 'ts-pattern';
import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { ClauseKind } from '../../ir/clause.ts';
import { type Column, printType } from '../../ir/type.ts';
import { declaredHere } from './type.ts';

export type PlacementTable = {
  IR0501: { role: string };
  IR0502: { name: string; kind: ClauseKind; declared: Span | null };
  IR0503: {
    name: string;
    role: string;
    owner: string;
    columns: readonly Column[];
    declared: Span | null;
  };
  IR0504: { name: string; role: string; from: string; to: string; declared: Span | null };
  IR0505: { name: string; role: string; from: string; declared: Span | null };
  IR0506: { name: string; to: string };
  IR0507: { name: string };
  IR0508: { name: string; isOwn: boolean; channels: readonly string[] };
  IR0509: { name: string; to: string; columns: readonly Column[] };
  IR0510: { name: string; to: string };
  IR0511: {
    name: string;
    of: string;
    problem: 'external' | 'sized-part' | 'part-of-part' | 'part-of-external';
  };
  IR0513: { name: string };
};

export const placementMessages: MessageTable<PlacementTable> = {
  IR0501: {
    title: 'clauses of an external role',
    render: ({ role }) => ({
      message: `role \`${role}\` is external, so it has no clauses here`,
      help: [
        'leave out `external`, or the block; what external roles send is said by the workload',
      ],
    }),
  },
  IR0502: {
    title: 'a channel derived like a relation',
    render: ({ name, kind, declared }) => ({
      message: `\`${name}\` is a channel, so it is sent with \`:~\``,
      label: `\`${kind === 'now' ? ':-' : ':+'}\` derives relations of this role`,
      labels: declaredHere(declared),
      help: [`write \`${name}@x(..) :~ ..\`, where \`x\` is the id of the receiver`],
    }),
  },
  IR0503: {
    title: 'a relation of another role',
    render: ({ name, role, owner, columns, declared }) => ({
      message: `\`${name}\` lives on \`${owner}\`; \`${role}\` cannot use it without a message`,
      label: `used on \`${role}\``,
      labels: declared === null ? [] : [{ span: declared, message: `lives on \`${owner}\`` }],
      help: [
        `send it: \`channel ${name}Sent(${columns
          .map((column) => `${column.name}: ${printType(column.type)}`)
          .join(
            ', ',
          )}): ${owner} -> ${role}\` and, in \`${owner}\`, \`${name}Sent@x(..) :~ ${name}(..), ${role}(x)\``,
      ],
    }),
  },
  IR0504: {
    title: 'a channel read where it does not arrive',
    render: ({ name, role, from, to, declared }) => ({
      message: `\`${name}\` arrives at \`${to}\`, not at \`${role}\``,
      label: `read on \`${role}\``,
      labels: declaredHere(declared),
      help: [
        `a channel is read by the role behind \`->\`; declare one to \`${role}\`: \`channel ..(..): ${from} -> ${role}\``,
      ],
    }),
  },
  IR0505: {
    title: 'a channel sent by another role than its own',
    render: ({ name, role, from, declared }) => ({
      message: `\`${name}\` is sent by \`${from}\`, not by \`${role}\``,
      label: `sent by \`${role}\``,
      labels: declaredHere(declared),
      help: ['a channel is sent by the role before `->` and by the roles `of` it'],
    }),
  },
  IR0506: {
    title: 'a message without a receiver',
    render: ({ name, to }) => ({
      message: `the message \`${name}\` says not to whom`,
      label: 'the id of the receiver is missing',
      help: [`write \`${name}@x(..) :~ .., ${to}(x)\` to send it to every \`${to}\``],
    }),
  },
  IR0507: {
    title: 'a receiver of something that is no message',
    render: ({ name }) => ({
      message: `\`${name}\` is a relation of this role and has no receiver`,
      help: ['leave out `@..`, or declare a channel and send it with `:~`'],
    }),
  },
  IR0508: {
    title: 'a message without a channel',
    render: ({ name, isOwn, channels }) => ({
      message: isOwn
        ? `\`${name}\` is a relation of this role, and \`:~\` sends messages`
        : `unknown channel \`${name}\``,
      help: isOwn
        ? ['write `:-` to derive it in the same tick, `:+` for the next one']
        : didYouMean(name, channels).length > 0
          ? didYouMean(name, channels)
          : [`declare it: \`channel ${name}(..): SENDER -> RECEIVER\``],
    }),
  },
  IR0509: {
    title: 'a channel to parts without a route',
    render: ({ name, to, columns }) => ({
      message: `every member of \`${to}\` has parts, and \`${name}\` says not to which a fact goes`,
      help: [`add \`by (${columns[0]?.name ?? '..'})\`: facts that agree on it go to one part`],
    }),
  },
  IR0510: {
    title: 'a route to a role without parts',
    render: ({ name, to }) => ({
      message: `\`${to}\` has no parts, so \`${name}\` needs no \`by\``,
      help: [`leave it out, or declare \`role ${to} .. parts N\``],
    }),
  },
  IR0511: {
    title: 'a role that cannot be',
    render: ({ name, of, problem }) =>
      match(problem)
        .with('external', () => ({
          message: `role \`${name}\` is external and has neither size, owner nor parts`,
          help: ['the number of clients is said by the workload: `clients 64`'],
        }))
        .with('sized-part', () => ({
          message: `role \`${name}\` has as many members as \`${of}\`, so it has no size of its own`,
          help: ['the number of processes of each member is written `parts N`'],
        }))
        .with('part-of-part', () => ({
          message: `role \`${name}\` is \`of\` a role that is itself \`of\` another one, or of itself`,
          help: ['name the role that has the members'],
        }))
        .with('part-of-external', () => ({
          message: `role \`${name}\` is \`of\` \`${of}\`, which is external`,
        }))
        .exhaustive(),
  },
  IR0513: {
    title: 'a channel between external roles',
    render: ({ name }) => ({
      message: `both ends of \`${name}\` are external, so nothing here sends or reads it`,
    }),
  },
};
