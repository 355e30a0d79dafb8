import type Docker from 'dockerode';
import { ChaosError } from '../../../support/errors.ts';
import type { Bytes, Ratio } from '../../../support/units.ts';
import type { CpuState, MemoryState, Resources } from '../../capabilities/resources.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { engineCall } from './calls.ts';
import type { ServerContainer } from './server-container.ts';

const PERIOD_US = 100_000;
/** The smallest quota that the kernel accepts. */
const MIN_QUOTA_US = 1000;
const NS_IN_MS = 1e6;
/** Removes a limit; 0 would leave it unchanged. */
const NONE = -1;
/** An engine cannot remove a memory limit once it is set; the kernel treats this value as no limit. */
const ENDLESS_BYTES = 2 ** 62;

/** Limits that the engine sets on running containers, and the figures that it reads from their control groups. */
export class DockerLimits implements Resources {
  readonly #serverOf: (node: string) => ServerContainer;

  constructor(serverOf: (node: string) => ServerContainer) {
    this.#serverOf = serverOf;
  }

  limitCpu(node: string, share: Ratio): Promise<void> {
    const quota = Math.max(MIN_QUOTA_US, Math.round(share * PERIOD_US));
    return this.#update(node, 'the CPU time', { CpuPeriod: PERIOD_US, CpuQuota: quota });
  }

  unlimitCpu(node: string): Promise<void> {
    return this.#update(node, 'the CPU time', { CpuPeriod: PERIOD_US, CpuQuota: NONE });
  }

  async cpu(node: string): Promise<CpuState> {
    const { config, stats } = await this.#observe(node);
    const { CpuQuota: quota = 0, CpuPeriod: period = 0 } = config;
    const cpu = stats.cpu_stats as CpuFigures | undefined;
    return {
      limit: quota > 0 ? quota / (period || PERIOD_US) : null,
      throttled: cpu?.throttling_data?.throttled_periods ?? 0,
      usedMs: (cpu?.cpu_usage?.total_usage ?? 0) / NS_IN_MS,
    };
  }

  limitMemory(node: string, sizeBytes: Bytes): Promise<void> {
    return this.#update(node, 'the memory', { Memory: Math.floor(sizeBytes), MemorySwap: NONE });
  }

  unlimitMemory(node: string): Promise<void> {
    return this.#update(node, 'the memory', { Memory: ENDLESS_BYTES, MemorySwap: NONE });
  }

  async memory(node: string): Promise<MemoryState> {
    const { config, stats, state } = await this.#observe(node);
    const { Memory: limit = 0 } = config;
    const memory = stats.memory_stats as MemoryFigures;
    const { cache, file, pgsteal } = memory.stats ?? {};
    const usedBytes = memory.usage ?? 0;
    return {
      limitBytes: limit > 0 && limit < ENDLESS_BYTES ? limit : null,
      usedBytes,
      ownBytes: usedBytes - (file ?? cache ?? 0),
      // With control groups of version 2 an engine reports only how many pages the kernel has reclaimed.
      reached: memory.failcnt ?? pgsteal ?? 0,
      killed: state.OOMKilled ? 1 : 0,
    };
  }

  async #observe(node: string) {
    const server = this.#serverOf(node);
    const what = `reading the figures of ${server.plan.name}`;
    const [{ HostConfig: config, State: state }, stats] = await Promise.all([
      engineCall(what, server.container.inspect()),
      engineCall(what, server.container.stats({ stream: false, 'one-shot': true })),
    ]);
    return { config, state, stats };
  }

  async #update(node: string, what: string, limits: Partial<Docker.HostConfig>): Promise<void> {
    await engineCall(`limiting ${what} of ${node}`, this.#serverOf(node).container.update(limits));
  }
}

/** @throws ChaosError `unavailable` when the engine cannot set the limits that the run needs */
export async function demandLimits(docker: Docker, limits: EnvironmentSpec['limits']): Promise<void> {
  if (limits === undefined) return;
  const info = (await engineCall(
    'asking the engine what it can limit',
    docker.info(),
  )) as Partial<EngineLimits>;
  const lacks = limits.filter((limit) => info[limit === 'cpu' ? 'CpuCfsQuota' : 'MemoryLimit'] !== true);
  if (lacks.length === 0) return;
  throw new ChaosError(
    'unavailable',
    `the Docker engine cannot limit the ${lacks.join(' and the ')} of containers: it may not write control groups`,
    {
      hint: 'docker info says why; a rootless engine needs control groups of version 2 that are delegated to it',
    },
  );
}

interface EngineLimits {
  CpuCfsQuota: boolean;
  MemoryLimit: boolean;
}

/** All of these are left out for a container that is down. */
interface CpuFigures {
  cpu_usage?: { total_usage?: number };
  throttling_data?: { throttled_periods?: number };
}

interface MemoryFigures {
  usage?: number;
  failcnt?: number;
  /** Called `cache` in version 1 of control groups, and `file` in version 2. */
  stats?: { cache?: number; file?: number; pgsteal?: number };
}
