import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DeliveryLog } from './delivery-log.ts';
import type { RareEvent } from './events.ts';
import { EventsFile } from './events-file.ts';
import { KvLog } from './kv-log.ts';
import { OperationLog } from './operation-log.ts';
import { eventsPath, operationsPath, storedPath } from './paths.ts';
import { PublishLog } from './publish-log.ts';
import { StoredLog } from './stored-log.ts';
import { DELIVERIES, KV, OPERATIONS, PUBLISHES, STORED, type Table } from './tables/table.ts';
import { TableWriter } from './tables/table-writer.ts';
import type { Milliseconds } from '../support/units.ts';

/** What is older than this is in the files, whatever becomes of the program. */
const FLUSH_EVERY_MS: Milliseconds = 1000;

/** Takes events as they happen. */
export interface EventSink {
  append(event: RareEvent): void;
}

/**
 * Writes a history to the folder of a run. Several recorders may write to one folder, in several threads, as long as each
 * workload and each stream has only one. The first problem is reported to `onFailure`.
 */
export class HistoryRecorder implements EventSink {
  readonly #folder: string;
  readonly #onFailure: (thrown: unknown) => void;
  readonly #events: EventsFile;
  readonly #tables: TableWriter<Table>[] = [];
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  /** @throws the file system's error when it cannot write there */
  constructor(folder: string, onFailure: (thrown: unknown) => void) {
    this.#folder = folder;
    this.#onFailure = onFailure;
    const path = eventsPath(folder);
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(dirname(storedPath(folder, 'c/s')), { recursive: true });
    this.#events = new EventsFile(path, (thrown) => onFailure(named(thrown, path)));
    this.#timer = setInterval(() => this.flush(), FLUSH_EVERY_MS);
    this.#timer.unref();
  }

  readonly append = (event: RareEvent): void => this.#events.append(event);

  publishes(workload: string): PublishLog {
    const table = this.#table(PUBLISHES, operationsPath(this.#folder, workload));
    return new PublishLog(table, workload, this.append);
  }

  /** @param members how many share what is delivered */
  deliveries(workload: string, members = 1): DeliveryLog {
    const without = members > 1 ? [] : ['member'];
    const table = this.#table(DELIVERIES, operationsPath(this.#folder, workload), without);
    return new DeliveryLog(table, workload, this.append);
  }

  kv(workload: string): KvLog {
    return new KvLog(this.#table(KV, operationsPath(this.#folder, workload)), workload, this.append);
  }

  /** @param names of the operations of the workload's kind, by code */
  operations<Op extends string>(workload: string, names: readonly Op[]): OperationLog<Op> {
    const table = this.#table(OPERATIONS, operationsPath(this.#folder, workload));
    return new OperationLog(table, workload, names, this.append);
  }

  stored(stream: string): StoredLog {
    return new StoredLog(this.#table(STORED, storedPath(this.#folder, stream)), stream, this.append);
  }

  flush(): void {
    if (this.#closed) return;
    for (const table of this.#tables) table.flush();
    this.#events.flush();
  }

  close(): void {
    if (this.#closed) return;
    clearInterval(this.#timer);
    for (const table of this.#tables) table.close();
    this.#events.close();
    this.#closed = true;
  }

  #table<T extends Table>(table: T, path: string, without: readonly string[] = []): TableWriter<T> {
    const writer = new TableWriter(table, {
      path,
      without,
      before: () => this.#events.flush(),
      onFailure: (thrown) => this.#onFailure(named(thrown, path)),
    });
    this.#tables.push(writer);
    return writer;
  }
}

/** An error on a descriptor does not name the file. */
function named(thrown: unknown, path: string): unknown {
  return thrown instanceof Error ? Object.assign(thrown, { path }) : thrown;
}
