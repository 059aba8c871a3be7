/** Diagnostics of cost-model files: CM00xx. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';

type Table = {
  readonly CM0001: { readonly file: string; readonly problem: string };
  readonly CM0002: { readonly file: string; readonly found: string; readonly expected: string };
  readonly CM0003: { readonly file: string; readonly term: string; readonly isCost: boolean };
  readonly CM0004: { readonly file: string; readonly term: string; readonly near: string | null };
  readonly CM0005: {
    readonly file: string;
    readonly term: string;
    readonly found: string;
    readonly expected: string;
  };
  readonly CM0006: { readonly program: string; readonly model: string };
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
    render: ({ file, term, isCost }) => ({
      message: `${file} lacks \`${term}\``,
      help: [
        isCost
          ? `add \`${term}\`; a term that costs nothing is 0`
          : `add \`${term}\` as in \`cost-models/throughput.json\``,
      ],
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
  CM0006: {
    title: 'a cost model in which a program costs nothing',
    render: ({ program, model }) => ({
      message: `nothing that \`${program}\` does costs anything under the cost model \`${model}\`, so no plan is cheaper`,
      help: ['give a cost to `wake`, `send` or `fact`, which every program has'],
    }),
  },
});
