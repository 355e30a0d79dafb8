import type { NodeInfo } from '../../drivers/driver.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Group } from './quorum.ts';

/** Where the replicas of every declared stream are; a stream without a leader is where it was when it had one. */
export class Peers {
  readonly #spec: Pick<Plan['spec'], 'streams'>;
  readonly #nodes: readonly NodeInfo[];
  readonly #observer: Pick<Observer, 'streamInfo'>;
  readonly #known = new Map<string, string[]>();

  constructor(
    spec: Pick<Plan['spec'], 'streams'>,
    nodes: readonly NodeInfo[],
    observer: Pick<Observer, 'streamInfo'>,
  ) {
    this.#spec = spec;
    this.#nodes = nodes;
    this.#observer = observer;
  }

  /** Reads them again, as far as they can be read now. */
  async refresh(): Promise<void> {
    await Promise.all(this.#spec.streams.map(({ address, cluster }) => this.#read(address, cluster)));
  }

  groups(): Group[] {
    return [...this.#known].map(([stream, peers]) => ({ stream, peers }));
  }

  async #read(stream: string, cluster: string): Promise<void> {
    const info = await this.#observer.streamInfo(stream).catch(() => null);
    if (info?.leader === null || info === null) return;
    const names = [info.leader, ...info.followers];
    // In the middle of an election a server may not list everyone.
    if (names.length < info.replicas) return;
    const members = this.#nodes.filter((node) => node.cluster === cluster && names.includes(node.name));
    this.#known.set(
      stream,
      members.map(({ address }) => address),
    );
  }
}
