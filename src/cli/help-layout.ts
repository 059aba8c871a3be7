/** The layout of help: commander's own while descriptions have room beside their terms, and below them where not. */

import type { HelpConfiguration, Option } from 'commander';
import { wrapped } from './layout.ts';

/** Columns below which a description goes under its term. */
const besideMin = 40;

export const helpLayout: HelpConfiguration = {
  optionDescription: describeOption,
  formatItem(term, termWidth, description) {
    const columns = this.helpWidth ?? 80;
    const room = columns - termWidth - 4;
    if (description === '') return `  ${term}`;
    const isBeside = room >= besideMin;
    const lines = wrapped(description, isBeside ? room : columns - 6);
    const indent = ' '.repeat(isBeside ? termWidth + 4 : 6);
    const below = lines.map((line) => `${indent}${line}`).join('\n');
    return isBeside ? `  ${term.padEnd(termWidth + 2)}${below.trimStart()}` : `  ${term}\n${below}`;
  },
  boxWrap: filled,
};

/** Paragraphs filled to a width; a line that begins with a blank is an example, and stays as it is. */
export function filled(text: string, columns: number): string {
  const paragraphs: string[] = [];
  for (const line of text.split('\n')) {
    const last = paragraphs.at(-1);
    const isApart = last === undefined || last === '' || line === '' || /^\s/.test(line + last);
    if (isApart) paragraphs.push(line);
    else paragraphs[paragraphs.length - 1] = `${last} ${line}`;
  }
  return paragraphs
    .flatMap((line) => (/^(\s|$)/.test(line) ? [line] : wrapped(line, columns)))
    .join('\n');
}

function describeOption({ description, defaultValue }: Option): string {
  return typeof defaultValue === 'string' ? `${description} [${defaultValue}]` : description;
}
