import { expect, test } from 'vitest';
import { run } from './support.ts';

const commands = [
  'optimize',
  'trace',
  'emit',
  'run',
  'check',
  'fmt',
  'analyze',
  'prove',
  'verify',
  'sim',
  'check-history',
];
const later = ['explore', 'import'];

test('the help names every command, fits a screen, and names nothing that is not there', async () => {
  const { status, out, err } = await run('--help');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out.trimEnd().split('\n').length).toBeLessThan(30);
  for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  for (const command of later) expect(out).not.toMatch(new RegExp(`^  ${command}\\b`, 'm'));
});

test.each(commands)('the help of %s has examples and the exit statuses', async (command) => {
  const { status, out } = await run(command, '--help');
  expect(status).toBe(0);
  expect(out.split(`\n  compart ${command} `).length).toBeGreaterThanOrEqual(3);
  expect(out).toContain('Exit status: 0 yes, 1 the answer is no');
  expect((await run('help', command)).out).toBe(out);
});

test('the version is that of the documents', async () => {
  expect(await run('--version')).toEqual({ status: 0, out: '0.1.0\n', err: '' });
});

test.each(later)('%s is part of a later version', async (command) => {
  const { status, out, err } = await run(command, 'paxos.ir');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(`\`${command}\` is not part of this version`);
});

test.each([
  [['optimise', 'voting.ir'], 'did you mean `optimize`?'],
  [['votin.ir', '--no-save'], 'did you mean `voting.ir`?'],
  [['voting.ir', '--csot', 'latency'], 'did you mean `--cost`?'],
  [['voting.ir', '--rules', 'decouple/functonal'], 'did you mean `decouple/functional`?'],
  [['voting.ir', '--cost', 'latencies'], 'did you mean `latency`?'],
  [['sim', 'voting.ir', '--faults', 'los'], 'did you mean `loss`?'],
  [['emit', 'plan.json', '--target', 'svgg'], 'did you mean `svg`?'],
] as const)('%j gets a suggestion', async (argv, suggestion) => {
  const { status, out, err } = await run(...argv);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(suggestion);
});

test('no command at all is a mistake', async () => {
  const { status, out, err } = await run();
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('Usage: compart');
});
