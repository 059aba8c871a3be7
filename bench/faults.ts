/**
 * Do the tests of the runtime notice bugs? And how much is lost when processes die and networks part for long?
 *
 *   npx tsx bench/faults.ts kill [--json] [NAME..]
 *   npx tsx bench/faults.ts campaign [--json] [--commands N] [--seconds S] [--seed N] [--clients N]
 *     [--only FAULT] [FILE.ir..]
 *   npx tsx bench/faults.ts overload [--json] [--factor N]
 *
 * `kill` plants bugs in a copy of the project, one after the other, and runs the test that should notice; a name that is
 * given chooses the bugs whose name has it. Every test that is named passes without a bug, or nothing is claimed.
 * `campaign` runs each program until so many commands are acknowledged or so many seconds are over, under faults.
 * `overload` sends so many times as many requests as are answered at the peak.
 */
import { parseArgs } from 'node:util';
import type { Overload } from '../test/runtime/faults/overload.ts';
import { copyOfProject, type Verdict, verdictOn } from '../test/runtime/faults/plant.ts';
import { type PlantedBug, plantedBugs } from '../test/runtime/faults/planted-bugs.ts';
import { type Campaign, campaign } from './faults/campaign.ts';
import { overloads } from './faults/overloads.ts';

interface Row {
  readonly bug: string;
  readonly file: string;
  readonly verdict: Verdict;
  readonly testFile: string;
  readonly seconds: number;
}

async function kill(names: readonly string[], json: boolean): Promise<boolean> {
  const chosen = plantedBugs.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
  );
  const copy = copyOfProject();
  const rows: Row[] = [];
  try {
    const sound = new Map<string, boolean>();
    for (const bug of chosen) {
      const began = performance.now();
      const key = `${bug.testFile} ${bug.test}`;
      if (!sound.has(key)) sound.set(key, (await verdictOn(copy, bug, false)).kind === 'survived');
      const verdict: Verdict = sound.get(key)
        ? await verdictOn(copy, bug, true)
        : { kind: 'broken', text: 'the test fails without the bug' };
      const seconds = (performance.now() - began) / 1000;
      const row = { bug: bug.name, file: bug.file, verdict, testFile: bug.testFile, seconds };
      rows.push(row);
      if (!json) console.log(lineOf(row, bug));
    }
  } finally {
    copy.remove();
  }
  const caught = rows.filter(({ verdict }) => verdict.kind === 'caught').length;
  if (json) console.log(JSON.stringify({ schema: 'compart/planted@1', caught, rows }, null, 2));
  else console.log(`${caught} of ${rows.length} caught`);
  return caught === rows.length;
}

function lineOf({ verdict, seconds }: Row, { name, testFile }: PlantedBug): string {
  const file = testFile.replace('test/runtime/', '').replace('.test.ts', '');
  const by =
    verdict.kind === 'caught'
      ? `${file}: ${verdict.by[0]}${verdict.by.length > 1 ? ` (and ${verdict.by.length - 1} more)` : ''}`
      : verdict.kind === 'survived'
        ? 'NOT CAUGHT'
        : `BROKEN: ${verdict.text.split('\n')[0]}`;
  return `${name.padEnd(52)} ${seconds.toFixed(0).padStart(4)} s   ${by}`;
}

async function campaigns(files: readonly string[], flags: Flags, json: boolean): Promise<boolean> {
  const results: Campaign[] = [];
  for (const file of files) {
    const { commands, seconds, ...rest } = flags;
    const onLine = json ? () => undefined : (line: string) => console.log(line);
    const result = await campaign({ file, commands, secondsMax: seconds, ...rest, onLine });
    results.push(result);
    if (json) continue;
    const sortedMs = [...result.recoveryMs].sort((a, b) => a - b);
    const quantile = (q: number): string =>
      (sortedMs[Math.min(sortedMs.length - 1, Math.floor(q * sortedMs.length))] ?? 0).toFixed(0);
    console.log(
      `${file}, seed ${result.seed}: ${result.acknowledged} commands in ${result.seconds.toFixed(0)} s`,
    );
    console.log(`  lost ${result.lost}, doubled ${result.doubled}, wrong ${result.wrong.length}`);
    for (const text of result.wrong.slice(0, 10)) console.log(`  ${text.slice(0, 300)}`);
    for (const text of result.failures) console.log(`  failed: ${text}`);
    for (const [name, count] of Object.entries(result.faults)) console.log(`  ${count} x ${name}`);
    console.log(`  frames: ${JSON.stringify(result.network)}`);
    console.log(
      `  answered again after the death of the leader: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms (${sortedMs.length})`,
    );
    const megabytes = (result.residentMax / 2 ** 20).toFixed(0);
    console.log(
      `  ${result.restarts} restarts, ${result.retried} retries, at most ${megabytes} MB a process`,
    );
  }
  if (json) console.log(JSON.stringify({ schema: 'compart/campaign@1', results }, null, 2));
  return results.every(({ wrong, failures }) => wrong.length === 0 && failures.length === 0);
}

async function overloaded(factor: number, json: boolean): Promise<void> {
  const results = await overloads(factor);
  if (json) console.log(JSON.stringify({ schema: 'compart/overload@1', factor, results }, null, 2));
  else for (const each of results) console.log(overloadLine(each));
}

function overloadLine({
  file,
  peak,
  goodput,
  offered,
  residentMax,
}: Overload & { file: string }): string {
  const ratio = (a: number, b: number): string => (a / Math.max(b, 1e-9)).toFixed(2);
  return [
    file,
    `peak ${peak.perSecond.toFixed(0)}/s`,
    `offered ${offered.toFixed(0)}/s`,
    `answered ${goodput.perSecond.toFixed(0)}/s (${ratio(goodput.perSecond, peak.perSecond)} of the peak`,
    `for each second of processor time ${ratio(goodput.perCpuSecond, peak.perCpuSecond)})`,
    `at most ${(residentMax / 2 ** 20).toFixed(0)} MB a process`,
  ].join(', ');
}

interface Flags {
  readonly commands: number;
  readonly seconds: number;
  readonly seed: number;
  readonly clients: number;
  readonly only: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    commands: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '300' },
    only: { type: 'string', default: '' },
    factor: { type: 'string', default: '10' },
  },
});
const [command, ...names] = positionals;
if (command === 'kill') process.exitCode = (await kill(names, values.json)) ? 0 : 1;
else if (command === 'campaign') {
  const files = names.length > 0 ? names : ['protocols/paxos.ir'];
  const flags: Flags = {
    commands: Number(values.commands),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    clients: Number(values.clients),
    only: values.only,
  };
  process.exitCode = (await campaigns(files, flags, values.json)) ? 0 : 1;
} else if (command === 'overload') await overloaded(Number(values.factor), values.json);
else {
  console.error('usage: npx tsx bench/faults.ts kill [NAME..] | campaign [FILE.ir..] | overload');
  process.exitCode = 2;
}
