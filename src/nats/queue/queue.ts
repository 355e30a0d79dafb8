import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { queueNames, type QueueNames } from '../../fleet/names.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { connect, type Access, type Connection } from '../connect.ts';
import { awaitGreeting } from '../tls/greeting.ts';
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

  readonly #servers: readonly string[];

  private constructor(connection: Connection, names: QueueNames, servers: readonly string[]) {
    this.#servers = servers;
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
    return new Queue(connection, queueNames(prefix), access.servers);
  }

  /** @throws ChaosError `unavailable` when nobody has made the queue yet, or this user may not read it */
  async check(): Promise<void> {
    try {
      await this.control.halted();
    } catch (thrown) {
      throw new ChaosError('unavailable', `the queue cannot be read: ${messageOf(thrown)}`, {
        hint: `whoever asks first makes it, or chaos resume: its buckets begin with ${this.names.control.replace(/_CONTROL$/, '')}`,
        cause: thrown,
      });
    }
  }

  /** Whether any of these servers is one of the queue's: by its address, or by the id that it greets with. @param servers `host:port` */
  async isOwn(servers: readonly string[]): Promise<boolean> {
    const own = [...this.#servers, ...(this.connection.info?.connect_urls ?? [])];
    if (servers.some((server) => own.includes(server))) return true;
    const [ours, theirs] = await Promise.all([idsOf(own), idsOf(servers)]);
    const connected = this.connection.info?.server_id;
    return theirs.some((id) => id === connected || ours.includes(id));
  }

  /** What was sent is sent completely first. */
  async close(): Promise<void> {
    if (!this.connection.isClosed()) await this.connection.close();
  }
}

const GREETING_MS: Milliseconds = 2_000;

/** Those of the servers that greet. */
async function idsOf(servers: readonly string[]): Promise<string[]> {
  const greetings = await Promise.all(servers.map((server) => awaitGreeting(server, GREETING_MS)));
  return greetings.flatMap((greeting) => {
    greeting?.socket.destroy();
    return greeting?.info.server_id ?? [];
  });
}
