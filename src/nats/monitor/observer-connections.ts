import type { JetStreamManager } from '@nats-io/jetstream';
import { openManager } from '../assets/manager.ts';
import type { Connection } from '../connect.ts';

/** The connections of an observer, one for each node and account, opened at the first use. */
export class ObserverConnections {
  readonly #connect: (server: string, account: string) => Promise<Connection>;
  readonly #connections = new Map<string, Promise<Connection>>();
  readonly #managers = new Map<string, Promise<JetStreamManager>>();

  constructor(connect: (server: string, account: string) => Promise<Connection>) {
    this.#connect = connect;
  }

  connection(server: string, account: string): Promise<Connection> {
    return kept(this.#connections, `${server} ${account}`, () => this.#connect(server, account));
  }

  manager(server: string, account: string): Promise<JetStreamManager> {
    return kept(this.#managers, `${server} ${account}`, async () =>
      openManager(await this.connection(server, account)),
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#managers.values());
    const opened = await Promise.allSettled(this.#connections.values());
    await Promise.allSettled(
      opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])),
    );
  }
}

/** What failed is tried anew at the next use. */
function kept<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = all.get(key);
  if (known) return known;
  const made = make();
  all.set(key, made);
  made.catch(() => all.delete(key));
  return made;
}
