import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { queueNames, type QueueNames } from '../../fleet/names.ts';
import type { Milliseconds } from '../../support/units.ts';
import { connect, type Access, type Connection } from '../connect.ts';
import { Control } from './control.ts';
import { ObjectFiles } from './object-files.ts';
import { RunQueue } from './run-queue.ts';
import { States } from './states.ts';

/** Where a queue is, and how to prove who asks. */
export interface QueueAccess extends Omit<Access, 'websocket'> {
  /** `host:port`, each node of the cluster that may be asked first. */
  servers: readonly string[];
  /** Of the names of everything; left out: `CHAOS`. */
  prefix?: string;
}

/** How long one request to the queue may take: an election of leaders is over by then. */
const REQUEST_MS: Milliseconds = 10_000;

/** The queue of a fleet: its runs, what becomes of them, and the files that go with them. */
export class Queue {
  readonly connection: Connection;
  readonly names: QueueNames;
  readonly runs: RunQueue;
  readonly states: States;
  readonly control: Control;
  readonly bundles: ObjectFiles;
  readonly reports: ObjectFiles;
  readonly #js: JetStreamClient;

  private constructor(connection: Connection, names: QueueNames) {
    this.connection = connection;
    this.names = names;
    this.#js = jetstream(connection, { timeout: REQUEST_MS });
    this.runs = new RunQueue(connection, this.#js, names);
    this.states = new States(this.#js, names);
    this.control = new Control(this.#js, names);
    this.bundles = new ObjectFiles(this.#js, names.bundles);
    this.reports = new ObjectFiles(this.#js, names.reports);
  }

  /**
   * Connects to the queue's cluster, and follows its servers from then on; makes nothing there.
   *
   * @param name of the connection, as `/connz` shows it
   * @throws ChaosError `unavailable` when no server accepts the connection
   */
  static async open({ prefix, ...access }: QueueAccess, name: string, signal?: AbortSignal): Promise<Queue> {
    const connection = await connect({
      ...access,
      name,
      randomize: true,
      followsCluster: true,
      ...(signal === undefined ? {} : { signal }),
    });
    return new Queue(connection, queueNames(prefix));
  }

  /** What was sent is sent completely first. */
  async close(): Promise<void> {
    if (!this.connection.isClosed()) await this.connection.close();
  }
}
