import type { Driver } from '../../drivers/driver.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Milliseconds } from '../../support/units.ts';
import { LEADERLESS_MS, leaderlessClusters, lostNodes } from '../readings/lost-nodes.ts';
import type { Timeline } from '../timeline.ts';
import type { ExitWatch } from './exit-watch.ts';

const EVERY_MS = 500;

/** Knows which clusters have lost so many nodes by crashes that waiting for a leader cannot help any more. */
export class QuorumWatch {
  readonly #driver: Driver;
  readonly #exits: Pick<ExitWatch, 'crashes' | 'lastCrashOf'>;
  readonly #timeline: Pick<Timeline, 'now'>;
  readonly #plan: Pick<Plan, 'probes' | 'workloads'>;
  /** Cluster → since when it is known to elect no leader any more. */
  #lost = new Map<string, Milliseconds>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    driver: Driver,
    exits: Pick<ExitWatch, 'crashes' | 'lastCrashOf'>,
    timeline: Pick<Timeline, 'now'>,
    plan: Pick<Plan, 'probes' | 'workloads'>,
  ) {
    this.#driver = driver;
    this.#exits = exits;
    this.#timeline = timeline;
    this.#plan = plan;
  }

  start(): void {
    this.#timer = setInterval(() => void this.observe(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Nodes that are down by a fault come back when it is undone: only those that ended by themselves count. */
  async observe(): Promise<void> {
    if (this.#exits.crashes.length === 0) return;
    const down = (await lostNodes(this.#driver)).filter(
      ({ address }) => this.#exits.lastCrashOf(address) !== undefined,
    );
    const t = this.#timeline.now();
    this.#lost = new Map(
      leaderlessClusters(down, this.#driver.nodes()).map((name) => [name, this.#lost.get(name) ?? t]),
    );
  }

  /**
   * Why a condition on one of some probes will not come true any more, in words; null while it may.
   *
   * @param probes ids of probes of the plan
   */
  readonly hopeless = (probes: readonly string[]): string | null => {
    const now = this.#timeline.now();
    const clusters = probes.map((id) => this.#clusterOf(id));
    const lost = [...this.#lost].find(
      ([name, since]) => clusters.includes(name) && now - since >= LEADERLESS_MS,
    );
    return lost === undefined
      ? null
      : `${lost[0]} has lost too many of its nodes for good, and elects no leader any more`;
  };

  #clusterOf(probe: string): string | undefined {
    const target = this.#plan.probes.find(({ id }) => id === probe)?.target ?? '';
    const workload = this.#plan.workloads.find(({ name }) => name === target);
    return (workload?.target ?? target).split('/')[0];
  }
}
