import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Ratio } from '../../support/units.ts';
import type { CpuState, Resources } from '../resources.ts';
import { controllerRoots, groupOf, homeFor, type ControllerRoot } from './cgroup-roots.ts';
import { readText } from './read-text.ts';

const PERIOD_US = 100_000;
/** The least that the kernel takes. */
const MIN_QUOTA_US = 1000;
/** Linux counts CPU time for user space in hundredths of a second, on every machine. */
const TICK_MS = 10;
const EMPTY_MS = 5_000;

/** Where a run keeps what it makes, and the process of each node. */
export interface CpuLimitsOptions {
  /** Its name is unique to the run, and part of the names of control groups, by which `removeGroups` finds them. */
  folder(): string;
  pidOf(node: string): number | undefined;
}

/** Control groups of either version, one for each node that is limited. */
export class CpuLimits implements Resources {
  readonly #options: CpuLimitsOptions;

  constructor(options: CpuLimitsOptions) {
    this.#options = options;
  }

  limitCpu(node: string, share: Ratio): Promise<void> {
    const pid = this.#options.pidOf(node);
    const home = homeFor('cpu', 'self');
    if (pid === undefined) throw new ChaosError('failed', `${node} does not run`);
    if (home === null) throw new ChaosError('failed', 'this machine has no control groups for the CPU');
    const group = join(home.folder, this.#nameOf(node));
    mkdirSync(group, { recursive: true });
    const quota = Math.max(MIN_QUOTA_US, Math.round(share * PERIOD_US));
    if (home.version === 1) {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quota));
    } else {
      writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD_US}`);
    }
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return Promise.resolve();
  }

  async unlimitCpu(node: string): Promise<void> {
    const home = homeFor('cpu', 'self');
    if (home === null) return;
    const group = join(home.folder, this.#nameOf(node));
    if (!existsSync(group)) return;
    // Back to where the runner itself is: that is where the server was started.
    const own = groupOf('cpu', 'self')?.folder ?? home.folder;
    for (const pid of readText(join(group, 'cgroup.procs')).split('\n')) {
      if (pid !== '') writeFileSync(join(own, 'cgroup.procs'), pid);
    }
    await until(() => Promise.resolve(removed(group)), { timeoutMs: EMPTY_MS, what: `end of ${group}` });
  }

  cpu(node: string): Promise<CpuState> {
    const pid = this.#options.pidOf(node);
    const group = pid === undefined ? null : groupOf('cpu', pid);
    const usedMs = pid === undefined ? 0 : usedBy(readText(`/proc/${pid}/stat`));
    if (group === null || basename(group.folder) !== this.#nameOf(node)) {
      return Promise.resolve({ limit: null, throttled: 0, usedMs });
    }
    const [, throttled = '0'] = /^nr_throttled (\d+)/m.exec(readText(join(group.folder, 'cpu.stat'))) ?? [];
    return Promise.resolve({ limit: limitOf(group), throttled: Number(throttled), usedMs });
  }

  #nameOf(node: string): string {
    return `${basename(this.#options.folder())}.${node.replace('/', '.')}`;
  }
}

/** Control groups that were made for the run of a folder, wherever they are. */
export function groupsOfRun(folder: string): string[] {
  const root = controllerRoots().cpu?.folder;
  return root === undefined ? [] : foldersBelow(root).filter((path) => isOfRun(path, folder));
}

/** Removes them; their processes must be gone. Safe to repeat. */
export function removeGroups(folder: string): void {
  for (const group of groupsOfRun(folder)) removed(group);
}

/** @param stat the text of /proc/<pid>/stat */
export function usedBy(stat: string): number {
  // The command name stands in parentheses and may hold anything; the fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

function limitOf({ folder, version }: ControllerRoot): Ratio | null {
  const [quota, period] =
    version === 1
      ? [readText(join(folder, 'cpu.cfs_quota_us')), readText(join(folder, 'cpu.cfs_period_us'))]
      : readText(join(folder, 'cpu.max')).split(' ');
  const limit = Number(quota) / Number(period);
  return limit > 0 ? limit : null;
}

function isOfRun(path: string, folder: string): boolean {
  return basename(path).startsWith(`${basename(folder)}.`);
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name))
      .flatMap((path) => [path, ...foldersBelow(path)]);
  } catch {
    return [];
  }
}

function removed(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}
