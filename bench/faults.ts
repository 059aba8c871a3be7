/**
 * Do the tests of the runtime notice bugs? And how much is lost when processes die and networks part for long?
 *
 *   npx tsx bench/faults.ts kill [--json] [NAME..]
 *
 * `kill` plants bugs in a copy of the project, one after the other, and runs the test that should notice; a name that is
 * given chooses the bugs whose name has it. Every test that is named passes without a bug, or nothing is claimed.
 */
import { copyOfProject, type Verdict, verdictOn } from '../test/runtime/faults/plant.ts';
import { type PlantedBug, plantedBugs } from '../test/runtime/faults/planted-bugs.ts';

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

const [command, ...rest] = process.argv.slice(2);
const json = rest.includes('--json');
const names = rest.filter((word) => !word.startsWith('--'));
if (command !== 'kill') {
  console.error('usage: npx tsx bench/faults.ts kill [--json] [NAME..]');
  process.exitCode = 2;
} else process.exitCode = (await kill(names, json)) ? 0 : 1;
