/** docs/language.md: every example does what the page says, and the registries are documented. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtinNames, builtins, printSignature } from '../../src/ir/builtins.ts';
import { printProgram } from '../../src/ir/print.ts';
import { format } from '../../src/syntax/format.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { syntaxMessages } from '../../src/syntax/messages.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/language.md'), 'utf8');

interface Example {
  readonly section: string;
  /** The code that the example is refused with; empty where it is accepted. */
  readonly code: string;
  readonly text: string;
}

const examples = examplesOf(page);

function examplesOf(text: string): readonly Example[] {
  const found: Example[] = [];
  let section = '';
  for (const part of text.split(/^(?=## |```ir)/m)) {
    section = /^## (.*)$/m.exec(part)?.[1] ?? section;
    const block = /^```ir ?(\w*)\n([\s\S]*?)^```$/m.exec(part);
    if (block !== null) found.push({ section, code: block[1] ?? '', text: block[2] ?? '' });
  }
  return found;
}

test('every construct has an example, and a way to get it wrong', () => {
  expect(examples.length).toBeGreaterThan(40);
  const sections = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
  const without = sections.filter((name) => !examples.some(({ section }) => section === name));
  expect(without).toEqual(['Grammar', 'Meaning', 'Layout', 'Findings']);
});

test.each(examples)('$section $code', ({ code, text }) => {
  const source = { name: 'example.ir', text };
  const loaded = loadProgram(source);
  const findings = loaded.kind === 'ok' ? loaded.value.warnings : loaded.error;
  const errors = findings.filter((found) => found.severity === 'error');
  if (code === '') expect(findings.map((found) => found.message)).toEqual([]);
  else expect([...new Set(errors.map((found) => found.code))]).toEqual([code]);
  const formatted = format(source);
  if (formatted.kind === 'ok') expect(formatted.value).toBe(text);
});

test.each(examples.filter(({ code }) => code === ''))('$section, printed', ({ text }) => {
  const loaded = loadProgram({ name: 'example.ir', text });
  if (loaded.kind === 'err') throw new Error('tested above');
  const printed = { name: 'example.ir', text: printProgram(loaded.value.program) };
  const again = loadProgram(printed);
  expect(again.kind === 'ok' && again.value.program).toEqual(loaded.value.program);
  expect(format(printed)).toEqual({ kind: 'ok', value: printed.text });
});

test('every built-in function is described in the words of its registry', () => {
  for (const name of builtinNames) {
    for (const signature of builtins[name].signatures) {
      expect(page).toContain(`\`${printSignature(name, signature)}\``);
    }
    expect(page).toContain(builtins[name].doc);
  }
});

test('every code is listed with its title, in order, and none else', () => {
  const listed = [...page.matchAll(/^\| (IR\d{4}) \| (.*) \|$/gm)].map((row) => [row[1], row[2]]);
  const known = [...syntaxMessages.titles].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(listed).toEqual(known);
});
