/** What is wrong with a text that should be a plan: PL01xx. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';

type CodecMessages = {
  readonly PL0101: { readonly file: string; readonly problem: string };
  readonly PL0102: { readonly file: string; readonly found: string; readonly expected: string };
  readonly PL0103: { readonly file: string; readonly field: string };
  readonly PL0104: {
    readonly file: string;
    readonly field: string;
    readonly found: string;
    readonly expected: string;
  };
  readonly PL0105: { readonly file: string };
  readonly PL0106: { readonly file: string; readonly problem: string };
  readonly PL0107: {
    readonly file: string;
    readonly field: string;
    readonly found: string;
    readonly expected: string;
  };
};

const again = 'make the plan again: `optimize PROGRAM --out plan.json`';

export const codecMessages: Messages<CodecMessages> = defineMessages<CodecMessages>()({
  PL0101: {
    title: 'a plan that is not JSON',
    render: ({ file, problem }) => ({
      message: `${file} is not JSON: ${problem}`,
      help: ['a plan is the file that `optimize PROGRAM --out plan.json` writes'],
    }),
  },
  PL0102: {
    title: 'a document of another schema where a plan is expected',
    render: ({ file, found, expected }) => ({
      message: `${file} has ${found === 'missing' ? 'no schema' : `the schema ${found}`}, expected "${expected}"`,
      help: ['make the plan again with this version: `optimize PROGRAM --out plan.json`'],
    }),
  },
  PL0103: {
    title: 'a plan without a field that it must have',
    render: ({ file, field }) => ({ message: `${file} lacks \`${field}\`` }),
  },
  PL0104: {
    title: 'a field of a plan with a value that it cannot have',
    render: ({ file, field, found, expected }) => ({
      message: `${file}: \`${field}\` is ${found}, expected ${expected}`,
    }),
  },
  PL0105: {
    title: 'a plan whose program was changed',
    render: ({ file }) => ({
      message: `${file}: \`program.text\` does not have the hash that \`program.sha256\` says`,
      notes: [{ message: 'the proofs of a plan are about that text and no other' }],
      help: [again],
    }),
  },
  PL0106: {
    title: 'a plan that is no deployment of its program',
    render: ({ file, problem }) => ({
      message: `${file}: \`ir\` is no plan of \`program.text\`: ${problem}`,
      help: [again],
    }),
  },
  PL0107: {
    title: 'a plan that contradicts itself',
    render: ({ file, field, found, expected }) => ({
      message: `${file}: \`${field}\` is ${found}, and the programs in the plan say ${expected}`,
      help: [again],
    }),
  },
});
