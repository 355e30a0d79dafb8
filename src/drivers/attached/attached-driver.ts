import type { Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/observer.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { Driver, DriverContext, LinkInfo, NodeInfo, Pausing } from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { FoundServers } from './pausing.ts';
import { frozenBy, letGo } from './resume.ts';
import { closeInTime, connectToFound, directServers, observe, releases } from '../shared/reach.ts';
import { verify } from '../shared/verify.ts';

/** Servers that run already: found and read, disturbed only as far as the environment allows, and left running. */
export class AttachedDriver implements Driver {
  readonly kind = 'attached';
  readonly attached = true;
  readonly #ctx: DriverContext;
  #spec: EnvironmentSpec | undefined;
  #nodes: NodeInfo[] = [];
  #versions: string[] = [];
  #observer: Observer | undefined;

  constructor(ctx: DriverContext) {
    this.#ctx = ctx;
  }

  versions(): Record<string, string> {
    return releases(this.#versions);
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    this.#spec = spec;
    this.#nodes = nodesOf(spec);
    this.#observer = observe(spec, this.#nodes, this.connect.bind(this));
    const { differences, versions } = await verify({
      spec,
      nodes: this.#nodes,
      connect: (servers, account) => this.connect(servers, account, 'nats-chaos/verify'),
    });
    // What was cut short found nothing out.
    throwIfAborted(this.#ctx.signal);
    this.#versions = versions;
    if (differences.length > 0) {
      throw new ChaosError(
        'not-ready',
        `what runs is not what ${spec.name} says: ${differences.map(({ text }) => text).join('; ')}`,
        { hint: 'nothing was changed; correct the environment file, or the servers' },
      );
    }
    this.#ctx.progress(
      `attached to ${this.#nodes.length} servers, nats-server ${versions.join(' and ')}; ${this.#terms(spec)}`,
    );
  }

  nodes(): NodeInfo[] {
    return [...this.#nodes];
  }

  /** None is under control: they go where they go. */
  links(): LinkInfo[] {
    return [];
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    return directServers(this.#nodes, cluster);
  }

  observer(): Observer {
    if (!this.#observer) throw new ChaosError('failed', 'no server is attached');
    return this.#observer;
  }

  connect(servers: string[], account: string, name: string): Promise<Connection> {
    return connectToFound(this.#spec, account, { servers, name, signal: this.#ctx.signal });
  }

  readonly pausing: Pausing = new FoundServers(
    (address) => this.#nodeAt(address),
    (record) => {
      // What cannot be journalled cannot be done, whoever asks for it.
      if (this.#spec?.attach?.allowFaults !== true)
        throw new ChaosError('failed', 'this environment is attached read-only');
      this.#ctx.journal(record);
    },
  );

  async replay(record: UndoRecord): Promise<void> {
    const frozen = frozenBy(record);
    if (frozen !== undefined) {
      letGo(frozen);
      return;
    }
    const { op, args } = record;
    if (op !== 'processes.resume' || typeof args.node !== 'string') {
      throw new ChaosError('failed', `the attached driver does not know how to undo ${op}`);
    }
    await this.pausing.resume(args.node);
  }

  bypasses(): Promise<string[]> {
    return Promise.resolve([]);
  }

  async missing(): Promise<string[]> {
    const observer = this.observer();
    const answers = await Promise.all(
      this.#nodes.map(async ({ address }) => ({ address, answers: await observer.answers(address) })),
    );
    return answers.filter((one) => !one.answers).map(({ address }) => `${address} does not answer`);
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    throw new ChaosError('failed', 'attached servers are left running in any case');
  }

  async dispose(): Promise<string[]> {
    const observer = this.#observer;
    this.#observer = undefined;
    await closeInTime(observer);
    return [];
  }

  #terms({ attach }: EnvironmentSpec): string {
    return attach?.allowFaults === true
      ? `faults are allowed on ${attach.hosts.join(', ')}`
      : 'read-only: nothing is written or disturbed';
  }

  #nodeAt(address: string): NodeInfo {
    const node = this.#nodes.find((one) => one.address === address);
    if (!node) throw new ChaosError('failed', `there is no node ${address}`);
    return node;
  }
}

function nodesOf({ clusters, attach }: EnvironmentSpec): NodeInfo[] {
  return clusters.flatMap(({ name: cluster, nodes }) =>
    nodes.map((name) => {
      const address = `${cluster}/${name}`;
      const where = attach?.servers[address];
      if (!where) throw new ChaosError('invalid', `nobody says where ${address} is`);
      return { address, cluster, name, ...where };
    }),
  );
}
