/** Texts of IR02xx: names. */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { didYouMean } from '../../base/suggest.ts';

export type NameTable = {
  IR0201: {
    name: string;
    role: string;
    builtin: boolean;
    nearest: string | null;
    declared: Span | null;
  };
  IR0202: { name: string; nearest: string | null };
  IR0203: { name: string; roles: readonly string[] };
  IR0204: { name: string; nearest: string | null };
  IR0205: { name: string; first: Span };
  IR0206: { name: string };
  IR0207: { first: Span };
  IR0208: { name: string; columns: readonly string[] };
  IR0209: { name: string; role: string; nearest: string | null };
  IR0210: { name: string; use: UnboundUse };
  IR0211: { name: string };
  IR0213: { name: string; nearest: string | null; known: readonly string[] };
  IR0214: { name: string; value: string };
  IR0215: { kind: 'parameter' | 'function'; cycle: readonly string[] };
  IR0216: { name: string };
};

export type UnboundUse =
  | 'head'
  | 'negated'
  | 'condition'
  | 'argument'
  | 'delay'
  | 'fact'
  | 'route'
  | 'function'
  | 'conclusion';

/** Beside the place of a variable that has no value there. */
const unboundLabels: Readonly<Record<UnboundUse, string>> = {
  head: 'used in the head',
  negated: 'used under `!`',
  condition: 'used in a condition',
  argument: 'used in an expression',
  delay: 'used as a delay',
  fact: 'a fact that holds from the start is made of constants',
  route: 'not a column of this channel',
  function: 'not a parameter of this function',
  conclusion: 'in no fact of the invariant',
};

const unboundHelp: Readonly<Record<UnboundUse, string>> = {
  head: 'name it in a positive literal of the body, or give it a value with `x = ..`',
  negated: 'write `_` for a column that may have any value, or name it in a positive literal',
  condition: 'name it in a positive literal of the body, or give it a value with `x = ..`',
  argument: 'name it in a positive literal of the body, or give it a value with `x = ..`',
  delay: 'a delay is made of constants and parameters',
  fact: 'declare it: `param NAME = ..`',
  route: 'a route is made of the columns of the channel',
  function: 'a function knows its parameters and those of the program',
  conclusion: 'name it in a fact of the body or of the conclusion',
};

export const nameMessages: MessageTable<NameTable> = {
  IR0201: {
    title: 'an unknown relation',
    render: ({ name, role, builtin, nearest, declared }) => ({
      message: `unknown relation \`${name}\``,
      label: builtin
        ? `not declared in role \`${role}\`, and no channel; the built-in function is no condition`
        : `not declared in role \`${role}\`, and no channel, role or function`,
      labels:
        declared === null ? [] : [{ span: declared, message: `\`${nearest}\` is declared here` }],
      help:
        nearest === null
          ? [
              `declare it: \`relation ${name}(..)\` in role \`${role}\`, or a \`channel\``,
              ...(builtin ? [`or compare the function's value: \`${name}(..) == ..\``] : []),
            ]
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
  IR0210: {
    title: 'a variable without a value',
    render: ({ name, use }) => ({
      message: `\`${name}\` has no value here`,
      label: unboundLabels[use],
      help: [unboundHelp[use]],
    }),
  },
  IR0211: {
    title: 'a value for a variable that has one',
    render: ({ name }) => ({
      message: `\`${name}\` has a value already, and \`=\` gives a new variable one`,
      help: [`write \`${name} == ..\` to compare`],
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
  IR0216: {
    title: 'a value for a parameter',
    render: ({ name }) => ({
      message: `\`${name}\` is a parameter of the program and has its value already`,
      help: [`write \`${name} == ..\` to compare`],
    }),
  },
};
