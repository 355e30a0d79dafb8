import type { JetStreamClient } from '@nats-io/jetstream';
import { errors, type Msg } from '@nats-io/transport-node';
import type { Checked } from '../../fleet/checked.ts';
import { ACK_WAIT_MS, KEEP_MS, MAX_ACK_PENDING } from '../../fleet/limits.ts';
import { consumerOf, runSubject, type QueueNames, type RunKey } from '../../fleet/names.ts';
import { RUN_PATTERN, runRequests, SUITE_PATTERN, type RunRequest } from '../../fleet/run-request.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { ApiRefusal, askApi } from '../assets/api.ts';
import type { Connection } from '../connect.ts';
import { Lease } from './lease.ts';

/** `err_code` of a message for a subject that has one already. */
const SUBJECT_IS_FULL = 10_077;
const CONSUMER_NOT_FOUND = 10_014;
const NANOS = 1_000_000;

/** What waits on the queue for workers with one kind of needs. */
export interface Waiting {
  /** Hash of the needs. */
  needs: string;
  /** Not delivered yet. */
  pending: number;
  /** Delivered, and not done. */
  underWay: number;
  /** Pulls of workers that wait for a run. */
  pulls: number;
  /** Deliveries so far: when it stands still while runs are pending, nobody takes them. */
  delivered: number;
}

/** The runs that wait, as messages of a stream with work-queue retention; JetStream hands them out. */
export class RunQueue {
  readonly #conn: Connection;
  readonly #js: JetStreamClient;
  readonly #names: QueueNames;

  constructor(conn: Connection, js: JetStreamClient, names: QueueNames) {
    this.#conn = conn;
    this.#js = js;
    this.#names = names;
  }

  /** Makes the consumer of the runs with these needs, unless it is there. @param needs their hash */
  async ensureConsumer(needs: string): Promise<void> {
    const { runs, subject } = this.#names;
    const name = consumerOf(needs);
    await askApi(this.#conn, `CONSUMER.CREATE.${runs}.${name}.${subject}.${needs}.>`, {
      stream_name: runs,
      config: {
        name,
        durable_name: name,
        filter_subject: `${subject}.${needs}.>`,
        ack_policy: 'explicit',
        ack_wait: ACK_WAIT_MS * NANOS,
        // A run that cannot be done ends by a result that says so, and never in silence.
        max_deliver: -1,
        max_ack_pending: MAX_ACK_PENDING,
        deliver_policy: 'all',
        inactive_threshold: KEEP_MS * NANOS,
      },
    });
  }

  /**
   * Queues a run. Idempotent while it is queued or under way.
   *
   * @param needs their hash, of which there is a consumer
   * @returns whether it was not queued already
   * @throws ChaosError for a request that no worker would read; what the server refuses
   */
  async submit(request: RunRequest, needs: string): Promise<boolean> {
    try {
      await this.#js.publish(runSubject(this.#names, needs, request), runRequests.write(request));
      return true;
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === SUBJECT_IS_FULL) return false;
      throw thrown;
    }
  }

  /** Takes runs off the queue, those under way too: they are not delivered again. @returns how many there were */
  async withdraw({ suite, run }: { suite: string; run?: string }): Promise<number> {
    const { runs, subject } = this.#names;
    const filter = `${subject}.*.${suite}.${run ?? '*'}`;
    const { purged } = await askApi<{ purged: number }>(this.#conn, `STREAM.PURGE.${runs}`, { filter });
    return purged;
  }

  /**
   * Takes one run off the queue for as long as its lease is extended.
   *
   * @param needs their hash
   * @param waitMs how long to wait for one; 0: only one that is there
   * @returns null when there was none, or nobody has made the consumer
   */
  async take(needs: string, waitMs: Milliseconds): Promise<Lease | null> {
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#names.runs}.${consumerOf(needs)}`;
    const ask = waitMs === 0 ? { batch: 1, no_wait: true } : { batch: 1, expires: waitMs * NANOS };
    let message: Msg;
    try {
      // A run comes under its own subject, from which a shared inbox could not know whose it is.
      message = await this.#conn.request(subject, JSON.stringify(ask), {
        timeout: waitMs + ANSWER_MS,
        noMux: true,
      });
    } catch (thrown) {
      if (isNothing(thrown)) return null;
      throw thrown;
    }
    if (message.headers !== undefined && message.headers.code !== 0) return null;
    const lease = this.#leaseOf(message, needs);
    if (isKey(lease.key)) return lease;
    // It can have no state, because no key may be called like that: nobody of ours has asked for it.
    await lease.done();
    return null;
  }

  #leaseOf(message: Msg, needs: string): Lease {
    const [suite = '', run = ''] = message.subject.split('.').slice(-2);
    const key: RunKey = { suite, run };
    return new Lease(this.#conn, message, {
      key,
      needs,
      request: agreeing(runRequests.read(message.data), key),
    });
  }

  /** What waits, for each kind of needs that has a consumer. */
  async waiting(needs: readonly string[]): Promise<Waiting[]> {
    const all = await Promise.all(needs.map((one) => this.#waitingFor(one)));
    return all.flatMap((one) => one ?? []);
  }

  async #waitingFor(needs: string): Promise<Waiting | null> {
    try {
      const info = await askApi<ConsumerAnswer>(
        this.#conn,
        `CONSUMER.INFO.${this.#names.runs}.${consumerOf(needs)}`,
      );
      const { num_pending: pending, num_ack_pending: underWay, num_waiting: pulls } = info;
      return { needs, pending, underWay, pulls, delivered: info.delivered.consumer_seq };
    } catch (thrown) {
      if (thrown instanceof ApiRefusal && thrown.apiCode === CONSUMER_NOT_FOUND) return null;
      throw thrown;
    }
  }
}

interface ConsumerAnswer {
  num_pending: number;
  num_ack_pending: number;
  num_waiting: number;
  delivered: { consumer_seq: number };
}

/** How long a server may take to answer beyond the time that was asked for. */
const ANSWER_MS: Milliseconds = 5_000;

/** Nothing there, or nobody answers just now: the same for one who only asks for work. */
function isNothing(thrown: unknown): boolean {
  if (thrown instanceof errors.TimeoutError) return true;
  return thrown instanceof errors.RequestError || (thrown instanceof ChaosError && thrown.code === 'timeout');
}

function isKey({ suite, run }: RunKey): boolean {
  return new RegExp(SUITE_PATTERN).test(suite) && new RegExp(RUN_PATTERN).test(run);
}

/** What a message says must agree with its subject, which decides about permissions and who gets it. */
function agreeing(checked: Checked<RunRequest>, { suite, run }: RunKey): Checked<RunRequest> {
  const { value } = checked;
  if (value === undefined || (value.suite === suite && value.run === run)) return checked;
  return { problem: 'it names another run than its subject' };
}
