import type { History } from '../../history/history.ts';
import { FOREIGN, type DeliveryRows } from '../../history/tables/table.ts';
import { ChaosError } from '../../support/errors.ts';
import { streamOf } from '../../support/stream-of.ts';
import type { OpenedRun } from './open-run.ts';
import { deliveriesOf, publishesOf, type Operation } from './operation.ts';
import { isPublisher, workloadNames } from './workloads.ts';

/** A message in a stream, or what became of one; a line of `--json`. */
export type Line =
  | ({ type: 'published' | 'delivered'; message: string; stream: string } & Operation)
  | { type: 'stored'; message: string; stream: string; seq: number; subject: string; digest: string }
  | { type: 'not-stored' | 'not-delivered' | 'not-published'; message: string; where: string; why: string }
  | NeighbourLine;

/** What a stream has beside the message, and at its own place. */
export interface NeighbourLine {
  type: 'neighbour';
  stream: string;
  seq: number;
  /** Read back there; null where nothing is. */
  stored: string | null;
  /** Acknowledged with this sequence; null where no publisher says so. */
  published: string | null;
  /** How often it was delivered by each workload that reads the stream. */
  deliveries: Record<string, number>;
}

/** So many sequences before it, and after it. */
const NEIGHBOURS = 2;

/**
 * The life of every message that has a sequence in some stream, or of one message: published, stored, delivered, and
 * its neighbours. Reads the history twice, and keeps only what it shows.
 *
 * @param around a stream sequence, or `workload/n` as findings name it, with the run's id before it or not
 * @param workloads only the streams of these; left out: all
 * @throws ChaosError `usage` when there is no such message
 */
export function aroundMessage(
  { history, streams, name }: OpenedRun,
  around: string,
  workloads: readonly string[] | undefined,
): Line[] {
  const chosen = workloads?.map((workload) => streamOf(history.workloads[workload]?.target ?? ''));
  const search = new Search(
    history,
    chosen === undefined ? streams : streams.filter((one) => chosen.includes(one)),
  );
  const messages = /^\d+$/.test(around) ? search.at(Number(around)) : search.named(around);
  if (messages.length === 0) {
    throw new ChaosError('usage', `${name}: no message ${around} was published, stored or delivered`, {
      hint: 'a sequence of a stream such as 4711, or a message as findings name it, such as publish/4711',
    });
  }
  return linesOf(history, streams, messages);
}

interface Message {
  /** `workload/n`; a message of others is known by where it is. */
  message: string;
  by: number;
  n: number;
  /** Where it was found by its sequence. */
  places: { stream: string; seq: number }[];
}

class Search {
  readonly #history: History;
  readonly #streams: readonly string[];
  readonly #found = new Map<string, Message>();

  constructor(history: History, streams: readonly string[]) {
    this.#history = history;
    this.#streams = streams;
  }

  at(seq: number): Message[] {
    const history = this.#history;
    for (const stream of this.#streams) {
      for (const rows of history.stored(stream))
        this.#seek(rows, seq, (row) => this.#add(stream, seq, rows.by[row] ?? 0, rows.n[row] ?? 0));
      for (const workload of readersAndWriters(history, stream)) {
        if (isPublisher(history, workload)) {
          const by = history.publishers.indexOf(workload);
          for (const rows of history.publishes(workload))
            this.#seek(rows, seq, (row) => this.#add(stream, seq, by, rows.n[row] ?? 0));
        } else {
          for (const rows of history.deliveries(workload))
            this.#seek(rows, seq, (row) => this.#add(stream, seq, rows.by[row] ?? 0, rows.n[row] ?? 0));
        }
      }
    }
    return [...this.#found.values()];
  }

  named(word: string): Message[] {
    const [, workload = '', n = ''] = /^(?:[^/]+\/)?([^/]+)\/(\d+)$/.exec(word) ?? [];
    const by = this.#history.publishers.indexOf(workload);
    if (by < 0) return [];
    return [{ message: `${workload}/${n}`, by, n: Number(n), places: [] }];
  }

  #seek(rows: { seq: ArrayLike<number>; length: number }, seq: number, found: (row: number) => void): void {
    for (let row = 0; row < rows.length; row += 1) if (rows.seq[row] === seq) found(row);
  }

  #add(stream: string, seq: number, by: number, n: number): void {
    const publisher = this.#history.publishers[by];
    const foreign = by === FOREIGN || publisher === undefined;
    const message = foreign ? `foreign, ${seq} of ${stream}` : `${publisher}/${n}`;
    const known = this.#found.get(message);
    if (known === undefined) this.#found.set(message, { message, by, n, places: [{ stream, seq }] });
    else if (!known.places.some((place) => place.stream === stream)) known.places.push({ stream, seq });
  }
}

/** Workloads on a stream, or on one of its consumers. */
function readersAndWriters(history: History, stream: string): string[] {
  return workloadNames(history).filter(
    (workload) => streamOf(history.workloads[workload]?.target ?? '') === stream,
  );
}

function linesOf(history: History, streams: readonly string[], messages: readonly Message[]): Line[] {
  const lives = messages.flatMap((message) => lifeOf(history, streams, message));
  const places = new Map<string, { stream: string; seq: number }>();
  const seen = [
    ...messages.flatMap((one) => one.places),
    ...lives.flatMap((line) =>
      line.type === 'stored' || line.type === 'published' || line.type === 'delivered'
        ? [{ stream: line.stream, seq: line.seq }]
        : [],
    ),
  ];
  for (const { stream, seq } of seen) if (seq !== null) places.set(`${stream} ${seq}`, { stream, seq });
  return [...lives, ...[...places.values()].flatMap(({ stream, seq }) => neighboursOf(history, stream, seq))];
}

function lifeOf(history: History, streams: readonly string[], { message, by, n, places }: Message): Line[] {
  const publisher = history.publishers[by];
  const own = publisher === undefined ? places[0]?.stream : history.workloads[publisher]?.target;
  const holders = streams.filter((stream) => own === undefined || isCopyOf(history, stream, own));
  const isIt = (stream: string, rowBy: number, rowN: number, seq: number): boolean =>
    publisher === undefined
      ? history.publishers[rowBy] === undefined &&
        places.some((place) => place.stream === stream && place.seq === seq)
      : rowBy === by && rowN === n;
  return [
    ...publishedLines(history, publisher, n, message),
    // Also where it should not be.
    ...streams.flatMap((stream) => {
      const found = storedLines(history, stream, message, (rowBy, rowN, seq) =>
        isIt(stream, rowBy, rowN, seq),
      );
      return found.length > 0 || !holders.includes(stream) ? found : [absence(history, stream, message)];
    }),
    ...streams.flatMap((stream) =>
      readersAndWriters(history, stream)
        .filter((workload) => !isPublisher(history, workload))
        .flatMap((workload) => {
          const wanted = (rows: DeliveryRows, row: number): boolean =>
            isIt(stream, rows.by[row] ?? 0, rows.n[row] ?? 0, rows.seq[row] ?? 0);
          const found = [...deliveriesOf(history, workload, wanted)].map((operation): Line => ({
            type: 'delivered',
            message,
            stream,
            ...operation,
          }));
          if (found.length > 0 || !holders.includes(stream)) return found;
          const why = `the history has no delivery of it to ${workload}`;
          return [{ type: 'not-delivered' as const, message, where: workload, why }];
        }),
    ),
  ];
}

function publishedLines(history: History, publisher: string | undefined, n: number, message: string): Line[] {
  if (publisher === undefined)
    return [{ type: 'not-published', message, where: '', why: 'no workload of this run wrote it' }];
  const stream = history.workloads[publisher]?.target ?? '';
  for (const operation of publishesOf(history, publisher, (rows, row) => rows.n[row] === n))
    return [{ type: 'published', message, stream, ...operation }];
  const why = 'the history has no outcome of its publishing';
  return [{ type: 'not-published', message, where: publisher, why }];
}

function storedLines(
  history: History,
  stream: string,
  message: string,
  isIt: (by: number, n: number, seq: number) => boolean,
): Line[] {
  const lines: Line[] = [];
  const subjects = history.subjects(stream);
  for (const rows of history.stored(stream)) {
    for (let row = 0; row < rows.length; row += 1) {
      const seq = rows.seq[row] ?? 0;
      if (!isIt(rows.by[row] ?? 0, rows.n[row] ?? 0, seq)) continue;
      const digest = hex(rows.digest_high[row] ?? 0) + hex(rows.digest_low[row] ?? 0);
      const subject = subjects[rows.subject[row] ?? 0] ?? '';
      lines.push({ type: 'stored', message, stream, seq, subject, digest });
    }
  }
  return lines;
}

/** Eight digits. */
export function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}

function absence(history: History, stream: string, message: string): Line {
  const audit = history.streamAudits.findLast((one) => one.stream === stream);
  const why =
    audit === undefined
      ? 'the stream was not read back'
      : audit.gone === true
        ? 'the stream itself is gone'
        : audit.complete
          ? `the stream was read to its end (${audit.messages} messages, ${audit.firstSeq} to ${audit.lastSeq})${audit.mayExpire ? ', and may remove messages' : ''}`
          : `the stream could not be read to its end: ${audit.error ?? 'no reason is known'}`;
  return { type: 'not-stored', message, where: stream, why };
}

/** Whether a stream is another one, or mirrors it, or a mirror of it. */
function isCopyOf(history: History, stream: string, origin: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = stream; at !== undefined && !seen.has(at);) {
    if (at === origin) return true;
    seen.add(at);
    const here: string = at;
    at = history.streamAudits.findLast((one) => one.stream === here)?.mirrorOf;
  }
  return false;
}

function neighboursOf(history: History, stream: string, middle: number): NeighbourLine[] {
  const first = Math.max(1, middle - NEIGHBOURS);
  const lines = Array.from({ length: middle + NEIGHBOURS - first + 1 }, (_, at): NeighbourLine => {
    return { type: 'neighbour', stream, seq: first + at, stored: null, published: null, deliveries: {} };
  });
  const each = (
    rows: { seq: ArrayLike<number>; length: number },
    use: (line: NeighbourLine, row: number) => void,
  ) => {
    for (let row = 0; row < rows.length; row += 1) {
      const at = (rows.seq[row] ?? 0) - first;
      const line = at >= 0 && at < lines.length ? lines[at] : undefined;
      if (line !== undefined) use(line, row);
    }
  };
  const nameOf = (by: number, n: number): string =>
    history.publishers[by] === undefined ? 'foreign' : `${history.publishers[by]}/${n}`;
  for (const rows of history.stored(stream))
    each(rows, (line, row) => (line.stored = nameOf(rows.by[row] ?? 0, rows.n[row] ?? 0)));
  for (const workload of readersAndWriters(history, stream)) {
    if (isPublisher(history, workload)) {
      for (const rows of history.publishes(workload))
        each(rows, (line, row) => (line.published = `${workload}/${rows.n[row] ?? 0}`));
      continue;
    }
    const statuses = history.deliveryStatuses(workload);
    for (const line of lines) line.deliveries[workload] = 0;
    for (const rows of history.deliveries(workload)) {
      each(rows, (line, row) => {
        if (statuses[rows.status[row] ?? 0]?.row !== 'later')
          line.deliveries[workload] = (line.deliveries[workload] ?? 0) + 1;
      });
    }
  }
  return lines;
}
