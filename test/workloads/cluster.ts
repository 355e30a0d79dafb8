import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import type { History } from '../../src/history/history.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';
import { connect } from '../../src/nats/connect.ts';
import { resolveValue } from '../../src/experiment/resolve/values.ts';
import { workloads } from '../../src/workloads/index.ts';
import type { RunningWorkload } from '../../src/workloads/workload.ts';
import { bringUp, type Environment } from '../conformance/bring-up.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

export const ACCOUNT = 'APP';
export const CLUSTER = 'qa1a';
export const RUN_ID = 'testrun1';

/** Three real servers for all tests of a file, and for each of them a run in small. */
export interface ClusterRun {
  readonly driver: Driver;
  readonly recorder: HistoryRecorder;
  readonly now: () => number;
  /** Starts a workload with these fields of its YAML; all others have their defaults. */
  start(name: string, fields: { kind: string } & Record<string, unknown>): Promise<RunningWorkload>;
  history(): Promise<History>;
  check(kind: string, options: Record<string, unknown>): Promise<Finding>;
}

/** @param publishers the names of all workloads that write or ask */
export function useCluster(publishers: readonly string[]): ClusterRun {
  let running: Environment;
  let folder = '';
  let recorder: HistoryRecorder;
  let facts: History['workloads'] = {};
  let started: RunningWorkload[] = [];
  let abort = new AbortController();
  const epoch = performance.now();
  const now = () => performance.now() - epoch;

  beforeAll(async () => {
    running = await bringUp({ create: (ctx) => new ProcessDriver(ctx), spec: oneZoneSpec });
  });
  afterAll(() => running.takeDown());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nats-chaos-history-'));
    recorder = new HistoryRecorder(folder, (thrown) => {
      throw thrown;
    });
    recorder.append({ type: 'publishers', names: publishers });
    facts = {};
    started = [];
    abort = new AbortController();
  });
  afterEach(async () => {
    abort.abort();
    await Promise.all(started.map((workload) => workload.stop()));
    recorder.close();
    rmSync(folder, { recursive: true });
  });

  const history = (): Promise<History> => {
    recorder.flush();
    return readHistory(folder, RUN_ID, facts);
  };
  return {
    get driver() {
      return running.driver;
    },
    get recorder() {
      return recorder;
    },
    now,
    async start(name, fields) {
      const workload = workloads.find(({ kind }) => kind === fields.kind);
      if (workload === undefined) throw new Error(`there is no workload ${fields.kind}`);
      const options = resolveValue(workload.schema, fields) as Record<string, unknown>;
      facts[name] = { kind: fields.kind, target: workload.target(options, name) };
      const servers = running.driver.clientServers(CLUSTER).map(({ server }) => server);
      const begun = await workload.start(
        {
          name,
          runId: RUN_ID,
          seed: 1,
          reach: { servers: [], access: {} },
          publishers,
          connect: ({ name: as, first = 0 }) => {
            const at = first % servers.length;
            const inTurn = [...servers.slice(at), ...servers.slice(0, at)];
            return connect({ ...running.driver.access(ACCOUNT, CLUSTER), servers: inTurn, name: as });
          },
          history: recorder,
          elapsedMs: now,
          signal: abort.signal,
        },
        options,
      );
      started.push(begun);
      return begun;
    },
    history,
    async check(kind, options) {
      return runChecks(await history(), [{ kind, options }])[0] as Finding;
    },
  };
}
