/** Texts of IR00xx (characters) and IR01xx (grammar). */

import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';

export type GrammarTable = {
  IR0001: { found: string };
  IR0002: object;
  IR0003: { text: string };
  IR0004: { digits: string };
  IR0005: { word: string };
  IR0006: { sign: string };
  IR0101: { expected: string; found: string; help: string | null };
  IR0102: { what: string; opened: Span; closer: string };
  IR0103: { limit: number };
  IR0104: { word: string; what: string };
  IR0105: { found: string };
  IR0106: { relation: string };
  IR0107: { relation: string; found: string };
  IR0108: { relation: string };
  IR0109: { found: string };
  IR0110: object;
  IR0111: { found: string };
  IR0112: { missing: 'role' | 'clause' };
  IR0113: { flag: string; first: Span };
  IR0114: { found: string; nearest: string | null };
  IR0115: { aggregate: string };
  IR0117: object;
  IR0116: { word: string; nearest: string | null; known: string };
};

export const grammarMessages: MessageTable<GrammarTable> = {
  IR0001: {
    title: 'a character that the language does not use',
    render: ({ found }) => ({
      message: `${shown(found)} is not part of the language`,
      help: ['a program is UTF-8 text: names, integers, strings and the signs of docs/language.md'],
    }),
  },
  IR0002: {
    title: 'a string without its closing quote',
    render: () => ({
      message: 'this string has no closing quote',
      label: 'the line ends here',
      help: ['close it with `"`; a line break inside a string is written `\\n`'],
    }),
  },
  IR0003: {
    title: 'an unknown escape in a string',
    render: () => ({
      message: 'a string holds an unknown escape',
      help: ['known are `\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u00e9`'],
    }),
  },
  IR0004: {
    title: 'an integer that is too large',
    render: ({ digits }) => ({
      message: `the integer ${digits.length > 30 ? `${digits.slice(0, 27)}...` : digits} is too large`,
      help: [`integers go up to ${Number.MAX_SAFE_INTEGER}`],
    }),
  },
  IR0005: {
    title: 'a number with letters in it',
    render: ({ word }) => ({
      message: `\`${word}\` is neither an integer nor a name`,
      help: ['a name starts with a letter or `_`'],
    }),
  },
  IR0006: {
    title: 'a comment of another language',
    render: ({ sign }) => ({
      message: `comments do not start with \`${sign}\``,
      help: ['write `// ..`, to the end of the line'],
    }),
  },
  IR0101: {
    title: 'something else was expected',
    render: ({ expected, found, help }) => ({
      message: `expected ${expected}, found ${found}`,
      label: `expected ${expected}`,
      help: help === null ? [] : [help],
    }),
  },
  IR0102: {
    title: 'a bracket that is not closed',
    render: ({ what, opened, closer }) => ({
      message: `${what} is not closed`,
      label: `expected \`${closer}\` before this`,
      labels: [{ span: opened, message: 'opened here' }],
    }),
  },
  IR0103: {
    title: 'nesting that is too deep',
    render: ({ limit }) => ({
      message: `this is nested more than ${limit} levels deep`,
      help: ['split it: give a part a name with `x = ..`, or a function of its own'],
    }),
  },
  IR0104: {
    title: 'a word of the language used as a name',
    render: ({ word, what }) => ({
      message: `\`${word}\` is a word of the language and cannot name ${what}`,
      help: [`choose another name, such as \`${word}_\``],
    }),
  },
  IR0105: {
    title: 'a comma that is missing',
    render: ({ found }) => ({
      message: `expected \`,\` or the end of the clause, found ${found}`,
      help: [
        'literals are separated by `,`; a new clause starts with its head and `:-`, `:+` or `:~`',
      ],
    }),
  },
  IR0106: {
    title: 'a clause outside of a role',
    render: ({ relation }) => ({
      message: `the clause of \`${relation}\` stands outside of any role`,
      help: ['move it into the `role` on whose nodes it runs'],
    }),
  },
  IR0107: {
    title: 'a clause without `:-`, `:+` or `:~`',
    render: ({ relation, found }) => ({
      message: `expected \`:-\`, \`:+\` or \`:~\` after the head \`${relation}(..)\`, found ${found}`,
      help: [
        '`:-` derives in the same tick, `:+` in the next one, `:~` sends a message',
        `a fact that holds at the start is written \`init ${relation}(..)\``,
      ],
    }),
  },
  IR0108: {
    title: 'a negation of another language',
    render: ({ relation }) => ({
      message: 'negation is written `!`',
      help: [`write \`!${relation}(..)\``],
    }),
  },
  IR0109: {
    title: 'a sign at the end of a clause',
    render: ({ found }) => ({
      message: `a clause ends without a sign, found \`${found}\``,
      help: ['leave it out: a clause ends where the next one begins'],
    }),
  },
  IR0110: {
    title: 'a chain of comparisons',
    render: () => ({
      message: 'comparisons cannot be chained',
      help: ['write `a < b, b < c`, or `a < b && b < c` inside an expression'],
    }),
  },
  IR0111: {
    title: '`=` where a comparison was meant',
    render: ({ found }) => ({
      message: '`=` gives a new variable its value, and its left side is not a variable',
      help: [`write \`${found} == ..\` to compare`],
    }),
  },
  IR0112: {
    title: 'a program without a role or a clause',
    render: ({ missing }) => ({
      message: `the program has no ${missing}`,
      help: [
        missing === 'role'
          ? 'a program needs at least one `role NAME { .. }` with a clause in it'
          : 'a program needs at least one clause, such as `seen(x) :- message(x)`',
      ],
    }),
  },
  IR0113: {
    title: 'a flag given twice',
    render: ({ flag, first }) => ({
      message: `\`${flag}\` contradicts or repeats an earlier flag`,
      labels: [{ span: first, message: 'the earlier one' }],
      help: [
        'a channel is `reliable`, or `lossy`, or `duplicating`, or (unless said) both of these',
      ],
    }),
  },
  IR0114: {
    title: 'an unknown declaration',
    render: ({ found, nearest }) => ({
      message: `\`${found}\` does not start a declaration`,
      help: nearest === null ? [] : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0115: {
    title: 'an aggregate in a body',
    render: ({ aggregate }) => ({
      message: `an aggregate such as \`${aggregate}<..>\` stands in the head of a clause`,
      help: [
        `derive it first: \`total(${aggregate}<x>) :- r(x)\`, and read \`total(n)\` in another clause`,
      ],
    }),
  },
  IR0117: {
    title: 'a comma at the end of a clause',
    render: () => ({
      message: 'this clause ends with a comma',
      label: 'a literal is missing behind it',
      help: ['leave it out, or write the literal'],
    }),
  },
  IR0116: {
    title: 'an unknown item of the workload',
    render: ({ word, nearest, known }) => ({
      message: `\`${word}\` is not an item of a workload`,
      help: [nearest === null ? `known are ${known}` : `did you mean \`${nearest}\`?`],
    }),
  },
};

/** Characters as a person can tell them apart: printable ones quoted, others by their number. */
function shown(found: string): string {
  const points = [...found];
  const first = points.slice(0, 4).map((c) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(c) ? c : code(c)));
  const more = points.length > 4 ? ` and ${points.length - 4} more` : '';
  return `\`${first.join('')}\`${more}`;
}

function code(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
}
