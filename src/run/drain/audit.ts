import type { Driver } from '../../drivers/driver.ts';
import type { EventSink } from '../../history/recorder.ts';
import { auditConsumer } from '../../nats/audit/audit-consumer.ts';
import { auditAssets } from '../../nats/audit/audit-assets.ts';
import type { OwnState } from '../../nats/audit/caught-up.ts';
import { withConnection } from '../../nats/connect.ts';
import type { Plan, WorkloadPlan } from '../../plan/plan.ts';
import type { Milliseconds } from '../../support/units.ts';
import { hasStream } from '../../workloads/index.ts';
import { waitingBudget } from '../readings/lost-nodes.ts';
import type { Threads } from '../../threads/threads.ts';
import type { Timeline } from '../timeline.ts';
import { streamOf } from '../../support/stream-of.ts';

const AUDIT_MS = 60_000;

export interface AuditContext {
  driver: Driver;
  history: EventSink;
  timeline: Timeline;
  threads: Threads;
  runId: string;
  signal: AbortSignal;
  /** Whether the servers have said for long enough that a stream does not exist. */
  isGone: (stream: string) => boolean;
}

/**
 * Reads back, past every proxy, each stream and consumer that a check may ask about, into the history.
 *
 * @returns streams and replicas that were not read to their end
 */
export async function auditAll(plan: Plan, ctx: AuditContext): Promise<string[]> {
  const streams = streamsToRead(plan);
  const timeoutMs = Math.min(AUDIT_MS, await waitingBudget(ctx.driver));
  const consumers = consumersToRead(plan);
  const assets = plan.workloads.filter(({ kind }) => kind === 'assets');
  const [unread] = await Promise.all([
    Promise.all(streams.map((address) => readStream(plan, ctx, address, timeoutMs))),
    ...assets.map((workload) => readAssets(ctx, workload, timeoutMs)),
  ]);
  // After the streams: what a consumer no longer owes by then of what they hold, it will never deliver.
  await Promise.all(consumers.map((address) => readConsumer(plan, ctx, address, timeoutMs)));
  ctx.timeline.log('workload', `read back ${streams.length} streams and ${consumers.length} consumers`);
  return unread.flat();
}

function consumersToRead(plan: Plan): string[] {
  const used = plan.workloads.filter(hasConsumer).map(({ target }) => target);
  const named = plan.checks.flatMap(({ options: { consumers } }) =>
    Array.isArray(consumers) ? consumers.map(String) : [],
  );
  return [...new Set([...used, ...named])];
}

/** An ordered workload has a consumer of its own for a while, which says nothing afterwards. */
function hasConsumer({ kind, options }: WorkloadPlan): boolean {
  return kind === 'consume' && options.consumer !== undefined;
}

export function streamsToRead(plan: Plan): string[] {
  const named = plan.checks.flatMap(({ options }) => streamsNamed(options));
  const worked = plan.workloads.filter(({ kind }) => hasStream(kind)).map(({ target }) => streamOf(target));
  return [...new Set([...worked, ...named])];
}

/** Streams of which a check wants each replica. */
function streamsOfReplicas(plan: Plan): Set<string> {
  const wanting = plan.checks.filter(({ options }) => options.replicas === 'each');
  const published = wanting.map(({ options }) =>
    plan.workloads.find(({ name }) => name === options.published),
  );
  return new Set([
    ...wanting.flatMap(({ options }) => streamsNamed(options)),
    ...published.flatMap((workload) => (workload === undefined ? [] : [streamOf(workload.target)])),
  ]);
}

function streamsNamed({ streams }: Record<string, unknown>): string[] {
  return Array.isArray(streams) ? streams.map(String) : [];
}

async function readStream(
  plan: Plan,
  { driver, threads, isGone }: AuditContext,
  address: string,
  timeoutMs: Milliseconds,
): Promise<string[]> {
  const account = accountOf(plan, address);
  const mirror = plan.spec.streams.find((stream) => stream.address === address)?.mirror;
  return threads.audit({
    address,
    stalledAfterMs: timeoutMs,
    readOnly: plan.spec.attach?.allowFaults === false,
    replicas: streamsOfReplicas(plan).has(address),
    leaderStays: driver.attached === true,
    isGone: isGone(address),
    own: ownStates(driver, address, account),
    ...(mirror ? { mirrorOf: `${mirror.cluster}/${mirror.stream}` } : {}),
    reach: {
      servers: directServers(driver, address),
      access: driver.runnerAccess(account, address.split('/')[0] ?? ''),
    },
  });
}

async function readConsumer(
  plan: Plan,
  ctx: AuditContext,
  address: string,
  timeoutMs: Milliseconds,
): Promise<void> {
  await withConnection(open(plan, ctx, address), async (connection) => {
    ctx.history.append(await auditConsumer(connection, { address, timeoutMs, signal: ctx.signal }));
  });
}

async function readAssets(
  { driver, history, timeline, runId, signal }: AuditContext,
  { name: workload, account, target, options }: WorkloadPlan,
  timeoutMs: Milliseconds,
): Promise<void> {
  const nodes = driver.nodes().filter(({ cluster }) => cluster === target.split('/')[0]);
  const connect = (server: string) => driver.connect([server], account, 'nats-chaos/audit');
  const replicas = Number(options.replicas);
  const wanted = { workload, runId, account, replicas, nodes, connect, timeoutMs, signal };
  history.append({ type: 'assets-audit', t: timeline.now(), ...(await auditAssets(wanted)) });
}

function open(plan: Plan, { driver }: AuditContext, address: string) {
  const servers = directServers(driver, address).map(({ server }) => server);
  return driver.connect(servers, accountOf(plan, address), 'nats-chaos/audit');
}

/** The nodes of its cluster, past the proxies. */
function directServers(driver: Driver, address: string): { node: string; server: string }[] {
  const [cluster = ''] = address.split('/');
  return driver
    .nodes()
    .filter((node) => node.cluster === cluster)
    .map((node) => ({ node: node.address, server: node.client }));
}

/** By the name of a node. */
function ownStates(driver: Driver, address: string, account: string): Record<string, OwnState> {
  const [cluster = ''] = address.split('/');
  const nodes = driver.nodes().filter((node) => node.cluster === cluster);
  return Object.fromEntries(nodes.map(({ name, monitor }) => [name, { monitor, account }]));
}

function accountOf(plan: Plan, address: string): string {
  return plan.spec.streams.find((stream) => stream.address === streamOf(address))?.account ?? '';
}
