/** Texts of IR02xx: names. */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { didYouMean } from '../../base/suggest.ts';

export type NameTable = {
  IR0201: { name: string; role: string; nearest: string | null; declared: Span | null };
  IR0202: { name: string; nearest: string | null };
  IR0203: { name: string; roles: readonly string[] };
  IR0204: { name: string; nearest: string | null };
  IR0205: { name: string; first: Span };
  IR0206: { name: string };
  IR0207: { first: Span };
  IR0208: { name: string; columns: readonly string[] };
  IR0209: { name: string; role: string; nearest: string | null };
  IR0213: { name: string; nearest: string | null; known: readonly string[] };
  IR0214: { name: string; value: string };
  IR0215: { kind: 'parameter' | 'function'; cycle: readonly string[] };
};

export const nameMessages: MessageTable<NameTable> = {
  IR0201: {
    title: 'an unknown relation',
    render: ({ name, role, nearest, declared }) => ({
      message: `unknown relation \`${name}\``,
      label: `not declared in role \`${role}\`, and no channel, role or function`,
      labels:
        declared === null ? [] : [{ span: declared, message: `\`${nearest}\` is declared here` }],
      help:
        nearest === null
          ? [`declare it: \`relation ${name}(..)\` in role \`${role}\`, or a \`channel\``]
          : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0202: {
    title: 'an unknown type',
    render: ({ name, nearest }) => ({
      message: `unknown type \`${name}\``,
      help:
        nearest === null
          ? [
              'a type is `int`, `bool`, `string`, a role (its logical ids), a tuple, a list, a lattice, or declared by `type NAME`',
            ]
          : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0203: {
    title: 'an unknown role',
    render: ({ name, roles }) => ({
      message: `unknown role \`${name}\``,
      help: didYouMean(name, roles),
    }),
  },
  IR0204: {
    title: 'an unknown function',
    render: ({ name, nearest }) => ({
      message: `unknown function \`${name}\``,
      help:
        nearest === null
          ? [`declare it: \`function ${name}(..): .. = ..\``]
          : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0205: {
    title: 'a name declared twice',
    render: ({ name, first }) => ({
      message: `\`${name}\` is declared twice`,
      labels: [{ span: first, message: 'first declared here' }],
    }),
  },
  IR0206: {
    title: 'the name of a built-in function declared again',
    render: ({ name }) => ({
      message: `\`${name}\` is the name of a built-in function`,
      help: ['choose another name'],
    }),
  },
  IR0207: {
    title: 'a block that may stand once',
    render: ({ first }) => ({
      message: 'a program has one `workload` and one `history`',
      labels: [{ span: first, message: 'the first one' }],
      help: ['put everything into one block'],
    }),
  },
  IR0208: {
    title: 'an unknown column',
    render: ({ name, columns }) => ({
      message: `there is no column \`${name}\` here`,
      help:
        didYouMean(name, columns).length > 0
          ? didYouMean(name, columns)
          : [`the columns are ${columns.map((column) => `\`${column}\``).join(', ')}`],
    }),
  },
  IR0209: {
    title: 'something that must be a relation of the role',
    render: ({ name, role, nearest }) => ({
      message: `\`${name}\` is not a relation of role \`${role}\``,
      help: nearest === null ? [] : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0213: {
    title: 'an unknown parameter',
    render: ({ name, nearest, known }) => ({
      message: `the program has no parameter \`${name}\``,
      help: [
        nearest !== null
          ? `did you mean \`${nearest}\`?`
          : known.length === 0
            ? 'it has no parameters'
            : `its parameters are ${known.map((each) => `\`${each}\``).join(', ')}`,
      ],
    }),
  },
  IR0214: {
    title: 'a parameter that is no integer',
    render: ({ name, value }) => ({
      message: `the parameter \`${name}\` is an integer, not ${value}`,
    }),
  },
  IR0215: {
    title: 'a definition that needs itself',
    render: ({ kind, cycle }) => ({
      message: `the ${kind} \`${cycle[0] ?? ''}\` is defined by itself`,
      notes: [{ message: `cycle: ${cycle.join(' -> ')}` }],
    }),
  },
};
