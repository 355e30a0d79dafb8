import { ASSET_OPERATIONS } from '../../history/operations.ts';
import type { History } from '../../history/history.ts';
import type { AssetOp } from './model.ts';

export interface AssetOperations {
  /** By the name of the stream. */
  byStream: Map<string, AssetOp[]>;
  /** What was listed, and when. */
  lists: { t: number; end: number; client: number; streams: Set<string> }[];
  /** How many consumers a stream may have. */
  consumers: number;
  clients: number;
}

/** The operations of one workload. Those that failed without having reached anyone had no effect, and are left out. */
export function assetOperations(history: History, workload: string): AssetOperations {
  const byStream = new Map<string, AssetOp[]>();
  const lists: AssetOperations['lists'] = [];
  const clients = new Set<number>();
  let consumers = 0;
  const keys = history.operationKeys(workload);
  const statuses = history.operationStatuses(workload);
  for (const rows of history.operations(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      const op = ASSET_OPERATIONS[rows.op[row] ?? 0] ?? 'list';
      const key = keys[rows.key[row] ?? 0] ?? '';
      const { outcome, refused: why } = statuses[rows.status[row] ?? 0] ?? { outcome: 'unknown' as const };
      // What the account may not have was not made.
      const refused = why === 'limit' ? undefined : why;
      const t = rows.t[row] ?? 0;
      const client = rows.client[row] ?? 0;
      const ended = t + (rows.latency[row] ?? 0) / 1000;
      clients.add(client);
      if (op === 'list') {
        if (outcome === 'ok') lists.push({ t, end: ended, client, streams: new Set() });
        continue;
      }
      if (op === 'listed') {
        lists.at(-1)?.streams.add(key);
        continue;
      }
      if (outcome === 'failed' && refused === undefined) continue;
      const [stream = '', consumer] = key.split('/');
      const part = consumer === undefined ? 0 : Number(consumer.replace('worker-', ''));
      consumers = Math.max(consumers, part);
      const result = outcome === 'ok' ? 'ok' : (refused ?? 'unknown');
      const end = result === 'unknown' ? Infinity : ended;
      const all = byStream.get(stream) ?? [];
      all.push({ t, end, client, op, key, part, value: rows.value[row] ?? 0, result });
      byStream.set(stream, all);
    }
  }
  return { byStream, lists, consumers, clients: clients.size };
}
