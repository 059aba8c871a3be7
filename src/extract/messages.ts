/** Diagnostics of cost-model files: CM00xx. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';

type Table = {
  readonly CM0001: { readonly file: string; readonly problem: string };
  readonly CM0002: { readonly file: string; readonly found: string; readonly expected: string };
  readonly CM0003: { readonly file: string; readonly term: string };
  readonly CM0004: { readonly file: string; readonly term: string; readonly near: string | null };
  readonly CM0005: {
    readonly file: string;
    readonly term: string;
    readonly found: string;
    readonly expected: string;
  };
};

export const costModelMessages: Messages<Table> = defineMessages<Table>()({
  CM0001: {
    title: 'a cost model that is not JSON',
    render: ({ file, problem }) => ({
      message: `${file} is not JSON: ${problem}`,
      help: ['a cost model is a JSON file; `cost-models/throughput.json` is one'],
    }),
  },
  CM0002: {
    title: 'a document of another schema where a cost model is expected',
    render: ({ file, found, expected }) => ({
      message: `${file} has ${found === 'missing' ? 'no schema' : `the schema ${found}`}, expected "${expected}"`,
    }),
  },
  CM0003: {
    title: 'a cost model without a term that it must have',
    render: ({ file, term }) => ({
      message: `${file} lacks \`${term}\``,
      help: [`add \`${term}\`; a term that costs nothing is 0`],
    }),
  },
  CM0004: {
    title: 'a cost model with a term that nobody knows',
    render: ({ file, term, near }) => ({
      message: `${file} has \`${term}\`, which is no term of a cost model`,
      help: near === null ? [] : [`did you mean \`${near}\`?`],
    }),
  },
  CM0005: {
    title: 'a term of a cost model with a value that it cannot have',
    render: ({ file, term, found, expected }) => ({
      message: `${file}: \`${term}\` is ${found}, expected ${expected}`,
    }),
  },
});
