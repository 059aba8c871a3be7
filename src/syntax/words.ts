/** The words of the language, by what they start. */

/** What starts a declaration at the top of a program. */
export const itemWords = [
  'param',
  'type',
  'function',
  'lattice',
  'role',
  'channel',
  'invariant',
  'history',
  'workload',
] as const;

export type ItemWord = (typeof itemWords)[number];

/** What starts a member of a role, beside the head of a clause. */
export const memberWords = ['relation', 'durable', 'static', 'timer', 'init', 'persist'] as const;

export type MemberWord = (typeof memberWords)[number];

/** Can't name a variable or a column either: they stand inside expressions and literals. */
export const expressionWords: ReadonlySet<string> = new Set([
  'true',
  'false',
  'me',
  'if',
  'then',
  'else',
  'stable',
  'after',
]);

/**
 * Can't name anything that clauses refer to (relations, channels, timers, roles, functions), since a
 * clause or a declaration could then start where another one still goes on.
 */
export const reservedWords: ReadonlySet<string> = new Set([
  ...itemWords,
  ...memberWords,
  ...expressionWords,
  'key',
  'fd',
  'by',
  'int',
  'bool',
  'string',
  'or',
]);

export const aggregateWords: ReadonlySet<string> = new Set([
  'count',
  'sum',
  'min',
  'max',
  'collect',
  'choose',
]);
