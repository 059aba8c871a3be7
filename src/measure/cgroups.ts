/**
 * A processor share of its own for each process of the capped mode: one control group each, by `cpu.max` (version 2) or
 * `cpu.cfs_quota_us` (version 1). Machines mix both; the hierarchy that has the processor controller is taken.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';

/** Short, so that a process that used up its share doesn't hold the others up for long. */
const periodUs = 20_000;

interface Hierarchy {
  readonly version: 1 | 2;
  /** The group of this process, or the root. */
  readonly folder: string;
}

export interface CappedGroups {
  /** From now on the process has this share of one core, 0 to 1. */
  readonly put: (pid: number, share: number) => void;
  /** Groups of processes that are gone; others stay, and are the system's. */
  readonly remove: () => void;
}

/** The error is a sentence: what about this machine makes it impossible. */
export function openGroups(name: string): Result<CappedGroups, string> {
  const found = hierarchyOf(readFileSync('/proc/self/mountinfo', 'utf8'), ownGroups());
  if (found === null) {
    return err('no control group hierarchy with the processor controller is mounted');
  }
  const top = join(found.folder, name);
  try {
    mkdirSync(top, { recursive: true });
    if (found.version === 2) {
      enable(found.folder);
      enable(top);
    }
    if (!existsSync(join(top, found.version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us'))) {
      rmdirSync(top);
      return err(`${found.folder} has no processor controller`);
    }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return err(`control groups under ${found.folder} can't be made: ${reason}`);
  }
  return ok(groupsIn(found, top));
}

function groupsIn({ version }: Hierarchy, top: string): CappedGroups {
  const made: string[] = [];
  return {
    put: (pid, share) => {
      const folder = join(top, `${made.length}`);
      mkdirSync(folder);
      made.push(folder);
      const quotaUs = Math.max(1000, Math.round(share * periodUs));
      if (version === 2) writeFileSync(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`);
      else {
        writeFileSync(join(folder, 'cpu.cfs_period_us'), `${periodUs}`);
        writeFileSync(join(folder, 'cpu.cfs_quota_us'), `${quotaUs}`);
      }
      writeFileSync(join(folder, 'cgroup.procs'), `${pid}`);
    },
    remove: () => {
      for (const folder of [...made.splice(0), top]) {
        try {
          rmdirSync(folder);
        } catch {
          // A process is still there; an empty group costs nothing.
        }
      }
    },
  };
}

/** A group's children may be given shares. */
function enable(folder: string): void {
  writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu');
}

function ownGroups(): string {
  return readFileSync('/proc/self/cgroup', 'utf8');
}

/**
 * From `/proc/self/mountinfo` and `/proc/self/cgroup`. Version 1 with a `cpu` hierarchy comes first: where it is mounted,
 * version 2 hasn't got the controller. Null when there is neither.
 */
export function hierarchyOf(mounts: string, groups: string): Hierarchy | null {
  const mounted = mounts.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const folder = before.split(' ')[4];
    const [type, , options = ''] = after.split(' ');
    return folder === undefined || type === undefined ? [] : [{ folder, type, options }];
  });
  const own = groups.split('\n').map((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return { controllers: controllers.split(','), path };
  });
  const one = mounted.find(
    ({ type, options }) => type === 'cgroup' && options.split(',').includes('cpu'),
  );
  if (one !== undefined) {
    const path = own.find(({ controllers }) => controllers.includes('cpu'))?.path ?? '/';
    return { version: 1, folder: join(one.folder, path) };
  }
  const two = mounted.find(({ type }) => type === 'cgroup2');
  if (two === undefined) return null;
  // Processes and shares of children exclude each other in a group, except at the root.
  return { version: 2, folder: two.folder };
}
