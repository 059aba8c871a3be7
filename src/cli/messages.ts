/** What can be wrong with the command line and the files that it names: CF00xx. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';

type CommandMessages = {
  readonly CF0001: { readonly file: string; readonly candidates: readonly string[] };
  readonly CF0002: { readonly file: string };
  readonly CF0003: { readonly file: string; readonly problem: string };
  readonly CF0004: { readonly file: string };
  readonly CF0005: { readonly flag: string; readonly text: string; readonly expected: string };
  readonly CF0006: {
    readonly kind: string;
    readonly name: string;
    readonly candidates: readonly string[];
  };
  readonly CF0007: { readonly file: string; readonly problem: string };
  readonly CF0008: { readonly file: string; readonly problem: string };
  readonly CF0009: { readonly file: string; readonly command: string };
  readonly CF0010: { readonly command: string };
  readonly CF0011: { readonly word: string; readonly candidates: readonly string[] };
  readonly CF0012: { readonly steps: number; readonly asked: string };
  readonly CF0013: { readonly machines: number; readonly max: number };
  readonly CF0016: { readonly flag: string };
  readonly CF0017: { readonly functions: readonly FunctionStub[] };
  readonly CF0018: { readonly file: string; readonly what: string; readonly flag: string };
  readonly CF0019: {
    readonly problem: string;
    readonly guesses: readonly string[];
    readonly command: string | undefined;
  };
  readonly CF0020: { readonly file: string; readonly command: string };
  readonly CF0021: { readonly flag: string };
  readonly CF0015: { readonly folder: string };
  readonly CF0014: { readonly kind: string; readonly target: string };
};

/** A function that the program declares without a body, as a module would export it. */
export interface FunctionStub {
  readonly name: string;
  /** `export function sign(key, text) { .. }`, with the types behind it. */
  readonly code: string;
}

export const commandMessages: Messages<CommandMessages> = defineMessages<CommandMessages>()({
  CF0001: {
    title: 'a file that does not exist',
    render: ({ file, candidates }) => ({
      message: `there is no file ${file}`,
      help: didYouMean(file, candidates),
    }),
  },
  CF0002: {
    title: 'a directory where a file is expected',
    render: ({ file }) => ({
      message: `${file} is a directory, expected a file`,
      help: [`name a file in it, such as \`${file.replace(/\/+$/, '')}/NAME\``],
    }),
  },
  CF0003: {
    title: 'a file that cannot be read',
    render: ({ file, problem }) => ({ message: `${file} cannot be read: ${problem}` }),
  },
  CF0004: {
    title: 'a file that is not UTF-8 text',
    render: ({ file }) => ({
      message: `${file} is not UTF-8 text`,
      help: ['save it as UTF-8, which programs, plans and cost models are written in'],
    }),
  },
  CF0005: {
    title: 'a flag with a value that it cannot have',
    render: ({ flag, text, expected }) => ({
      message: `${flag} got \`${text}\`, expected ${expected}`,
    }),
  },
  CF0006: {
    title: 'a name that nothing has',
    render: ({ kind, name, candidates }) => ({
      message: `there is no ${kind} \`${name}\``,
      help: [...didYouMean(name, candidates), `there are: ${candidates.join(', ')}`],
    }),
  },
  CF0007: {
    title: 'a file that cannot be written',
    render: ({ file, problem }) => ({ message: `${file} cannot be written: ${problem}` }),
  },
  CF0008: {
    title: 'a file of functions that cannot be used',
    render: ({ file, problem }) => ({
      message: `${file} gives no functions: ${problem}`,
      help: ['export each function under the name that the program declares'],
    }),
  },
  CF0009: {
    title: 'a program where a plan is expected',
    render: ({ file, command }) => ({
      message: `\`${command}\` takes a plan, and ${file} is a program`,
      help: [`make one with \`optimize ${file} --out plan.json\``],
    }),
  },
  CF0010: {
    title: 'a command that this version does not have',
    render: ({ command }) => ({
      message: `\`${command}\` is not part of this version`,
      help: ['`compart --help` lists the commands that are'],
    }),
  },
  CF0011: {
    title: 'a word that is neither a command nor a file',
    render: ({ word, candidates }) => ({
      message: `\`${word}\` is neither a command nor a file`,
      help: [...didYouMean(word, candidates), '`compart --help` lists the commands'],
    }),
  },
  CF0012: {
    title: 'a step that the plan does not have',
    render: ({ steps, asked }) => ({
      message: `there is no step ${asked}`,
      help: [steps === 0 ? 'the plan is the original and has no steps' : `steps are 1 to ${steps}`],
    }),
  },
  CF0013: {
    title: 'a program for more machines than can be simulated',
    render: ({ machines, max }) => ({
      message: `the program needs ${machines} machines, and ${max} is the most that is simulated`,
      help: ['choose smaller parameters with `--set name=value`'],
    }),
  },
  CF0014: {
    title: 'a thing to emit that this version does not have',
    render: ({ kind, target }) => ({
      message: `${kind} \`${target}\` is not part of this version`,
      help: ['targets are ir, json, dot, mermaid and svg'],
    }),
  },
  CF0015: {
    title: 'the latest run, where none was saved',
    render: ({ folder }) => ({
      message: `no run is saved under ${folder} in the working directory, so \`latest\` names no plan`,
      help: ['save one with `optimize PROGRAM`, or name the file of a plan'],
    }),
  },
  CF0016: {
    title: 'a flag that is given twice',
    render: ({ flag }) => ({ message: `${flag} is given twice` }),
  },
  CF0017: {
    title: 'functions without a body that no module gives',
    render: ({ functions }) => ({
      message: `the program leaves ${functions.map(({ name }) => `\`${name}\``).join(', ')} to a module, and none was given`,
      help: [
        'name one with `--functions FILE.mjs`, which exports:',
        ...functions.map(({ code }) => code),
      ],
    }),
  },
  CF0018: {
    title: 'something of a plan that cannot be changed any more',
    render: ({ file, what, flag }) => ({
      message: `${file} is a plan, and a plan is made for the parameters and machines that it says: its ${what} stays`,
      help: [`make another with \`optimize PROGRAM ${flag}\``],
    }),
  },
  CF0019: {
    title: 'a command line that is no command',
    render: ({ problem, guesses, command }) => ({
      message: problem,
      help: [
        ...guesses.map((guess) => `did you mean \`${guess}\`?`),
        `\`compart ${command === undefined ? '--help' : `${command} --help`}\` says what it takes`,
      ],
    }),
  },
  CF0020: {
    title: 'a document where a program is expected',
    render: ({ file, command }) => ({
      message: `\`${command}\` takes a program, and ${file} is JSON`,
      help: ['the program that a plan is comes from `optimize emit PLAN --target ir`'],
    }),
  },
  CF0021: {
    title: 'a plan is described, and no program is named',
    render: ({ flag }) => ({
      message: `\`${flag}\` says how a plan is made, and rules are proved on programs of their own`,
      help: [`name the program, as in \`compart prove paxos.ir ${flag}\`, or leave the flag out`],
    }),
  },
});
