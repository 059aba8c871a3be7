/**
 * Every finding about a program's text, with its code. Bands: IR00xx characters, 01xx grammar,
 * 02xx names, 03xx types and arity, 04xx strata and time, 05xx placement, 06xx invariants, history
 * and workload, 07xx unused.
 */

import { defineMessages, type Messages } from '../base/diagnostic.ts';
import { type GrammarTable, grammarMessages } from './messages/grammar.ts';
import { type NameTable, nameMessages } from './messages/name.ts';
import { type PlacementTable, placementMessages } from './messages/placement.ts';
import { type SpecificationTable, specificationMessages } from './messages/specification.ts';
import { type TimeTable, timeMessages } from './messages/time.ts';
import { type TypeTable, typeMessages } from './messages/type.ts';

export type SyntaxTable = GrammarTable &
  NameTable &
  TypeTable &
  TimeTable &
  PlacementTable &
  SpecificationTable;

export const syntaxMessages: Messages<SyntaxTable> = defineMessages<SyntaxTable>()({
  ...grammarMessages,
  ...nameMessages,
  ...typeMessages,
  ...timeMessages,
  ...placementMessages,
  ...specificationMessages,
});
