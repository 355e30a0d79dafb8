import type { Connection } from '../../nats/connect.ts';
import { OrderedReader } from '../../nats/consume/ordered-reader.ts';
import { entryOf, type Entry } from '../../nats/kv/bucket.ts';
import { watchLink } from '../../nats/link-state.ts';
import { Wakeup } from '../wakeup.ts';

const BATCH = 256;
const RETRY_MS = 100;

/** Follows a whole bucket from its first entry on. */
export class KvWatcher {
  readonly #reader: OrderedReader;
  readonly #prefix: string;
  readonly #wakeup = new Wakeup();
  #lastRevision = 0;
  #closed = false;

  /** @param name of the bucket */
  constructor(conn: Connection, name: string, sent: (key: string, entry: Entry) => void) {
    this.#prefix = `$KV.${name}.`;
    this.#reader = new OrderedReader(conn, watchLink(conn), {
      stream: `KV_${name}`,
      received: (msg, { seq }) => {
        if (this.#closed || !msg.subject.startsWith(this.#prefix)) return;
        this.#lastRevision = seq;
        sent(msg.subject.slice(this.#prefix.length), entryOf(seq, msg.data, msg.headers));
        this.#wakeup.set();
      },
      ended: (error) => {
        if (error === undefined) this.#fill();
        else setTimeout(() => this.#fill(), RETRY_MS);
      },
    });
    this.#fill();
  }

  /** Resolves once it was sent this revision, or a later one. */
  async reached(revision: number): Promise<void> {
    while (this.#lastRevision < revision && !this.#closed) await this.#wakeup.next();
  }

  /** Resolves once its consumer is being deleted, for which it needs its connection. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wakeup.set();
    await this.#reader.close();
  }

  #fill(): void {
    if (!this.#closed && this.#reader.free > 0) this.#reader.pull(BATCH);
  }
}
