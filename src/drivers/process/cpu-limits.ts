import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Ratio } from '../../support/units.ts';
import type { CpuLimit, CpuState } from '../capabilities/resources.ts';
import { groupOf, homeFor, type ControllerRoot } from '../limits/cgroup-roots.ts';
import { usedBy } from '../limits/process-usage.ts';
import { readText } from '../system/read-text.ts';
import { groupName, removedGroup } from '../limits/control-groups.ts';

const PERIOD_US = 100_000;
/** The smallest quota that the kernel accepts. */
const MIN_QUOTA_US = 1000;
const EMPTY_MS = 5_000;

/** What the limits need to know of a run. */
export interface LimitsOptions {
  /**
   * The run's folder. Its name is unique to the run and part of the names of its control groups, so that `removeGroups`
   * finds them.
   */
  folder(): string;
  /** The processes of a node, the one that was started first; empty when it does not run. */
  pidsOf(node: string): number[];
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
    const pids = this.#options.pidsOf(node);
    const home = homeFor('cpu', 'self');
    if (pids.length === 0) throw new ChaosError('failed', `${node} does not run`);
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
    for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return Promise.resolve();
  }

  async unlimitCpu(node: string): Promise<void> {
    const home = homeFor('cpu', 'self');
    if (home === null) return;
    const group = join(home.folder, this.#nameOf(node));
    if (!existsSync(group)) return;
    // In version 2 a process has one group for all controllers, and the server stays in its own.
    if (home.version === 2 && this.#options.inOwnGroups()) {
      writeFileSync(join(group, 'cpu.max'), `max ${PERIOD_US}`);
      return;
    }
    // The server goes back to the runner's own group, in which it was started.
    const own = groupOf('cpu', 'self')?.folder ?? home.folder;
    for (const pid of readText(join(group, 'cgroup.procs')).split('\n')) {
      if (pid !== '') writeFileSync(join(own, 'cgroup.procs'), pid);
    }
    await until(() => Promise.resolve(removedGroup(group)), { timeoutMs: EMPTY_MS, what: `end of ${group}` });
  }

  cpu(node: string): Promise<CpuState> {
    const pids = this.#options.pidsOf(node);
    const [pid] = pids;
    const group = pid === undefined ? null : groupOf('cpu', pid);
    const used = pids.map((one) => usedBy(readText(`/proc/${one}/stat`)));
    const usedMs = used.reduce((sum, one) => sum + one, 0);
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
