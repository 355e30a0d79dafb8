import { join } from 'node:path';

/** Where the parts of a history are, in the folder of a run. */
export const HISTORY_FOLDER = 'history';

/** What happened rarely, and what the codes in the tables stand for: one JSON object a line. */
export function eventsPath(folder: string): string {
  return join(folder, HISTORY_FOLDER, 'events.ndjson');
}

/** The operations of a workload. */
export function operationsPath(folder: string, workload: string): string {
  return join(folder, HISTORY_FOLDER, `${workload}.arrow`);
}

/** What was read back from a stream (`cluster/stream`). */
export function storedPath(folder: string, stream: string): string {
  return join(folder, HISTORY_FOLDER, 'stored', `${stream.replace('/', '.')}.arrow`);
}

/** The history of a run of an earlier version, one JSON object a line. */
export function legacyPath(folder: string): string {
  return join(folder, 'history.ndjson');
}
