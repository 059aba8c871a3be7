import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import { type Fact, keyOfFact } from '../../src/exec/value.ts';
import { crc32c } from '../../src/runtime/log/crc32c.ts';
import { type Disk, folderDisk } from '../../src/runtime/log/disk.ts';
import { type Durability, DurableLog } from '../../src/runtime/log/durable-log.ts';
import type { DiskChange } from '../../src/runtime/machine.ts';
import { factCodec } from '../../src/runtime/wire/fact-codec.ts';
import { type MemoryDisk, memoryDisk } from './memory-disk.ts';
import { programOf } from './values.ts';

const program = programOf(
  'role client external\nrole node { pong@c(x) :~ ping(c, x) }\nchannel ping(c: client, x: string): client -> node\nchannel pong(x: string): node -> client',
);
const codec = factCodec(program.channels[1]?.columns ?? [], { program, members: () => 1 });
const owner = { plan: 'p', node: 'acceptor:0' };

/** A log with the states that it went through, as text. */
class Writer {
  readonly log: DurableLog;
  readonly image: Map<string, Fact>;
  readonly cut: string | null;
  readonly states: string[] = [];
  flushed = 0;
  failed: string | null = null;

  constructor(disk: Disk, durability: Durability, bytesMax = 1 << 20) {
    const opened = DurableLog.open({ disk, owner, codecs: [codec], durability, bytesMax });
    if (opened.kind === 'err') throw new Error(opened.error);
    this.log = opened.value.log;
    this.cut = opened.value.cut;
    this.image = new Map((opened.value.image?.[0] ?? []).map((fact) => [keyOfFact(fact), fact]));
    this.flushed = this.log.flushed;
    this.states[this.flushed] = this.text();
    this.log.start({
      onFlushed: (tick) => {
        this.flushed = tick;
      },
      onFailed: (problem) => {
        this.failed = problem;
      },
      image: () => [[...this.image.values()]],
    });
  }

  text(): string {
    return [...this.image.keys()].sort().join(' ');
  }

  tick(added: readonly string[], removed: readonly string[] = []): number {
    const change: DiskChange = { added: added.map((x) => [x]), removed: removed.map((x) => [x]) };
    for (const fact of change.removed) this.image.delete(keyOfFact(fact));
    for (const fact of change.added) this.image.set(keyOfFact(fact), fact);
    const tick = this.log.append([change]);
    this.states[tick] = this.text();
    this.log.commit();
    return tick;
  }

  async idle(): Promise<void> {
    while (!this.log.isIdle && this.failed === null) await new Promise(setImmediate);
  }
}

function refusal(disk: Disk): string {
  const options = { disk, owner, codecs: [codec], durability: 'group', bytesMax: 1 } as const;
  const opened = DurableLog.open(options);
  return opened.kind === 'err' ? opened.error : 'opened';
}

test('the checksum is that of RFC 3720, B.4', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

describe.each(['none', 'group', 'each'] as const)('durability %s', (durability) => {
  test('reads back what was written, and goes on from there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-test-'));
    try {
      const first = new Writer(folderDisk(folder), durability);
      expect(first.image.size).toBe(0);
      first.tick(['a', 'b']);
      first.tick(['c'], ['a']);
      await first.idle();
      const second = new Writer(folderDisk(folder), durability);
      expect(second.text()).toBe(first.text());
      second.tick(['d']);
      await second.idle();
      const third = new Writer(folderDisk(folder), durability);
      expect([...third.image.values()].flat().sort()).toEqual(['b', 'c', 'd']);
      expect(third.log.appended).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a snapshot takes the place of a long log', async () => {
    const disk = memoryDisk();
    const writer = new Writer(disk, durability, 500);
    for (let at = 0; at < 200; at++) {
      writer.tick([`fact ${at % 7}`], [`fact ${(at + 3) % 7}`]);
      await writer.idle();
    }
    expect(
      disk
        .list()
        .map((name) => name.replace(/-\d+/, ''))
        .sort(),
    ).toEqual(['log', 'snapshot']);
    expect([...disk.files.values()].reduce((sum, { all }) => sum + all.length, 0)).toBeLessThan(
      2000,
    );
    expect(new Writer(disk, durability).text()).toBe(writer.text());
  });

  test.each(['write', 'sync'] as const)(
    'after a failed %s nothing is safe any more',
    async (at) => {
      const disk = memoryDisk();
      const writer = new Writer(disk, durability);
      writer.tick(['a']);
      await writer.idle();
      const safe = writer.flushed;
      disk.fail = { at, code: 'EIO' };
      writer.tick(['b']);
      await writer.idle();
      // Nothing is ever flushed with `none`.
      if (durability === 'none' && at === 'sync') return;
      expect(writer.failed).toContain('EIO');
      disk.fail = null;
      writer.tick(['c']);
      await new Promise(setImmediate);
      expect(writer.flushed).toBe(safe);
    },
  );

  test('a full disk: what was safe before is read back', async () => {
    const disk = memoryDisk();
    const writer = new Writer(disk, durability);
    writer.tick(['a']);
    await writer.idle();
    disk.room = 20;
    writer.tick(['b']);
    await writer.idle();
    expect(writer.failed).toContain('ENOSPC');
    const after = new Writer(
      disk.crash((unflushed) => unflushed),
      durability,
    );
    expect([...after.image.values()]).toEqual([['a']]);
    expect(after.cut).toContain('log-');
  });
});

test('a power cut leaves a state that was there, and everything that was flushed', async () => {
  // Long enough for several snapshots.
  const lengths = { maxLength: 60, size: 'max' } as const;
  const ops = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), lengths);
  await fc.assert(
    fc.asyncProperty(
      ops,
      fc.integer(),
      fc.constantFrom('group', 'each'),
      async (ticks, seed, durability) => {
        const prng = Prng.fromSeed(seed);
        let disk: MemoryDisk = memoryDisk();
        for (let life = 0; life < 3; life++) {
          const writer = new Writer(disk, durability, 60);
          for (const [added, removed, waits] of ticks) {
            writer.tick([`x${added}`], [`x${removed}`]);
            if (waits) await new Promise(setImmediate);
          }
          const { flushed, states } = writer;
          const left = disk.crash((unflushed) => prng.below(unflushed + 1));
          const after = new Writer(left, durability, 60);
          expect(after.flushed).toBeGreaterThanOrEqual(flushed);
          expect(after.text()).toBe(states[after.flushed]);
          disk = left;
          await writer.idle();
        }
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

describe('a damaged log', () => {
  async function written(repeats = 100): Promise<Buffer> {
    const disk = memoryDisk();
    const writer = new Writer(disk, 'each');
    for (const name of ['one', 'two', 'three']) writer.tick([name.repeat(repeats)]);
    return disk.files.get('log-0000000000000000')?.all ?? Buffer.alloc(0);
  }
  const diskWith = (bytes: Buffer): MemoryDisk =>
    memoryDisk(new Map([['log-0000000000000000', bytes]]));

  test('one flipped bit anywhere is refused, with its place and what to do', async () => {
    const good = await written();
    for (let at = 0; at < good.length; at++) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      const said = refusal(diskWith(bytes));
      // The header of the last record is all that tells a long record from the end of the file.
      if (said === 'opened') throw new Error(`a flip at byte ${at} was not seen`);
      expect(said).toContain('disk/log-0000000000000000');
      expect(said).toMatch(/at byte \d+.*restore the folder|belongs to/);
    }
  });

  test('cut anywhere, it gives the ticks before the cut', async () => {
    const good = await written();
    const sizes = new Set<number>();
    for (let end = 0; end <= good.length; end++) {
      sizes.add(new Writer(diskWith(good.subarray(0, end)), 'each').image.size);
    }
    expect([...sizes]).toEqual([0, 1, 2, 3]);
  });

  test('sectors that were never written are the end of the last write; before others they are damage', async () => {
    const good = await written();
    const tail = Buffer.from(good);
    tail.fill(0, good.length - 250);
    expect(new Writer(diskWith(tail), 'each').image.size).toBe(2);
    const middle = Buffer.from(good);
    middle.fill(0, 200, 400);
    expect(refusal(diskWith(middle))).toContain('corrupt at byte');
    // A whole sector, as a write that a crash cut short would leave it, and another record behind it.
    const sector = await written(400);
    sector.fill(0, 512, 1024);
    expect(refusal(diskWith(sector))).toContain('a whole record follows it');
  });

  test('a file of another plan or node, or a missing one, is refused', async () => {
    const good = await written();
    const files = {
      disk: diskWith(good),
      codecs: [codec],
      durability: 'each',
      bytesMax: 1,
    } as const;
    const other = DurableLog.open({ ...files, owner: { plan: 'q', node: 'acceptor:0' } });
    expect(other).toMatchObject({ kind: 'err', error: expect.stringContaining('belongs to') });
    const gap = memoryDisk(new Map([['log-0000000000000000', good.subarray(0, 8 + 12 + 36)]]));
    gap.files.set('log-0000000000000002', { safe: good, all: good });
    expect(refusal(gap)).not.toBe('opened');
  });
});
