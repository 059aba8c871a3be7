/** What the solver has to say of a program by itself, before any rewrite. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';

type RewriteMessages = {
  readonly RW0001: {
    readonly lattice: string;
    readonly law: string;
    readonly values: readonly string[];
  };
  readonly RW0002: { readonly lattice: string; readonly law: string; readonly why: string };
};

export const rewriteMessages: Messages<RewriteMessages> = defineMessages<RewriteMessages>()({
  RW0001: {
    title: 'a merge that breaks a law of lattices',
    render: ({ lattice, law, values }) => ({
      message: `the merge of \`${lattice}\` isn't ${law}`,
      notes: [{ message: `for example: ${values.join(', ')}` }],
      help: [help(law)],
    }),
  },
  RW0002: {
    title: 'a merge that is not shown to be one',
    severity: 'warning',
    render: ({ lattice, law, why }) => ({
      message: `the merge of \`${lattice}\` is not shown to be ${law}: ${why}`,
      help: ['no rewrite that needs it is used'],
    }),
  },
});

function help(law: string): string {
  if (law === 'commutative')
    return 'decide ties by the values themselves, so that either order gives the same';
  if (law === 'idempotent')
    return 'messages may come twice: merging a value with itself must give it back';
  return 'facts are merged in any order: it must not matter which two come first';
}
