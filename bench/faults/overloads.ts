/** What is left of the throughput when many times as many requests come as can be answered: of voting and of Paxos. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '../../src/exec/value.ts';
import { defaultDeploymentOptions } from '../../src/runtime/deployment-options.ts';
import { Supervisor } from '../../src/runtime/supervisor.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { compileSources } from '../../test/runtime/compiled.ts';
import { type Overload, overload } from '../../test/runtime/faults/overload.ts';

const cases: readonly {
  readonly file: string;
  readonly channel: string;
  readonly fact: (client: number, id: number) => Fact;
}[] = [
  {
    file: 'protocols/voting.ir',
    channel: 'req',
    fact: (client, id) => [client, id, 'sixteen bytes ..'],
  },
  {
    file: 'protocols/paxos.ir',
    channel: 'put',
    fact: (client, id) => [client, id, id % 100, 'sixteen bytes ..'],
  },
];

const clients = 8192;

export async function overloads(factor: number): Promise<readonly (Overload & { file: string })[]> {
  const compiled = compileSources();
  const results: (Overload & { file: string })[] = [];
  try {
    for (const { file, channel, fact } of cases) {
      const loaded = loadProgram({ name: file, text: readFileSync(file, 'utf8') });
      if (loaded.kind === 'err') throw new Error(`${file}: ${loaded.error[0]?.message}`);
      const folder = mkdtempSync(join(tmpdir(), 'compart-overload-'));
      const options = { clients, folder, entry: compiled.entry, execArgv: [], statusMs: 50 };
      const supervisor = new Supervisor(loaded.value.program, {
        ...defaultDeploymentOptions,
        ...options,
      });
      try {
        const problem = await supervisor.start();
        if (problem !== null) throw new Error(problem.message);
        const windows = { peakMs: 3000, overloadMs: 8000 };
        const measured = { supervisor, channel, members: 1, fact, factor, clients, ...windows };
        results.push({ file, ...(await overload(measured)) });
      } finally {
        await supervisor.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  } finally {
    compiled.remove();
  }
  return results;
}
