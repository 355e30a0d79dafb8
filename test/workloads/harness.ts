import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { vi } from 'vitest';
import type { HistoryEvent } from '../../src/history/events.ts';
import type { History } from '../../src/history/reader.ts';
import { historyOf } from '../../src/history/reader.ts';
import type { Connection, ConnectOptions } from '../../src/nats/connect.ts';
import { until } from '../../src/support/deadline.ts';
import type { ConsumeOptions } from '../../src/workloads/consume-options.ts';
import { consume } from '../../src/workloads/consume.ts';
import type { PublishOptions } from '../../src/workloads/publish-options.ts';
import { publish } from '../../src/workloads/publish.ts';
import type { RunningWorkload, WorkloadContext } from '../../src/workloads/workload.ts';
import type { TestServer } from '../support/nats-server.ts';

export const RUN_ID = 'testrun1';

// A busy machine is slow, and that is no failure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A run in small: contexts for workloads, and the history they write. */
export class Harness {
  readonly server: TestServer;
  readonly events: HistoryEvent[] = [];
  /** What workloads asked of their connections. */
  readonly asked: ConnectOptions[] = [];
  /** By workload name. */
  readonly connections = new Map<string, Connection>();
  readonly abort = new AbortController();
  readonly #started: RunningWorkload[] = [];
  readonly #epoch = performance.now();

  constructor(server: TestServer) {
    this.server = server;
  }

  async publish(name: string, options: Partial<PublishOptions> = {}): Promise<RunningWorkload> {
    return this.#keep(
      await publish.start(this.context(name), {
        kind: 'publish',
        stream: 'c/qa',
        subject: 'qa.orders',
        rate: 2000,
        size: 128,
        maxInFlight: 256,
        timeout: 5000,
        retries: 0,
        ...options,
      }),
    );
  }

  async consume(name: string, options: Partial<ConsumeOptions> = {}): Promise<RunningWorkload> {
    return this.#keep(
      await consume.start(this.context(name), {
        kind: 'consume',
        consumer: 'c/qa/worker',
        batch: 100,
        ackTimeout: 5000,
        processing: 0,
        ...options,
      }),
    );
  }

  context(name: string): WorkloadContext {
    return {
      name,
      runId: RUN_ID,
      connect: async (options) => {
        this.asked.push(options);
        const conn = await this.server.connect(name);
        this.connections.set(name, conn);
        return conn;
      },
      history: { append: (event) => void this.events.push(event) },
      elapsedMs: () => performance.now() - this.#epoch,
      signal: this.abort.signal,
    };
  }

  get history(): History {
    return historyOf(this.events, {});
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
  }

  #keep(workload: RunningWorkload): RunningWorkload {
    this.#started.push(workload);
    return workload;
  }
}

/** Waits until the condition holds; fails after a time that no machine needs. */
export function eventually(condition: () => boolean, what: string): Promise<true> {
  return until(() => Promise.resolve(condition()), { timeoutMs: 30_000, everyMs: 5, what });
}
