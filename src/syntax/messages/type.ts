/** Texts of IR03xx: types and arity. */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { type Column, printType } from '../../ir/type.ts';

export type TypeTable = {
  IR0301: {
    text: string;
    found: string;
    expected: string;
    /** What is expected to have the type. */
    of: string;
    declared: Span | null;
  };
  IR0302: {
    name: string;
    columns: readonly Column[];
    given: number;
    declared: Span | null;
  };
  IR0303: { operator: string; found: string };
  IR0304: { name: string; parameters: readonly string[]; given: number; declared: Span | null };
  IR0305: object;
  IR0306: object;
  IR0307: { what: string; reason: string };
  IR0308: { role: string; what: 'members' | 'parts'; text: string; value: number };
  IR0309: object;
  IR0310: { index: number; found: string };
  IR0311: { problem: 'aggregate' | 'free'; name: string };
  IR0312: { problem: 'several' | 'unbound'; name: string };
  IR0313: { name: string };
  IR0314: { name: string };
  IR0318: object;
  IR0319: { name: string; first: Span };
  IR0317: { name: string; found: readonly string[]; signatures: readonly string[] };
};

export const typeMessages: MessageTable<TypeTable> = {
  IR0301: {
    title: 'a value of another type',
    render: ({ text, found, expected, of, declared }) => ({
      message: `\`${shortened(text)}\` is ${found}, but ${of} is ${expected}`,
      label: `expected ${expected}`,
      labels: declaredHere(declared),
    }),
  },
  IR0302: {
    title: 'the wrong number of columns',
    render: ({ name, columns, given, declared }) => {
      const missing = columns.slice(given).map((c) => `\`${c.name}: ${printType(c.type)}\``);
      return {
        message: `\`${name}\` has ${counted(columns.length, 'column')}, but this gives ${given}`,
        label:
          missing.length > 0
            ? `missing ${missing.join(', ')}`
            : `${given - columns.length} too many`,
        labels: declaredHere(declared),
        help: missing.length > 0 ? ['write `_` for a column that is not needed in a body'] : [],
      };
    },
  },
  IR0303: {
    title: 'a comparison of values without an order',
    render: ({ operator, found }) => ({
      message: `\`${operator}\` compares values that have an order, but this is ${found}`,
      help: ['ordered are integers, strings, ids, tuples of these, and declared types'],
    }),
  },
  IR0304: {
    title: 'the wrong number of arguments of a function',
    render: ({ name, parameters, given, declared }) => ({
      message: `\`${name}\` takes ${counted(parameters.length, 'argument')}, but this gives ${given}`,
      label: `\`${name}(${parameters.join(', ')})\``,
      labels: declaredHere(declared),
    }),
  },
  IR0305: {
    title: '`_` where a value is needed',
    render: () => ({
      message: '`_` stands for any value, and a value is needed here',
      help: ['`_` is an argument of a relation or channel in a body; give the value a name'],
    }),
  },
  IR0306: {
    title: '`me` where no node is',
    render: () => ({
      message: '`me` is the id of the node that runs a clause, and nothing runs here',
      help: ['in an invariant, name the node that holds a fact: `r@p(..)`'],
    }),
  },
  IR0307: {
    title: 'something that must be a constant',
    render: ({ what, reason }) => ({
      message: `${what} must be an integer made of constants and parameters`,
      label: reason,
    }),
  },
  IR0308: {
    title: 'a role without members',
    render: ({ role, what, text, value }) => ({
      message: `role \`${role}\` gets no ${what}: \`${text}\` is ${value}`,
      label: 'must be at least 1',
      help: text === String(value) ? [] : ['choose other values for the parameters in it'],
    }),
  },
  IR0309: {
    title: 'something that must be a lattice',
    render: () => ({
      message: 'the values of a `map` and the second part of a `lex` merge, so they are lattices',
      help: [
        'write `max<..>`, `min<..>`, `set<..>`, `or`, `map<..>`, `lex<..>` or a declared lattice',
      ],
    }),
  },
  IR0310: {
    title: 'a component that is not there',
    render: ({ index, found }) => ({
      message: `there is no component ${index} in ${found}`,
      help: ['components are those of tuples, counted from 0'],
    }),
  },
  IR0311: {
    title: 'a rank beside something that it does not rank',
    render: ({ problem, name }) =>
      problem === 'aggregate'
        ? {
            message: 'a head has one `index<..>`, and no aggregate beside it',
            help: ['derive the other one in a clause of its own'],
          }
        : {
            message: `\`index<..>\` ranks each value once, but \`${name}\` is not part of the value`,
            label: 'one rank would stand in several facts',
            help: [`rank it too: \`index<.., ${name}>\``],
          },
  },
  IR0312: {
    title: 'groups that have no values',
    render: ({ problem, name }) =>
      problem === 'several'
        ? {
            message: 'the aggregates of one head share their groups, so all have the same `over`',
            help: ['write the same `default .. over ..` behind each, or split the clause'],
          }
        : {
            message: `an empty group has no \`${name}\``,
            label: 'not a variable of the atom behind `over`',
            help: ['the groups are the facts behind `over`; name all that the head keeps there'],
          },
  },
  IR0313: {
    title: 'a lattice made from a declared lattice',
    render: ({ name }) => ({
      message: `the elements of lattice \`${name}\` are made from a declared lattice`,
      help: ['use the built-in ones, or plain types'],
    }),
  },
  IR0314: {
    title: 'a relation inside of an expression',
    render: ({ name }) => ({
      message: `\`${name}\` holds facts and has no value`,
      help: [`read it in a literal of its own, separated by \`,\`: \`.., ${name}(..)\``],
    }),
  },
  IR0318: {
    title: '`_` inside of a tuple under `!`',
    render: () => ({
      message: 'under `!` a tuple is compared as a whole, so `_` cannot stand in it',
      help: ['derive a relation that has the components as columns, and negate that'],
    }),
  },
  IR0319: {
    title: 'a lattice of two types',
    render: ({ name, first }) => ({
      message: `\`${name}\` merges two elements of one type`,
      labels: [{ span: first, message: 'the type of the first' }],
    }),
  },
  IR0317: {
    title: 'a built-in function that does not take these arguments',
    render: ({ name, found, signatures }) => ({
      message: `\`${name}\` does not take ${found.join(' and ')}`,
      notes: signatures.map((signature) => ({ message: `it is \`${signature}\`` })),
    }),
  },
};

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function declaredHere(
  declared: Span | null,
): readonly { readonly span: Span; readonly message: string }[] {
  return declared === null ? [] : [{ span: declared, message: 'declared here' }];
}

function shortened(text: string): string {
  return text.length > 50 ? `${text.slice(0, 47)}...` : text;
}
