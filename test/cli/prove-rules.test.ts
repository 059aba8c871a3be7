import { expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { freshFolder, run } from './support.ts';

test('every rule is proved on its own examples, with every condition needed', async () => {
  freshFolder();
  const { status, out } = await run('prove', '--rules', '--json');
  expect(status).toBe(0);
  const { obligations } = JSON.parse(out);
  for (const rule of rules) {
    const own = obligations.filter((each: { rule: string }) => each.rule === rule.name);
    const kinds = new Set(own.map((each: { kind: string }) => each.kind));
    expect([rule.name, ...kinds]).toContain('argued');
    if (rule.kind === 'equation') continue;
    expect([rule.name, ...kinds]).toContain('bounded');
    expect([rule.name, ...kinds]).toContain('syntactic');
  }
  for (const { kind, loadBearing } of obligations) {
    for (const each of loadBearing) expect(each.withoutIt).toBe('refuted');
    if (kind === 'bounded') expect(loadBearing.length).toBeGreaterThan(0);
  }
}, 120_000);
