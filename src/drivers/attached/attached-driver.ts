import type { Access, Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type {
  Driver,
  DriverContext,
  HarnessProblem,
  LinkInfo,
  NodeInfo,
  Pausing,
  ServerExit,
} from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { AttachedServers } from './pausing.ts';
import { frozenBy, resumeProcess } from './resume.ts';
import { ServerObservations } from './server-observations.ts';
import {
  closeInTime,
  accessAs,
  attachedAccess,
  clusterOfServers,
  connectToAttached,
  runnerAccess,
  directServers,
  observe,
  releases,
  jetStreamUndo,
} from '../servers/reach.ts';
import { replayOnJetStream } from '../undo/replay.ts';
import { verify } from '../servers/verify.ts';

/**
 * Attaches to servers that run already: reads them, disturbs them only as far as the environment allows, and leaves
 * them running.
 */
export class AttachedDriver implements Driver {
  readonly kind = 'attached';
  readonly attached = true;
  readonly #ctx: DriverContext;
  #spec: EnvironmentSpec | undefined;
  #nodes: NodeInfo[] = [];
  #versions: string[] = [];
  #observer: Observer | undefined;
  readonly #observations = new ServerObservations();

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
    // An aborted verification proves nothing.
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

  /** No link is under control. */
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

  async connect(servers: string[], account: string, name: string): Promise<Connection> {
    const who = { account, cluster: clusterOfServers(this, servers) };
    return connectToAttached(this.#spec, who, { servers, name, signal: this.#ctx.signal });
  }

  access(account: string, cluster: string, user?: string): Access {
    return attachedAccess(accessAs(this.#spec, { account, cluster, user }));
  }

  runnerAccess(account: string, cluster: string): Access {
    return attachedAccess(runnerAccess(this.#spec, { account, cluster }));
  }

  readonly pausing: Pausing = new AttachedServers(
    (address) => this.#nodeAt(address),
    (record) => {
      // A pause that cannot be journalled is refused, whoever asks for it.
      if (this.#spec?.attach?.allowFaults !== true)
        throw new ChaosError('failed', 'this environment is attached read-only');
      this.#ctx.journal(record);
    },
  );

  async replay(record: UndoRecord): Promise<void> {
    const frozen = frozenBy(record);
    if (frozen !== undefined) {
      resumeProcess(frozen);
      return;
    }
    const onJetStream = replayOnJetStream(record, jetStreamUndo(this));
    if (onJetStream !== undefined) return onJetStream;
    const { op, args } = record;
    if (op !== 'processes.resume' || typeof args.node !== 'string') {
      throw new ChaosError('failed', `the attached driver does not know how to undo ${op}`);
    }
    await this.pausing.resume(args.node);
  }

  bypasses(): Promise<string[]> {
    return Promise.resolve([]);
  }

  async missing(except?: ReadonlySet<string>): Promise<string[]> {
    const observer = this.observer();
    const nodes = this.#nodes.filter(({ address }) => except?.has(address) !== true);
    const answers = await Promise.all(
      nodes.map(async ({ address }) => ({ address, answers: await observer.answers(address) })),
    );
    return answers.filter((one) => !one.answers).map(({ address }) => `${address} does not answer`);
  }

  async exits(): Promise<ServerExit[]> {
    await this.#observations.observe(
      this.observer(),
      this.#nodes.map(({ address }) => address),
    );
    return [...this.#observations.exits];
  }

  /** Nothing of the harness is between the runner and the servers. */
  harnessProblem(): Promise<HarnessProblem | null> {
    return Promise.resolve(null);
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
      if (!where) throw new ChaosError('invalid', `the environment does not say where ${address} is`);
      return { address, cluster, name, ...where };
    }),
  );
}
