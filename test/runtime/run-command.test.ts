/** The command `run`: flags, what it prints, and how it ends. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freshFolder, run, runProcess } from '../cli/support.ts';

test.each([
  [['--engine', 'dfir'], 'there is no engine `dfir`'],
  [['--durability', 'always'], 'there is no durability `always`'],
  [['--transport', 'udp'], 'there is no transport `udp`'],
  [['--batching', 'some'], 'there is no batching `some`'],
  [['--for', '0'], '--for'],
  [['--load', 'many'], '--load'],
  [['--port', '70000'], '--port'],
  [['--port', '65534'], 'at most 65532: each of the 4 processes has a port of its own'],
  [['--set', 'participants=no'], '--set'],
] as const)('%j is said and starts nothing', async (flags, message) => {
  const { status, out, err } = await run('run', 'voting.ir', ...flags);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
});

test('a folder that can not be made is the failure of the environment', async () => {
  freshFolder();
  const { status, out, err } = await run('run', 'voting.ir', '--folder', '/dev/null/x', '--json');
  expect(status).toBe(4);
  expect(err).toContain("/dev/null/x can't be used");
  expect(JSON.parse(out)).toMatchObject({ schema: 'compart/error@1' });
});

test('voting runs with its workload until Ctrl-C, and leaves one document', async () => {
  freshFolder();
  const argv = ['run', 'voting.ir', '--set', 'participants=1', '--load', '4', '--json'];
  const interrupt = { after: ' s   2 of 2 up', signal: 'SIGINT' } as const;
  const { status, out, err } = await runProcess(argv, { interrupt });
  expect(err).toContain('2 processes, logs and data in .compart/deployments/');
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    schema: 'compart/run@1',
    program: 'voting',
    engine: 'node',
    nodes: [
      { name: 'leader', role: 'leader', member: 0, part: 0, incarnation: 0 },
      { name: 'participant:0', role: 'participant', member: 0, part: 0, incarnation: 0 },
    ],
    failures: [],
    measured: { killed: [] },
  });
  expect(document.measured.load.answered).toBeGreaterThan(0);
  expect(status).toBe(0);
}, 120_000);

test('a port that is taken ends it with a sentence', async () => {
  freshFolder();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const argv = ['run', 'voting.ir', '--set', 'participants=1', '--port', `${port}`];
  const { status, out, err } = await runProcess(argv);
  server.close();
  expect({ status, out }).toEqual({ status: 4, out: '' });
  expect(err).toContain(`leader: 127.0.0.1:${port} is taken by another process (EADDRINUSE)`);
}, 120_000);
