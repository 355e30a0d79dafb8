import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Ratio } from '../../support/units.ts';
import type { CpuLimit, CpuState } from '../resources.ts';
import { groupOf, homeFor, type ControllerRoot } from '../shared/cgroup-roots.ts';
import { usedBy } from '../shared/process-usage.ts';
import { readText } from '../shared/read-text.ts';
import { groupName, removedGroup } from '../shared/run-groups.ts';

const PERIOD_US = 100_000;
/** The least that the kernel takes. */
const MIN_QUOTA_US = 1000;
const EMPTY_MS = 5_000;

/** Where a run keeps what it makes, and the process of each node. */
export interface LimitsOptions {
  /** Its name is unique to the run, and part of the names of control groups, by which `removeGroups` finds them. */
  folder(): string;
  pidOf(node: string): number | undefined;
  /** Whether servers are started in groups of their own for memory. */
  inOwnGroups(): boolean;
}

/** Control groups of either version, one for each node whose CPU time is limited. */
export class CpuLimits implements CpuLimit {
  readonly #options: LimitsOptions;

  constructor(options: LimitsOptions) {
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
    // In version 2 a group of its own is one for everything, and the server stays in it.
    if (home.version === 2 && this.#options.inOwnGroups()) {
      writeFileSync(join(group, 'cpu.max'), `max ${PERIOD_US}`);
      return;
    }
    // Back to where the runner itself is: that is where the server was started.
    const own = groupOf('cpu', 'self')?.folder ?? home.folder;
    for (const pid of readText(join(group, 'cgroup.procs')).split('\n')) {
      if (pid !== '') writeFileSync(join(own, 'cgroup.procs'), pid);
    }
    await until(() => Promise.resolve(removedGroup(group)), { timeoutMs: EMPTY_MS, what: `end of ${group}` });
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
    return groupName(this.#options.folder(), node);
  }
}

function limitOf({ folder, version }: ControllerRoot): Ratio | null {
  const [quota, period] =
    version === 1
      ? [readText(join(folder, 'cpu.cfs_quota_us')), readText(join(folder, 'cpu.cfs_period_us'))]
      : readText(join(folder, 'cpu.max')).split(' ');
  const limit = Number(quota) / Number(period);
  return limit > 0 ? limit : null;
}
