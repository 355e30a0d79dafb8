import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type {
  AnyStatus,
  DeliveryStatus,
  HistoryEvent,
  KvStatus,
  OperationStatus,
  PublishStatus,
  RareEvent,
} from './events.ts';
import type { History } from './history.ts';
import { historyOf } from './in-memory.ts';
import { isTableOf } from './operations.ts';
import { eventsPath, legacyPath, operationsPath, storedPath } from './paths.ts';
import { DELIVERIES, KV, OPERATIONS, PUBLISHES, STORED, type Rows, type Table } from './tables/table.ts';
import { readRows } from './tables/table-reader.ts';

/**
 * Opens the history in the folder of a run, of this version or an earlier one. Its rows are read from the files each time
 * that they are asked for. What is torn is left out, and `torn` then says so (of a table, once it was read to its end).
 *
 * @param signal ends it, its reason the error that is thrown
 * @throws SyntaxError with its number for a line that is not an event
 */
export async function readHistory(
  folder: string,
  runId: string,
  workloads: History['workloads'],
  signal?: AbortSignal,
): Promise<History> {
  const path = eventsPath(folder);
  if (isThere(path)) {
    const { events, torn } = await readLines(path, signal);
    return new FolderHistory(folder, runId, workloads, events as RareEvent[], torn);
  }
  const { events, torn } = await readLines(legacyPath(folder), signal);
  return Object.assign(historyOf(events, workloads), torn ? { torn } : {});
}

class FolderHistory implements History {
  readonly streamAudits: History['streamAudits'] = [];
  readonly consumerAudits: History['consumerAudits'] = [];
  readonly consumerDrains: History['consumerDrains'] = [];
  readonly assetsAudits: History['assetsAudits'] = [];
  readonly ledgerAudits: History['ledgerAudits'] = [];
  readonly assetChanges: History['assetChanges'] = [];
  readonly marks: History['marks'] = [];
  readonly workloads: History['workloads'];
  publishers: readonly string[] = [];
  torn?: boolean;
  readonly #folder: string;
  readonly #runId: string;
  readonly #statuses = new Map<string, AnyStatus[]>();
  readonly #subjects = new Map<string, string[]>();
  readonly #keys = new Map<string, string[]>();

  constructor(
    folder: string,
    runId: string,
    workloads: History['workloads'],
    events: readonly RareEvent[],
    torn: boolean,
  ) {
    this.#folder = folder;
    this.#runId = runId;
    this.workloads = workloads;
    if (torn) this.torn = torn;
    for (const event of events) this.#add(event);
  }

  publishes(workload: string) {
    return this.#operations(workload, PUBLISHES);
  }

  deliveries(workload: string) {
    return this.#operations(workload, DELIVERIES);
  }

  stored(stream: string) {
    return this.#rows(storedPath(this.#folder, stream), STORED);
  }

  kv(workload: string) {
    return this.#operations(workload, KV);
  }

  operations(workload: string) {
    return this.#operations(workload, OPERATIONS);
  }

  publishStatuses(workload: string) {
    return (this.#statuses.get(workload) ?? []) as PublishStatus[];
  }

  deliveryStatuses(workload: string) {
    return (this.#statuses.get(workload) ?? []) as DeliveryStatus[];
  }

  kvStatuses(workload: string) {
    return (this.#statuses.get(workload) ?? []) as KvStatus[];
  }

  kvKeys(workload: string) {
    return this.#keys.get(workload) ?? [];
  }

  operationStatuses(workload: string) {
    return (this.#statuses.get(workload) ?? []) as OperationStatus[];
  }

  operationKeys(workload: string) {
    return this.#keys.get(workload) ?? [];
  }

  subjects(stream: string) {
    return this.#subjects.get(stream) ?? [];
  }

  identity(by: number, n: number): string | null {
    const publisher = this.publishers[by];
    return publisher === undefined ? null : `${this.#runId}/${publisher}/${n}`;
  }

  /** A workload has one table, by its kind. */
  #operations<T extends Table>(workload: string, table: T): Iterable<Rows<T>> {
    return isTableOf(table, this.workloads[workload]?.kind)
      ? this.#rows(operationsPath(this.#folder, workload), table)
      : [];
  }

  #rows<T extends Table>(path: string, table: T): Iterable<Rows<T>> {
    const read = (): Iterator<Rows<T>> => this.#read(path, table);
    return { [Symbol.iterator]: read };
  }

  *#read<T extends Table>(path: string, table: T): Generator<Rows<T>> {
    // A table without a row has no file.
    if (!isThere(path)) return;
    if (yield* readRows(path, table)) this.torn = true;
  }

  #add(event: RareEvent): void {
    switch (event.type) {
      case 'stream-audit':
        return void this.streamAudits.push(event);
      case 'consumer-audit':
        return void this.consumerAudits.push(event);
      case 'consumer-drain':
        return void this.consumerDrains.push(event);
      case 'assets-audit':
        return void this.assetsAudits.push(event);
      case 'ledger-audit':
        return void this.ledgerAudits.push(event);
      case 'asset-change':
        return void this.assetChanges.push(event);
      case 'workload':
        return void this.marks.push(event);
      case 'run':
        return;
      case 'publishers':
        this.publishers = event.names;
        return;
      case 'status': {
        put(this.#statuses, event.workload, event.code, event.status);
        return;
      }
      case 'key': {
        put(this.#keys, event.workload, event.code, event.key);
        return;
      }
      case 'subject': {
        put(this.#subjects, event.stream, event.code, event.subject);
        return;
      }
    }
  }
}

function put<T>(lists: Map<string, T[]>, key: string, at: number, value: T): void {
  const list = lists.get(key) ?? [];
  list[at] = value;
  lists.set(key, list);
}

/** `existsSync` would ask for the rights of the real user, and deny what a capability allows. */
function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

async function readLines(
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ events: HistoryEvent[]; torn: boolean }> {
  const events: HistoryEvent[] = [];
  let number = 0;
  let broken: { number: number; cause: unknown } | undefined;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    signal?.throwIfAborted();
    if (broken !== undefined) break;
    if (line === '') continue;
    try {
      events.push(JSON.parse(line) as HistoryEvent);
    } catch (cause) {
      broken = { number, cause };
    }
  }
  if (broken === undefined) return { events, torn: false };
  if (broken.number === number) return { events, torn: true };
  throw new SyntaxError(`${path}:${broken.number}: not an event of a history`, { cause: broken.cause });
}
