import type { Driver } from '../../drivers/driver.ts';
import type { AdvisoryRecord } from '../../history/record.ts';
import type { Connection } from '../../nats/connect.ts';
import { hearAdvisories } from '../../nats/monitor/advisories.ts';
import type { Plan } from '../../plan/plan.ts';
import { withDeadline } from '../../support/deadline.ts';
import type { Timeline } from '../timeline.ts';

/** More of one run are not told apart. */
const MOST = 200;
const CLOSE_MS = 1_000;

/**
 * Counts the advisories of the servers, by kind and by what they are about. They are published once and kept by nobody, so
 * those of a server that is cut off, or that nobody is connected to at the moment, are missing: what is there is true, and
 * nothing follows from what is not.
 */
export class AdvisoryWatch {
  readonly records: AdvisoryRecord[] = [];
  readonly #connections: Connection[] = [];
  readonly #plan: Pick<Plan, 'spec'>;
  readonly #driver: Pick<Driver, 'attached' | 'connect' | 'nodes'>;
  readonly #timeline: Pick<Timeline, 'now'>;

  constructor(
    plan: Pick<Plan, 'spec'>,
    driver: Pick<Driver, 'attached' | 'connect' | 'nodes'>,
    timeline: Pick<Timeline, 'now'>,
  ) {
    this.#plan = plan;
    this.#driver = driver;
    this.#timeline = timeline;
  }

  /** Servers of others may not permit it, and are left alone. Never throws: a run without advisories is a run. */
  async start(): Promise<void> {
    if (this.#driver.attached === true) return;
    const { streams } = this.#plan.spec;
    const places = new Map(streams.map((one) => [`${one.cluster} ${one.account}`, one]));
    await Promise.all([...places.values()].map((place) => this.#listen(place).catch(() => undefined)));
  }

  async stop(): Promise<void> {
    const closing = this.#connections.map((connection) => connection.close());
    await withDeadline(Promise.all(closing), CLOSE_MS, 'closing').catch(() => undefined);
  }

  async #listen({ cluster, account }: { cluster: string; account: string }): Promise<void> {
    const servers = this.#driver.nodes().filter((node) => node.cluster === cluster);
    const addresses = servers.map(({ client }) => client);
    const connection = await this.#driver.connect(addresses, account, 'nats-chaos/advisories');
    this.#connections.push(connection);
    hearAdvisories(connection, (kind, of) => this.#count(kind, `${cluster}/${of.replace('.', '/')}`));
  }

  #count(kind: string, of: string): void {
    const known = this.records.find((one) => one.kind === kind && one.of === of);
    if (known !== undefined) known.count += 1;
    else if (this.records.length < MOST) this.records.push({ t: this.#timeline.now(), kind, of, count: 1 });
  }
}
