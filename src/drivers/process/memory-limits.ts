import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { formatSize, type Bytes } from '../../support/units.ts';
import type { MemoryLimit, MemoryState } from '../capabilities/resources.ts';
import { homeFor, type ControllerRoot } from '../limits/cgroup-roots.ts';
import { readText } from '../system/read-text.ts';
import { groupName } from '../limits/control-groups.ts';

/** The names of files and fields in each version of control groups. */
const FILES = {
  1: {
    limit: 'memory.limit_in_bytes',
    none: '-1',
    used: 'memory.usage_in_bytes',
    files: 'cache',
    kills: 'memory.oom_control',
  },
  2: { limit: 'memory.max', none: 'max', used: 'memory.current', files: 'file', kills: 'memory.events' },
} as const;
/** Version 1 shows no limit as a number a little below this, in whole pages. */
const ENDLESS_BYTES = 2 ** 62;

/**
 * Makes the group in which the server of a node is started. Memory stays charged to the group in which it was first
 * used, so a server that is moved later would leave its memory behind.
 *
 * @returns the group's file for the ids of processes
 * @throws ChaosError `unavailable`
 */
export function makeMemoryGroup(folder: string, node: string): string {
  const { folder: group } = groupFor(folder, node);
  mkdirSync(group, { recursive: true });
  return join(group, 'cgroup.procs');
}

/** Limits on the control groups that servers were started in. */
export class MemoryLimits implements MemoryLimit {
  readonly #folder: () => string;

  /** @param folder the run's own */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /** @throws ChaosError when the kernel cannot reclaim enough memory for that (version 1 of control groups) */
  limitMemory(node: string, sizeBytes: Bytes): Promise<void> {
    const { folder, version } = groupFor(this.#folder(), node);
    try {
      writeFileSync(join(folder, FILES[version].limit), String(Math.floor(sizeBytes)));
    } catch (error) {
      const busy = (error as NodeJS.ErrnoException).code === 'EBUSY';
      const why = busy ? 'the kernel cannot reclaim enough of the memory that it uses' : messageOf(error);
      throw new ChaosError(
        'failed',
        `the memory of ${node} cannot be limited to ${formatSize(sizeBytes)}: ${why}`,
        {
          cause: error,
        },
      );
    }
    return Promise.resolve();
  }

  unlimitMemory(node: string): Promise<void> {
    const { folder, version } = groupFor(this.#folder(), node);
    const file = join(folder, FILES[version].limit);
    if (existsSync(file)) writeFileSync(file, FILES[version].none);
    return Promise.resolve();
  }

  memory(node: string): Promise<MemoryState> {
    const { folder, version } = groupFor(this.#folder(), node);
    const read = (file: string): string => readText(join(folder, file));
    const { limit, used, kills, files } = FILES[version];
    const usedBytes = Number(read(used));
    return Promise.resolve({
      limitBytes: limitIn(read(limit)),
      usedBytes,
      ownBytes: usedBytes - numberIn(read('memory.stat'), files),
      reached: version === 1 ? Number(read('memory.failcnt')) : numberIn(read('memory.events'), 'max'),
      killed: numberIn(read(kills), 'oom_kill'),
    });
  }
}

/** @param text of a file with a name and a number on each line */
export function numberIn(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `)) ?? '';
  return Number(line.slice(name.length));
}

/** @param text `max`, or bytes */
export function limitIn(text: string): Bytes | null {
  const bytes = Number(text);
  return bytes > 0 && bytes < ENDLESS_BYTES ? bytes : null;
}

function groupFor(folder: string, node: string): ControllerRoot {
  const home = homeFor('memory', 'self');
  if (home === null) throw new ChaosError('unavailable', 'this machine has no control groups for memory');
  return { ...home, folder: join(home.folder, groupName(folder, node)) };
}
