/** Texts of IR03xx: types and arity. */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { type Column, printType } from '../../ir/type.ts';

export type TypeTable = {
  IR0302: {
    name: string;
    columns: readonly Column[];
    given: number;
    declared: Span | null;
  };
  IR0307: { what: string; reason: string };
  IR0309: object;
};

export const typeMessages: MessageTable<TypeTable> = {
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
        labels: declared === null ? [] : [{ span: declared, message: 'declared here' }],
        help: missing.length > 0 ? ['write `_` for a column that is not needed'] : [],
      };
    },
  },
  IR0307: {
    title: 'something that must be a constant',
    render: ({ what, reason }) => ({
      message: `${what} must be an integer made of constants and parameters`,
      label: reason,
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
};

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
