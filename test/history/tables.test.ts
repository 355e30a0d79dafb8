import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONFIRMED } from '../../src/history/delivery-log.ts';
import { operationsPath } from '../../src/history/paths.ts';
import { ACKNOWLEDGED } from '../../src/history/publish-log.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';
import { decodeLate, encodeLate } from '../../src/history/tables/late.ts';

let folder: string;
const failed = (thrown: unknown): never => {
  throw thrown;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-history-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = () => readHistory(folder, 'run1', {});

describe('a history in columns', () => {
  it('reads back what was written, in several batches, with what its codes stand for', async () => {
    const recorder = new HistoryRecorder(folder, failed);
    recorder.append({ type: 'publishers', names: ['p', 'q'] });
    const log = recorder.publishes('p');
    const again = log.codeOf({ outcome: 'unknown', attempts: 3, error: 'no answer' });
    for (let n = 1; n <= 40_000; n += 1)
      log.append(n, n / 10, 0.25, 1.5, n + 7, n % 9 ? ACKNOWLEDGED : again);
    recorder.deliveries('c').append(4.5, 17, 1, 3, 999, 2, CONFIRMED);
    recorder.stored('a/s').append(17, 'x.y', 1, 3, [1, 2 ** 32 - 1]);
    recorder.close();

    const history = await read();
    let n = 0;
    for (const rows of history.publishes('p')) {
      for (let row = 0; row < rows.length; row += 1) {
        n += 1;
        const { outcome } = history.publishStatuses('p')[rows.status[row]!]!;
        expect([rows.n[row], rows.t[row], rows.latency[row], rows.seq[row], outcome]).toEqual([
          n,
          n / 10,
          1500,
          n + 7,
          n % 9 ? 'ok' : 'unknown',
        ]);
        expect(decodeLate(rows.late[row]!)).toBe(0.25);
      }
    }
    expect(n).toBe(40_000);
    const [delivered] = history.deliveries('c');
    expect([delivered?.deliveries[0], delivered?.acked[0]]).toEqual([255, 2000]);
    expect(history.identity(delivered!.by[0]!, delivered!.n[0]!)).toBe('run1/q/3');
    const [stored] = history.stored('a/s');
    expect([stored?.digest_high[0], stored?.digest_low[0]]).toEqual([1, 2 ** 32 - 1]);
    expect(history.subjects('a/s')).toEqual(['x.y']);
    expect(history.torn).toBeUndefined();
  });

  it('needs at most 24 bytes a publish or delivery', () => {
    const recorder = new HistoryRecorder(folder, failed);
    const published = recorder.publishes('p');
    const delivered = recorder.deliveries('c');
    for (let n = 1; n <= 100_000; n += 1) {
      published.append(n, n, 0, 1, n, ACKNOWLEDGED);
      delivered.append(n, n, 0, n, 1, 1, CONFIRMED);
    }
    recorder.close();
    for (const workload of ['p', 'c'])
      expect(statSync(operationsPath(folder, workload)).size / 100_000).toBeLessThanOrEqual(24);
  });

  it('can be read up to the last flush, and what was cut off is left out and said', async () => {
    const recorder = new HistoryRecorder(folder, failed);
    const log = recorder.publishes('p');
    for (let n = 1; n <= 10; n += 1) log.append(n, n, 0, 1, n, ACKNOWLEDGED);
    recorder.flush();
    const whole = statSync(operationsPath(folder, 'p')).size;
    for (let n = 11; n <= 20; n += 1) log.append(n, n, 0, 1, n, ACKNOWLEDGED);
    recorder.flush();
    const rowsRead = async (): Promise<number> => {
      const history = await read();
      const rows = [...history.publishes('p')].reduce((sum, { length }) => sum + length, 0);
      return history.torn === true ? -rows : rows;
    };
    expect(await rowsRead()).toBe(20);
    truncateSync(operationsPath(folder, 'p'), whole + 100);
    expect(await rowsRead()).toBe(-10);
    recorder.close();
  });

  it('keeps sequences beyond 32 bits', async () => {
    const recorder = new HistoryRecorder(folder, failed);
    recorder.publishes('p').append(1, 1, 0, 1, 2 ** 40 + 1, ACKNOWLEDGED);
    recorder.close();
    const history = await read();
    expect([...history.publishes('p')][0]?.seq[0]).toBe(2 ** 40 + 1);
  });

  it('packs lateness exact to 0.05 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 134_000, noNaN: true }), (ms) => {
        expect(Math.abs(decodeLate(encodeLate(ms)) - ms)).toBeLessThanOrEqual(Math.max(0.0005, ms * 0.0005));
      }),
    );
    expect(decodeLate(encodeLate(1e9))).toBeCloseTo(134_184.96, 0);
    expect(encodeLate(-1)).toBe(0);
  });
});
