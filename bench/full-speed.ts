// One publishing workload as it runs in an experiment, at full speed and with its history, in this thread.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationsPath } from '../src/history/paths.ts';
import { HistoryRecorder } from '../src/history/recorder.ts';
import type { Connection } from '../src/nats/connect.ts';
import { until } from '../src/support/deadline.ts';
import { publish } from '../src/workloads/publish/publish.ts';

export interface FullSpeedOptions {
  /** `cluster/stream`. */
  stream: string;
  subject: string;
  count: number;
  size: number;
  maxInFlight: number;
}

export interface FullSpeedResult {
  /** Acknowledged messages, and rows of the history, a second. */
  perSecond: number;
  historyBytesPerMessage: number;
  cpuMicrosPerMessage: number;
}

/** Publishes so many messages, all acknowledged; closes the connection. */
export async function publishAtFullSpeed(
  conn: Connection,
  options: FullSpeedOptions,
): Promise<FullSpeedResult> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-'));
  const name = 'publish';
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  const start = performance.now();
  const cpu = process.cpuUsage();
  try {
    const running = await publish.start(
      {
        name,
        runId: 'benchrun',
        seed: 1,
        reach: { servers: [], access: {} },
        publishers: [name],
        connect: () => Promise.resolve(conn),
        history: recorder,
        elapsedMs: () => performance.now() - start,
        signal: new AbortController().signal,
      },
      { kind: 'publish', rate: 'max', publishers: 1, timeout: 30_000, retries: 0, ...options },
    );
    await until(() => Promise.resolve(running.progress().finished), {
      timeoutMs: 120_000,
      everyMs: 5,
      what: 'all outcomes',
    });
    const { done } = running.progress();
    if (done !== options.count) throw new Error(`${done} of ${options.count} were acknowledged`);
    recorder.close();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    await running.stop();
    return {
      perSecond: options.count / seconds,
      historyBytesPerMessage: statSync(operationsPath(folder, name)).size / options.count,
      cpuMicrosPerMessage: (user + system) / options.count,
    };
  } finally {
    recorder.close();
    rmSync(folder, { recursive: true });
  }
}
