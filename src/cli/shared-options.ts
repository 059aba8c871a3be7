/** Options that several commands take, each worded once. */

import { Option } from 'commander';

/** Collects the values of an option that may be given again. */
export const repeatable = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
];

/** `the` where the input is a program, `a` where it may be a plan, which has none to set. */
export function setOption(which: 'the' | 'a'): Option {
  const text = `a parameter of ${which} program; may be repeated`;
  return new Option('--set <name=value>', text).argParser(repeatable).default([]);
}

export function functionsOption(): Option {
  const text = 'functions that the program declares without a body';
  return new Option('--functions <file.mjs>', text);
}

export function machinesOption(): Option {
  const text = 'most machines of the plan (default: 3 x those of the original)';
  return new Option('--machines <n>', text);
}
