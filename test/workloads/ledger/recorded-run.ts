import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import { readHistory } from '../../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../../src/history/recorder.ts';
import type { RunningReplica } from '../../../src/support/service-place.ts';
import { ledger } from '../../../src/workloads/ledger/ledger.ts';
import type { LedgerOptions } from '../../../src/workloads/ledger/options.ts';
import type { WorkloadContext } from '../../../src/workloads/workload.ts';

export const RUN = 'testrun1';

/** Workloads that are started one by one, and the history that they leave. */
export interface RecordedRun {
  context(name: string): WorkloadContext;
  history(kinds: Record<string, string>): Promise<History>;
}

/** @param replicas those of services that run */
export function newRun(publishers: string[], replicas: readonly RunningReplica[]): RecordedRun {
  const own = mkdtempSync(join(tmpdir(), 'chaos-history-'));
  onTestFinished(() => rmSync(own, { recursive: true }));
  const recorder = new HistoryRecorder(own, (thrown) => {
    throw thrown;
  });
  recorder.append({ type: 'publishers', names: publishers });
  const epoch = performance.now();
  return {
    context: (name) => ({
      name,
      runId: RUN,
      seed: 1,
      publishers,
      connect: () => Promise.reject(new Error('no server of NATS')),
      reach: { servers: [], access: {}, services: replicas },
      history: recorder,
      elapsedMs: () => performance.now() - epoch,
      signal: new AbortController().signal,
    }),
    history: (kinds) => {
      recorder.close();
      const facts = Object.entries(kinds).map(([name, kind]) => [name, { kind, target: '' }]);
      return readHistory(own, RUN, Object.fromEntries(facts) as History['workloads']);
    },
  };
}

/** The replica of a service that has one, at its port `main`. */
export function replicaOf(service: string, port: number, number = 1): RunningReplica {
  return {
    address: `${service}/${number}`,
    service,
    name: `${service}-${number}`,
    ports: { main: `127.0.0.1:${port}` },
  };
}

const LEDGER: LedgerOptions = { kind: 'ledger', settle: 20, within: 20_000, timeout: 5000 };

/** Starts a ledger, and ends it: so it reads. */
export async function readLedger(context: WorkloadContext, options: Partial<LedgerOptions>): Promise<void> {
  await (await ledger.start(context, { ...LEDGER, ...options })).stop();
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
