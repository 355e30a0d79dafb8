import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { vi } from 'vitest';
import type { Instead, Outcome } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';
import type { Connection, ConnectOptions } from '../../src/nats/connect.ts';
import { until } from '../../src/support/deadline.ts';
import type { ConsumeOptions } from '../../src/workloads/consume/options.ts';
import { consume } from '../../src/workloads/consume/consume.ts';
import { kv } from '../../src/workloads/kv/kv.ts';
import type { KvOptions } from '../../src/workloads/kv/options.ts';
import type { PublishOptions } from '../../src/workloads/publish/options.ts';
import { publish } from '../../src/workloads/publish/publish.ts';
import type { RunningWorkload, WorkloadContext } from '../../src/workloads/workload.ts';
import type { TestServer } from '../support/nats-server.ts';

export const RUN_ID = 'testrun1';
/** Names for workloads that publish. */
const PUBLISHERS = ['p', 'q'];

/** One message that a consuming workload got, and what became of its acknowledgement. */
export interface Delivery {
  seq: number;
  id: string | null;
  deliveries: number;
  /** Which member got it, where the workload has several. */
  member?: number;
  instead?: Instead;
  outcome?: Outcome;
  error?: string;
}

// A busy machine is slow, and that is no failure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A run in small: contexts for workloads, and the history they write. */
export class Harness {
  readonly server: TestServer;
  readonly recorder: HistoryRecorder;
  /** What workloads asked of their connections. */
  readonly asked: ConnectOptions[] = [];
  /** By workload name. */
  readonly connections = new Map<string, Connection>();
  readonly abort = new AbortController();
  readonly #started: RunningWorkload[] = [];
  /** Workloads with several members. */
  readonly #shared = new Set<string>();
  readonly #facts: History['workloads'] = {};
  readonly #epoch = performance.now();
  readonly #folder = mkdtempSync(join(tmpdir(), 'nats-chaos-history-'));

  constructor(server: TestServer) {
    this.server = server;
    this.recorder = new HistoryRecorder(this.#folder, (thrown) => {
      throw thrown;
    });
    this.recorder.append({ type: 'publishers', names: PUBLISHERS });
  }

  async publish(name: string, options: Partial<PublishOptions> = {}): Promise<RunningWorkload> {
    return this.#keep(
      await publish.start(this.context(name), {
        kind: 'publish',
        stream: 'c/qa',
        subject: 'qa.orders',
        rate: 2000,
        publishers: 1,
        size: 128,
        maxInFlight: 256,
        timeout: 5000,
        retries: 0,
        ...options,
      }),
    );
  }

  async consume(name: string, options: Partial<ConsumeOptions> = {}): Promise<RunningWorkload> {
    if ((options.members ?? 1) > 1) this.#shared.add(name);
    return this.#keep(
      await consume.start(this.context(name), {
        kind: 'consume',
        ...(options.ordered === undefined ? { consumer: 'c/qa/worker' } : {}),
        push: false,
        pull: { how: 'consume', expires: 1000 },
        batch: 100,
        members: 1,
        ack: 'explicit',
        ackEvery: 10,
        confirm: true,
        ackTimeout: 5000,
        processing: 0,
        ...options,
      }),
    );
  }

  async kv(name: string, options: Partial<KvOptions> = {}): Promise<RunningWorkload> {
    this.#facts[name] = { kind: 'kv', target: 'c/KV_b' };
    return this.#keep(
      await kv.start(this.context(name), {
        kind: 'kv',
        bucket: 'c/b',
        clients: 3,
        keys: 'k.{1..5}',
        operations: { get: 1, put: 1 },
        rate: 100,
        size: 128,
        initialise: true,
        watch: true,
        seed: 1,
        timeout: 2000,
        ...options,
      }),
    );
  }

  context(name: string): WorkloadContext {
    return {
      name,
      runId: RUN_ID,
      seed: 1,
      connect: async (options) => {
        this.asked.push(options);
        const conn = await this.server.connect(name);
        this.connections.set(name, conn);
        return conn;
      },
      reach: { servers: [], access: {} },
      publishers: PUBLISHERS,
      history: this.recorder,
      elapsedMs: () => performance.now() - this.#epoch,
      signal: this.abort.signal,
    };
  }

  /** What has been written so far. */
  history(): Promise<History> {
    this.recorder.flush();
    return readHistory(this.#folder, RUN_ID, this.#facts);
  }

  /** What a workload got, in the order in which it came; the outcome is that of a later row where it has one. */
  async deliveries(workload: string): Promise<Delivery[]> {
    const history = await this.history();
    const statuses = history.deliveryStatuses(workload);
    const deliveries = new Map<string, Delivery>();
    for (const rows of history.deliveries(workload)) {
      for (let row = 0; row < rows.length; row += 1) {
        const seq = rows.seq[row] ?? 0;
        const { row: kind, ...end } = statuses[rows.status[row] ?? 0] ?? { row: 'unknown' };
        const key = `${seq} ${rows.t[row]}`;
        const first = deliveries.get(key);
        if ((kind === 'later') !== (first !== undefined))
          throw new Error(`a row out of place: ${kind} ${key}`);
        const id = history.identity(rows.by[row] ?? 0, rows.n[row] ?? 0);
        const member = rows.member[row] ?? 0;
        const whose = this.#shared.has(workload) ? { member } : {};
        deliveries.set(key, { seq, id, deliveries: rows.deliveries[row] ?? 0, ...whose, ...end });
      }
    }
    return [...deliveries.values()];
  }

  /** Makes stream `qa` on `qa.>` with a pull consumer `worker`. */
  async createStream(config: Partial<StreamConfig> = {}, ackWaitMs = 30_000): Promise<void> {
    const conn = await this.server.connect('setup');
    const manager = await jetstreamManager(conn);
    await manager.streams.add({ name: 'qa', subjects: ['qa.>'], ...config });
    await manager.consumers.add('qa', {
      durable_name: 'worker',
      ack_policy: 'explicit',
      ack_wait: ackWaitMs * 1e6,
    });
    await conn.close();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.map((workload) => workload.stop()));
    this.recorder.close();
    rmSync(this.#folder, { recursive: true });
  }

  #keep(workload: RunningWorkload): RunningWorkload {
    this.#started.push(workload);
    return workload;
  }
}

/** Waits until the condition holds; fails after a time that no machine needs. */
export function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<true> {
  return until(async () => await condition(), { timeoutMs: 30_000, everyMs: 5, what });
}
